"""What is answered about つなぎ, for the description."""

from rest_framework import serializers as s

from consultations.api.answers import ActField, Answer, OfficeRef
from consultations.enums import ConsentMethod, ExcerptItem, ReferralRoute, ReferralState


class Due(Answer):
    title = s.CharField()
    at = s.DateTimeField()
    is_paused = s.BooleanField()
    is_overdue = s.BooleanField()


class ReferralRow(Answer):
    id = s.IntegerField()
    receipt_no = s.CharField()
    sequence = s.IntegerField()
    is_drill = s.BooleanField()
    state = s.ChoiceField(choices=ReferralState.choices)
    state_label = s.CharField()
    is_urgent = s.BooleanField()
    is_received = s.BooleanField(help_text="この発令が受ける側なら true")
    from_office = OfficeRef()
    to_office = OfficeRef()
    sent_at = s.DateTimeField(allow_null=True)
    due = Due(allow_null=True)


class ExcerptLineAnswer(Answer):
    item = s.ChoiceField(choices=ExcerptItem.choices)
    label = s.CharField()
    text = s.CharField()


class Question(Answer):
    asked_at = s.DateTimeField()
    asked_by = s.CharField()
    question = s.CharField()
    answered_at = s.DateTimeField(allow_null=True)
    answer = s.CharField()


class ReferralAct(Answer):
    act = s.CharField()
    label = s.CharField()
    fields = ActField(many=True)


class ReferralAnswer(ReferralRow):
    route = s.ChoiceField(choices=ReferralRoute.choices)
    basis = s.CharField(help_text="consent（本人の同意）か、GET master/grounds/ の code")
    basis_text = s.CharField(help_text="渡す根拠の文。送ったあとは、送った日の文")
    basis_note = s.CharField()
    next = s.CharField(help_text="つぎにすること")
    is_opened = s.BooleanField(help_text="内容を読める。受ける側は、open のあと")
    purpose = s.CharField(allow_null=True)
    items = ExcerptLineAnswer(many=True, allow_null=True)
    questions = Question(many=True, allow_null=True)
    release_at = s.DateTimeField(allow_null=True, help_text="このときまで取り消せます（送る前だけ）")
    accepted_by_name = s.CharField()
    first_contact_on = s.DateField(allow_null=True)
    contact_made_at = s.DateTimeField(allow_null=True)
    decline_reason = s.CharField()
    better_place = s.CharField()
    better_office = OfficeRef(allow_null=True)
    outcome_done = s.CharField()
    outcome_result = s.CharField()
    outcome_continues = s.BooleanField(allow_null=True)
    outcome_next = s.CharField()
    acts = ReferralAct(many=True)


class OfferedLine(Answer):
    key = s.CharField()
    item = s.ChoiceField(choices=ExcerptItem.choices)
    label = s.CharField()
    text = s.CharField()
    may_take = s.BooleanField(help_text="根拠・同意の範囲で渡せる")
    withheld = s.CharField(help_text="渡さない理由。なければ空")


class OfferedLines(Answer):
    results = OfferedLine(many=True)


class Preview(Answer):
    to_office = OfficeRef()
    telephone = s.CharField(help_text="送る前に見比べる電話番号")
    purpose = s.CharField()
    basis = s.CharField(help_text="consent（本人の同意）か、GET master/grounds/ の code")
    basis_text = s.CharField(help_text="渡す根拠の文。送ったあとは、送った日の文")
    basis_note = s.CharField()
    items = ExcerptLineAnswer(many=True)
    doubts = s.ListField(child=s.CharField(), help_text="もう一度確かめること")
    may_send = s.BooleanField()
    digest = s.CharField(help_text="確かめた内容の印。send に付けます")
    release_at = s.DateTimeField(help_text="いま送ると、このときまで取り消せます")


class ReferralActed(Answer):
    act = s.CharField()
    done = s.CharField()
    id = s.IntegerField(help_text="つなぎの番号")
    is_visible = s.BooleanField(help_text="終わったつなぎは、受けた側から見えなくなります")
    state = s.ChoiceField(choices=ReferralState.choices, allow_null=True)


class Created(Answer):
    id = s.IntegerField()
    receipt_no = s.CharField()
    sequence = s.IntegerField()


class ConsentAnswer(Answer):
    id = s.IntegerField()
    to_office = OfficeRef()
    items = s.ListField(child=s.ChoiceField(choices=ExcerptItem.choices))
    method = s.ChoiceField(choices=ConsentMethod.choices)
    obtained_on = s.DateField()
    valid_until = s.DateField(allow_null=True)
    withdrawn_at = s.DateTimeField(allow_null=True)
    may_withdraw = s.BooleanField()


class Consents(Answer):
    results = ConsentAnswer(many=True)
