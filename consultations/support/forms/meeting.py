"""What a convener fills in, one act each. Field names are those that `Refused.field` uses."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.ui.fields import EraDateField, LineField, NameField, ParagraphField, TimeField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxCard, CheckboxList, RadioCards
from consultations import choices
from consultations.enums import ConsentMethod
from consultations.forms.beside import OfficeChoice, PartyChoice, RowForm, name_of, offices_of
from consultations.support.enums import MeetingKind, PledgeMethod
from consultations.support.models import DutyGround, HandOutCopy, Meeting, Member
from consultations.support.papers import copies_of

HINTS: dict[str, str] = {
    MeetingKind.STATUTORY: "本人の同意がなくても開けます。情報を共有できるのは、守秘を誓約した構成員の間だけです。",
    MeetingKind.MULTI_LAYER: "話す一人ひとりの同意が要ります。支援プランを決める会議です。",
    MeetingKind.CHILD_COUNCIL: "こども家庭の課が招集します。",
}


class NewForm(PortalForm):
    kind = forms.ChoiceField(label="会議の種類", choices=MeetingKind.choices, widget=RadioCards(hints=HINTS))
    purpose = ParagraphField(
        label="会議の目的", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="何を話し合って決めたいかを書きます。構成員が読みます。",
    )  # fmt: skip
    on = EraDateField(label="開催する日")
    at = TimeField(label="開始の時刻")
    place = LineField(label="場所・方式", max_length=120, help_text="例：区役所 3階 会議室、オンライン")
    requested_on = EraDateField(label="会議を求められた日")

    def clean_requested_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["requested_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("会議を求められた日は、今日までの日にしてください。")
        return day

    @property
    def starts_at(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"], TOKYO)


class MeetingForm(RowForm):
    """A form of the meeting's page; it knows the meeting and who acts."""

    keyword = "meeting"
    meeting: Meeting


def _duties(kind: str) -> Any:
    return DutyGround.objects.filter(is_active=True, kinds__contains=[kind]).order_by("order", "id")


class MemberForm(MeetingForm):
    office = OfficeChoice(label="課・機関")
    name = NameField(label="出席する人の名前", max_length=80, autocomplete="off")
    job_title = LineField(label="職名", max_length=80)
    duty = forms.ModelChoiceField(
        label="守秘義務の根拠", queryset=DutyGround.objects.none(), required=False, empty_label="（まだ確かめていない）",
        help_text="根拠と誓約のない人は、招いても構成員にはなれず、何も見られません。",
    )  # fmt: skip
    pledged_on = EraDateField(label="誓約した日", required=False)
    pledge_method = forms.ChoiceField(
        label="誓約の方法", required=False, choices=[("", "（まだ誓約していない）"), *PledgeMethod.choices]
    )

    def offer(self, fields: dict[str, Any]) -> None:
        fields["office"].offer(offices_of(self.actor))
        fields["duty"].queryset = _duties(self.meeting.kind)


class WhoForm(MeetingForm):
    """One of the members."""

    member = forms.ModelChoiceField(label="だれ", queryset=Member.objects.none(), empty_label="選ぶ")

    def offer(self, fields: dict[str, Any]) -> None:
        names = choices.office_names()
        fields["member"].queryset = self.meeting.members.order_by("number")
        fields["member"].label_from_instance = lambda row: f"{row.name}（{names.get(row.office_id, '')}）"


class PledgeForm(WhoForm):
    duty = forms.ModelChoiceField(
        label="守秘義務の根拠", queryset=DutyGround.objects.none(), empty_label="選ぶ"
    )
    pledged_on = EraDateField(label="誓約した日")
    pledge_method = forms.ChoiceField(label="誓約の方法", choices=PledgeMethod.choices, widget=RadioCards)

    def offer(self, fields: dict[str, Any]) -> None:
        super().offer(fields)
        fields["member"].queryset = self.meeting.members.filter(pledged_on__isnull=True).order_by("number")
        fields["duty"].queryset = _duties(self.meeting.kind)


class PartyForm(MeetingForm):
    """One of the persons of the matter."""

    party = PartyChoice(label="だれのことを話すか")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["party"].offer(self.meeting.consultation_id)


