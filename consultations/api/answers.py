"""What is answered about consultations, for the description; `shapes` writes it."""

from typing import Any

from rest_framework import serializers as s

from chiba_ward.casework.enums import AttachmentState, Channel, Urgency
from chiba_ward.correspondence.enums import Medium
from consultations.enums import ConsultantKind, Direction, Flag, Outcome, PartyKind, ReferralState, State


class Answer(s.Serializer[Any]):
    pass


class OfficeRef(Answer):
    code = s.CharField(help_text="課・機関のコード。名前が変わっても変わりません")
    name = s.CharField(help_text="きょうの名前")


class Person(Answer):
    posting = s.IntegerField(help_text="発令の番号")
    name = s.CharField()


class CaseRow(Answer):
    receipt_no = s.CharField(help_text="受付番号")
    is_drill = s.BooleanField(help_text="訓練なら true")
    chief_concern = s.CharField(help_text="ひとことで")
    state = s.ChoiceField(choices=State.choices)
    state_label = s.CharField()
    urgency = s.ChoiceField(choices=Urgency.choices, allow_null=True, help_text="職員が決めた緊急度")
    suggested_urgency = s.ChoiceField(choices=Urgency.choices, allow_null=True, help_text="ことばからの目安")
    ward = s.CharField(allow_null=True, help_text="区の識別子。不明なら null")
    fields = s.ListField(child=s.CharField(), help_text="分野のコード")
    flags = s.ListField(child=s.ChoiceField(choices=Flag.choices))
    desk_office = OfficeRef(help_text="区役所の中で預かっている課")
    owner_office = OfficeRef(help_text="主担当の課・機関")
    assignee = Person(allow_null=True)
    channel = s.ChoiceField(choices=Channel.choices)
    received_at = s.DateTimeField()
    due_at = s.DateTimeField(allow_null=True, help_text="次の期限。終わった相談では null")
    waiting_since = s.DateTimeField(
        allow_null=True, help_text="相談者の返事待ち（期限の時計は止まっています）"
    )
    closed_at = s.DateTimeField(allow_null=True)
    unread_messages = s.IntegerField()


class PartyAnswer(Answer):
    kind = s.ChoiceField(choices=PartyKind.choices)
    name = s.CharField()
    kana = s.CharField()
    known_as = s.CharField()
    relation = s.CharField()
    age_band = s.CharField()
    phone = s.CharField()
    postal_code = s.CharField()
    address = s.CharField()


class ContactAnswer(Answer):
    preferred = s.ChoiceField(choices=Medium.choices)
    may_email = s.BooleanField()
    may_call = s.BooleanField()
    may_write = s.BooleanField()
    name = s.CharField()
    email = s.CharField()
    phone = s.CharField()
    postal_code = s.CharField()
    address = s.CharField()
    call_from = s.CharField(allow_null=True)
    call_until = s.CharField(allow_null=True)
    no_home_contact = s.BooleanField()
    no_voicemail = s.BooleanField()
    plain_sender = s.BooleanField()
    forbidden = s.CharField()
    needs_interpreter = s.BooleanField()
    accommodation = s.CharField()


class DeadlineAnswer(Answer):
    kind = s.CharField()
    label = s.CharField()
    due_at = s.DateTimeField()
    is_paused = s.BooleanField()


class FileAnswer(Answer):
    id = s.IntegerField()
    name = s.CharField()
    size = s.IntegerField()
    state = s.ChoiceField(choices=AttachmentState.choices)


class ReferralRef(Answer):
    id = s.IntegerField()
    sequence = s.IntegerField()
    state = s.ChoiceField(choices=ReferralState.choices)
    to_office = OfficeRef()


class CaseAnswer(CaseRow):
    version = s.IntegerField(help_text="ETag と同じ。このあとに動くと変わります")
    body = s.CharField()
    consultant_kind = s.ChoiceField(choices=ConsultantKind.choices)
    relation = s.CharField()
    topic = s.CharField(allow_null=True)
    town = s.CharField(allow_null=True)
    language = s.CharField()
    outcome = s.ChoiceField(choices=Outcome.choices, allow_null=True)
    outcome_note = s.CharField()
    applies_intent = s.CharField()
    parties = PartyAnswer(many=True)
    contact = ContactAnswer()
    deadlines = DeadlineAnswer(many=True)
    files = FileAnswer(many=True)
    referrals = ReferralRef(many=True)
    acts = s.ListField(
        child=s.CharField(), help_text="いまできること（POST …/transitions/ の act と、refer）"
    )


class Line(Answer):
    id = s.IntegerField()
    at = s.DateTimeField()
    kind = s.CharField()
    title = s.CharField(help_text="起きたこと")
    text = s.CharField(help_text="書かれたこと")
    who = s.CharField()
    is_house = s.BooleanField(help_text="相談者には見えない行")


class Message(Answer):
    id = s.IntegerField()
    at = s.DateTimeField()
    direction = s.ChoiceField(choices=Direction.choices)
    office = s.CharField()
    body = s.CharField()
    read_at = s.DateTimeField(allow_null=True)


class Lines(Answer):
    results = Line(many=True)


class Messages(Answer):
    results = Message(many=True)


class Receipt(Answer):
    receipt_no = s.CharField()
    passphrase = s.CharField(
        allow_null=True, help_text="相談者に渡す合言葉。受け付けてから15分を過ぎた送り直しでは null"
    )
    promise_at = s.DateTimeField(help_text="このときまでに返事をする約束")
    desk_office = OfficeRef()
    is_visible = s.BooleanField(help_text="このトークンで、この相談を読めるか")


class ActField(Answer):
    name = s.CharField()
    label = s.CharField()
    required = s.BooleanField()
    choices = s.ListField(
        child=s.DictField(child=s.CharField()), help_text="value と label。自由に書くものでは空"
    )


class ActOpen(Answer):
    act = s.CharField()
    label = s.CharField()
    fields = ActField(many=True)


class ActsOpen(Answer):
    version = s.IntegerField()
    results = ActOpen(many=True)


class Acted(Answer):
    act = s.CharField()
    done = s.CharField(help_text="何が起き、つぎに何をするか")
    receipt_no = s.CharField()
    is_visible = s.BooleanField(help_text="ほかの課に渡すと、見えなくなることがあります")
    state = s.ChoiceField(choices=State.choices, allow_null=True)
    version = s.IntegerField(allow_null=True)
    created = s.CharField(allow_null=True, help_text="分けた相談の受付番号")


class StatusMessage(Answer):
    at = s.DateTimeField()
    direction = s.ChoiceField(choices=Direction.choices)
    office = s.CharField()
    body = s.CharField()


class StatusAnswer(Answer):
    receipt_no = s.CharField()
    is_open = s.BooleanField()
    steps = s.ListField(child=s.CharField(), help_text="起きたこと。相談者のことばで、古い順")
    promise_at = s.DateTimeField(allow_null=True, help_text="返事の約束。動いている約束がなければ null")
    office = s.CharField(help_text="預かっている課")
    telephone = s.CharField()
    messages = StatusMessage(many=True)
