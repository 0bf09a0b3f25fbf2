"""What staff fill in on a case: small forms, one act each."""

from typing import Any

from django import forms

from chiba_ward.casework.enums import Urgency
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.models import Office, Post, Posting
from chiba_ward.ui.fields import CodeField, LineField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from consultations.enums import ApplyIntent, Flag, LinkKind, Outcome
from consultations.models import Field


def house_offices(office: Office) -> Any:
    """Sections a case can be given to: those of the same ward; other houses are reached by つなぎ."""
    return Office.objects.existing_on().filter(ward=office.ward, kind__in=["section", "health_welfare", "ward_office"])


class OfficeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class BulkForm(PortalForm):
    office = OfficeChoice(label="振り分け先", queryset=Office.objects.none(), empty_label="課を選ぶ")

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = house_offices(office)


class CaseForm(PortalForm):
    """A form of the case screen; it knows the case and the actor it is shown to."""

    def __init__(self, *args: Any, case: Any, actor: Any, **kwargs: Any) -> None:
        self.case, self.actor = case, actor
        super().__init__(*args, **kwargs)


class AssignForm(CaseForm):
    office = OfficeChoice(label="担当する課", queryset=Office.objects.none(), empty_label="課を選ぶ")
    posting = forms.ModelChoiceField(
        label="担当する人", queryset=Posting.objects.none(), required=False, empty_label="（課の中で決める）"
    )
    post = forms.ModelChoiceField(label="職", queryset=Post.objects.none(), required=False, empty_label="（決めない）")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house = self.actor.posting.post.office
        offices = house_offices(house)
        self.fields["office"].queryset = offices
        self.fields["office"].initial = self.case.desk_office_id
        self.fields["posting"].queryset = Posting.objects.active_on().with_duty().filter(post__office__in=offices)
        self.fields["posting"].label_from_instance = lambda posting: f"{posting.person}（{posting.post.name}）"
        self.fields["post"].queryset = Post.objects.filter(office=house).select_related("office")
        self.fields["post"].label_from_instance = lambda post: post.name


class TakeForm(CaseForm):
    """No questions: the press itself is the act."""


class UrgencyForm(CaseForm):
    level = forms.ChoiceField(label="緊急度", choices=Urgency.choices, widget=RadioCards)
    note = LineField(label="理由・確認したこと（庁内）", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].initial = self.case.urgency


class FieldsForm(CaseForm):
    fields_ = forms.ModelMultipleChoiceField(
        label="相談種別", queryset=Field.objects.all(), widget=CheckboxList(columns=True), required=False
    )
    flags = forms.MultipleChoiceField(label="注意", choices=Flag.choices, widget=CheckboxList(columns=True), required=False)
    applies_intent = forms.ChoiceField(
        label="申請の意思（生活に困っている相談）", choices=[("", "（確認の必要なし）"), *ApplyIntent.choices], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_"].initial = self.case.fields.all()
        self.fields["flags"].initial = self.case.flags
        self.fields["applies_intent"].initial = self.case.applies_intent


class NoteForm(CaseForm):
    text = ParagraphField(label="庁内の記録", help_text="相談者やつなぎ先には見えません。書いたあとは直せません（訂正は追記で）。", max_length=4000)


class ReplyForm(CaseForm):
    body = ParagraphField(label="本文", max_length=5000)
    ask = forms.BooleanField(label="お返事を待つ（待つあいだ期限の時計を止める）", required=False)


class StandardTextForm(PortalForm):
    template = forms.ModelChoiceField(label="定型文", queryset=NoticeTemplate.objects.none(), empty_label="選んで差し込む")

    def __init__(self, *args: Any, language: str = "ja", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = NoticeTemplate.objects.filter(is_reply=True, language__in={language, "ja"})
        self.fields["template"].queryset = texts.order_by("label", "language")


class CloseForm(CaseForm):
    outcome = forms.ChoiceField(label="転帰", choices=Outcome.choices, widget=RadioCards)
    outcome_note = LineField(label="説明（庁内）", max_length=500, required=False)


class ReasonForm(CaseForm):
    reason = LineField(label="理由（庁内）", max_length=300)


class WatchForm(CaseForm):
    note = LineField(label="見守りの内容（庁内）", max_length=300)


class LinkForm(CaseForm):
    other = CodeField(label="結び付ける相談の受付番号")
    kind = forms.ChoiceField(label="関係", choices=LinkKind.choices)


class SplitForm(CaseForm):
    chief_concern = LineField(label="分ける相談をひとことで", max_length=100)
    body = ParagraphField(label="分ける内容", help_text="元の相談から必要なところだけ写してください。", max_length=5000)
    office = OfficeChoice(label="担当する課", queryset=Office.objects.none(), empty_label="課を選ぶ")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = house_offices(self.actor.posting.post.office)