class ConsentForm(PartyForm):
    """The consent of one person for every member office."""

    method = forms.ChoiceField(label="同意を得た方法", choices=ConsentMethod.choices, widget=RadioCards)
    obtained_on = EraDateField(label="同意を得た日")
    valid_until = EraDateField(label="いつまで", required=False, help_text="決めないときは空欄にします。")
    paper_location = LineField(
        label="署名した紙の保管場所", max_length=120, required=False, help_text="書面のときに入力します。"
    )

    def offer(self, fields: dict[str, Any]) -> None:
        super().offer(fields)
        fields["party"].label = "同意した人"

    def clean_obtained_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["obtained_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("同意を得た日は、今日までの日にしてください。")
        return day


class SubjectForm(MeetingForm):
    """One of those who are on the table."""

    subject = forms.ChoiceField(label="外す人")

    def offer(self, fields: dict[str, Any]) -> None:
        rows = self.meeting.subjects.select_related("party")
        fields["subject"].choices = [("", "選ぶ"), *((str(row.pk), name_of(row.party)) for row in rows)]


class TitleForm(MeetingForm):
    title = LineField(label="議題", max_length=200)


class HandOutForm(MeetingForm):
    title = LineField(label="資料の名前", max_length=120)


class SureForm(MeetingForm):
    """What is not simply taken back is confirmed by a tick."""

    sure = forms.BooleanField(
        label="構成員と、守秘義務の根拠・誓約を確かめた", widget=CheckboxCard,
        error_messages={"required": "確かめて、印を付けてください。"},
        help_text="確定すると、構成員の課・機関に会議が見え、お知らせが出ます。",
    )  # fmt: skip


class NothingForm(MeetingForm):
    """No questions: the press itself is the act."""


class HoldForm(MeetingForm):
    held_on = EraDateField(label="開催した日")
    held_at = TimeField(label="開始した時刻")
    attended = forms.MultipleChoiceField(label="出席した人", widget=CheckboxList)

    def offer(self, fields: dict[str, Any]) -> None:
        names = choices.office_names()
        fields["attended"].choices = [
            (str(row.pk), f"{row.number}　{row.name}（{names.get(row.office_id, '')}）")
            for row in self.meeting.members.order_by("number")
        ]

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.combine(self.cleaned_data["held_on"], self.cleaned_data["held_at"], TOKYO)


class CollectForm(MeetingForm):
    copies = forms.MultipleChoiceField(label="回収した資料", widget=CheckboxList(columns=True))

    def offer(self, fields: dict[str, Any]) -> None:
        rows: list[HandOutCopy] = list(copies_of(self.meeting).filter(collected_at__isnull=True))
        fields["copies"].choices = [
            (str(row.pk), f"資料{row.hand_out.number}-{row.member.number}　{row.member.name}") for row in rows
        ]


class TaskForm(MeetingForm):
    office = OfficeChoice(label="担当する課・機関")
    what = LineField(label="すること", max_length=300)
    due_on = EraDateField(label="いつまで")

    def offer(self, fields: dict[str, Any]) -> None:
        known = self.meeting.members.filter(fixed_at__isnull=False, ended_at__isnull=True)
        fields["office"].offer(list(dict.fromkeys(known.order_by("number").values_list("office", flat=True))))


class MinutesForm(MeetingForm):
    points = ParagraphField(label="話し合いの要点", max_length=5000)
    decisions = ParagraphField(
        label="決まったこと", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="だれが・いつまでに、は「役割分担」にも入れてください。",
    )  # fmt: skip


class ReviewForm(MeetingForm):
    review_on = EraDateField(label="次に見直す日")
    lead_office = OfficeChoice(label="主担当の課・機関", required=False)
    lead_name = NameField(label="主担当の人", max_length=80, required=False, autocomplete="off")

    def offer(self, fields: dict[str, Any]) -> None:
        known = self.meeting.members.order_by("number").values_list("office", flat=True)
        fields["lead_office"].offer(list(dict.fromkeys(known)), "（まだ決めていない）")


class SupplementForm(MeetingForm):
    text = ParagraphField(
        label="追補", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="確定した会議録は変わりません。追補は、その下に日時と名前を付けて残ります。",
    )  # fmt: skip


class CancelForm(MeetingForm):
    reason = LineField(label="中止する理由（庁内）", max_length=300)


class ApproveForm(PortalForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="会議録を読み、確かめた", widget=CheckboxCard,
        error_messages={"required": "会議録を読んで、印を付けてください。"},
        help_text="確定した会議録は、だれも書き直せません。あとは追補だけになります。",
    )  # fmt: skip


class DoneForm(PortalForm):
    result = ParagraphField(
        label="したこと・結果", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="招集した課が読みます。",
    )  # fmt: skip
