"""What staff fill in on a case: small forms, one act each."""

import re
from typing import Any

from django import forms

from chiba_ward.casework.enums import Urgency
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.models import Office, Post, Posting
from chiba_ward.ui.fields import CodeField, KanaField, LineField, NameField, ParagraphField, PhoneField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from consultations import choices
from consultations.enums import (
    PROTECTED_FLAGS,
    SEVERAL_FIELDS,
    ApplyIntent,
    Flag,
    LinkKind,
    Outcome,
    State,
)
from consultations.models import Field


def house_offices(office: Office) -> Any:
    """Sections a case can be given to: those of the same ward; other houses are reached by つなぎ."""
    return Office.objects.existing_on().filter(ward=office.ward, kind__in=choices.HOUSE_KINDS)


class HouseOfficeField(forms.ChoiceField):
    """A section of the ward: shown from memory, looked up when it is posted."""

    house: Office | None = None

    def offer(self, house: Office) -> None:
        self.house = house
        self.choices = [("", "課を選ぶ"), *choices.house_offices(house.ward_id).items()]

    def clean(self, value: Any) -> Office | None:
        text = super().clean(value)
        if not text:
            return None
        assert self.house is not None
        found: Office | None = house_offices(self.house).filter(pk=text).first()
        if found is None:
            raise forms.ValidationError("一覧から課を選んでください。", code="invalid_choice")
        return found

    def valid_value(self, value: Any) -> bool:
        return str(value).isdigit() and len(str(value)) < 19


class BulkForm(PortalForm):
    office = HouseOfficeField(label="振り分け先")

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].offer(office)


class CaseForm(PortalForm):
    """A form of the case screen; it knows the case and the actor it is shown to."""

    def __init__(self, *args: Any, case: Any, actor: Any, **kwargs: Any) -> None:
        self.case, self.actor = case, actor
        super().__init__(*args, **kwargs)


class AssignForm(CaseForm):
    office = HouseOfficeField(label="担当する課")
    to = forms.ChoiceField(
        label="担当する人・職",
        required=False,
        help_text="決めないときは、課の「担当なし」に並びます。休みの人の分は、職を選ぶと同じ職の人が受け持てます。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        house = self.actor.posting.post.office
        self.fields["office"].offer(house)
        self.fields["office"].initial = self.case.desk_office_id
        self.fields["to"].choices = [("", "（課の中で決める）"), *choices.people_of(house.ward_id)]
        if self.case.assignee_id:
            self.fields["to"].initial = f"p{self.case.assignee_id}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = data.get("to") or ""
        data["posting"] = (
            Posting.objects.with_duty().filter(pk=chosen[1:]).first() if chosen.startswith("p") else None
        )
        data["post"] = Post.objects.filter(pk=chosen[1:]).first() if chosen.startswith("s") else None
        return data


class TakeForm(CaseForm):
    """No questions: the press itself is the act."""


class UrgencyForm(CaseForm):
    level = forms.ChoiceField(label="緊急度", choices=Urgency.choices, widget=RadioCards)
    note = LineField(label="理由・確認したこと（庁内）", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].initial = self.case.urgency


class FieldsForm(CaseForm):
    fields_ = forms.TypedMultipleChoiceField(
        label="相談種別", coerce=int, widget=CheckboxList(columns=True), required=False
    )
    flags = forms.MultipleChoiceField(
        label="注意",
        help_text="虐待・DVのおそれは、「保護が必要かを確かめる」から記録します。",
        choices=[(flag.value, flag.label) for flag in Flag if flag not in PROTECTED_FLAGS],
        widget=CheckboxList(columns=True),
        required=False,
    )
    applies_intent = forms.ChoiceField(
        label="申請の意思（生活に困っている相談）",
        choices=[("", "（確認の必要なし）"), *ApplyIntent.choices],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields_"].choices = list(choices.field_names().items())
        known = getattr(self.case, "field_ids", None)
        self.fields["fields_"].initial = (
            known if known is not None else [field.pk for field in self.case.fields.all()]
        )
        self.fields["flags"].initial = self.case.flags
        self.fields["applies_intent"].initial = self.case.applies_intent

    def clean_fields_(self) -> list[Field]:
        return list(Field.objects.filter(pk__in=self.cleaned_data["fields_"]))


class NoteForm(CaseForm):
    text = ParagraphField(
        label="庁内の記録",
        help_text="相談者やつなぎ先には見えません。書いたあとは直せません（訂正は追記で）。",
        max_length=4000,
    )


class ReplyForm(CaseForm):
    body = ParagraphField(label="本文", max_length=5000)
    ask = forms.BooleanField(label="お返事を待つ（待つあいだ期限の時計を止める）", required=False)

    def clean_ask(self) -> bool:
        ask: bool = self.cleaned_data["ask"]
        if ask and self.case.state == State.RECEIVED:
            raise forms.ValidationError(
                "お返事を待つときは、先に担当を決めてください（相談の画面の「自分が担当する」）。"
            )
        return ask

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if left := re.findall(r"\{[a-z_]+\}", body):
            raise forms.ValidationError(
                f"{'、'.join(sorted(set(left)))} が残っています。実際のことばに書きかえてください。"
            )
        if re.search(r"^\s*[・-]\s*$", body, re.MULTILINE):
            raise forms.ValidationError("「・」のあとが空いています。書き足すか、行を消してください。")
        return body


class StandardTextForm(PortalForm):
    template = forms.ModelChoiceField(
        label="定型文", queryset=NoticeTemplate.objects.none(), empty_label="選んで差し込む"
    )

    def __init__(self, *args: Any, language: str = "ja", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = NoticeTemplate.objects.filter(is_reply=True, language__in={language, "ja"})
        self.fields["template"].queryset = texts.order_by("label", "language")
        self.fields["template"].label_from_instance = lambda row: (
            row.label if row.language == "ja" else f"{row.label}（{row.get_language_display()}）"
        )


class CloseForm(CaseForm):
    outcome = forms.ChoiceField(label="転帰", choices=Outcome.choices, widget=RadioCards)
    outcome_note = LineField(label="説明（庁内）", max_length=500, required=False)
    single_reason = LineField(
        label="この課だけの対応で足りる理由（庁内）",
        max_length=500,
        required=False,
        help_text="分野が二つ以上ある相談を、支援会議や支援プランによらずに完了にするときに入力します。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = getattr(self.case, "field_ids", None)
        if (len(known) if known is not None else self.case.fields.count()) < SEVERAL_FIELDS:
            del self.fields["single_reason"]


class ReasonForm(CaseForm):
    reason = LineField(label="理由（庁内）", max_length=300)


class WatchForm(CaseForm):
    note = LineField(label="見守りの内容（庁内）", max_length=300)


class LinkForm(CaseForm):
    other = CodeField(label="結び付ける相談の受付番号")
    kind = forms.ChoiceField(
        label="関係", choices=[row for row in LinkKind.choices if row[0] != LinkKind.SPLIT]
    )


class PersonForm(CaseForm):
    """困っている本人. Everything may stay empty but one part: nobody without a trace is a person."""

    relation = LineField(
        label="相談した人から見た続柄", max_length=60, required=False, help_text="例：長男、妻、祖母"
    )
    name = NameField(label="氏名", max_length=80, required=False, autocomplete="off")
    kana = KanaField(label="フリガナ", max_length=120, required=False)
    age_band = LineField(label="年代", max_length=20, required=False, help_text="例：10代、70代")
    phone = PhoneField(label="電話番号", required=False)
    address = LineField(label="住所（相談した人と違うとき）", max_length=200, required=False)
    contact_note = LineField(
        label="この人への連絡で気を付けること",
        max_length=300,
        required=False,
        help_text="例：母には知らせない、学校を通して連絡する。この人のことを渡すつなぎにも、いっしょに渡します。",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.values()):
            self.add_error("relation", "続柄、氏名、年代のどれか一つは入力してください。")
        return data


class SplitForm(CaseForm):
    chief_concern = LineField(label="分ける相談をひとことで", max_length=100)
    body = ParagraphField(
        label="分ける内容", help_text="元の相談から必要なところだけ写してください。", max_length=5000
    )
    office = HouseOfficeField(label="担当する課")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].offer(self.actor.posting.post.office)
