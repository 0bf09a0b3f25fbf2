"""What is typed for a meeting and its acts. Field names are those that `Refused.field` uses."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from chiba_ward.casework.row_forms import RowForm
from chiba_ward.directory.models import Office
from chiba_ward.ui.fields import EraDateField, LineField, ParagraphField, TimeField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from regional_issues.meetings.enums import (
    Answer,
    AnswerChannel,
    Audience,
    ItemKind,
    MeetingKind,
    MeetingState,
    Outcome,
    Way,
)
from regional_issues.meetings.models import Decision, WardMeeting

TOKYO = ZoneInfo("Asia/Tokyo")
NO_NAMES = "相談者の個人情報（名前・住所など）は書きません。件数や、だれか分からない書き方にします。"


class OfficeField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"queryset": Office.objects.none(), **kwargs})


def offices_for(meeting: WardMeeting) -> Any:
    """Those of the ward, and those of the whole city: bureaus, agencies, associations."""
    there = Office.objects.filter(ward=meeting.ward_id) | Office.objects.filter(ward__isnull=True)
    return there.prefetch_related("versions").order_by("ward", "code", "pk")


class WhenForm(forms.Form):
    """A day and a time as one moment in Asia/Tokyo."""

    starts_on = EraDateField(label="開催する日")
    starts_time = TimeField(label="時刻")

    @property
    def starts_at(self) -> dt.datetime:
        given = self.cleaned_data
        return dt.datetime.combine(given["starts_on"], given["starts_time"], TOKYO)


class PlanForm(WhenForm, PortalForm):
    kind = forms.ChoiceField(label="会議", choices=MeetingKind, widget=RadioCards)
    is_urgent = forms.BooleanField(
        label="即応（臨時）",
        required=False,
        help_text="急ぐ一つのことのための会議。次第は自動では入りません。",
    )
    place = LineField(label="場所", max_length=120)
    way = forms.ChoiceField(label="方式", choices=Way, widget=RadioCards)
    field_order = ["kind", "is_urgent", "starts_on", "starts_time", "place", "way"]


class MeetingForm(RowForm):
    keyword = "meeting"
    meeting: WardMeeting


class PostponeForm(WhenForm, MeetingForm):
    field_order = ["starts_on", "starts_time"]


class InviteForm(MeetingForm):
    office = OfficeField(label="課・機関・団体")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["office"].queryset = offices_for(self.meeting)


class AddItemForm(MeetingForm):
    title = LineField(label="議題", max_length=200, help_text=NO_NAMES)
    kind = forms.ChoiceField(label="種別", choices=ItemKind)
    audience = forms.ChoiceField(label="見せる範囲", choices=Audience)
    presenter = OfficeField(label="説明する課・機関")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["presenter"].queryset = offices_for(self.meeting)
        fields["audience"].choices = audiences(self.meeting)


def audiences(meeting: WardMeeting) -> list[tuple[str, str]]:
    return [one for one in Audience.choices if not (meeting.is_outward and one[0] == Audience.INTERNAL)]


class ItemForm(MeetingForm):
    item = forms.TypedChoiceField(label="議題", coerce=int)

    def offer(self, fields: dict[str, Any]) -> None:
        rows = self.meeting.items.on_agenda().order_by("order", "pk")
        fields["item"].choices = [(row.pk, f"{place} {row.title}") for place, row in enumerate(rows, 1)]


class ShowToForm(ItemForm):
    audience = forms.ChoiceField(label="見せる範囲", choices=Audience)

    def offer(self, fields: dict[str, Any]) -> None:
        super().offer(fields)
        fields["audience"].choices = audiences(self.meeting)


class MoveForm(ItemForm):
    order = forms.IntegerField(label="何番目にするか", min_value=1, max_value=99)


class TakeOffForm(ItemForm):
    reason = LineField(label="外す理由", max_length=300)


class RecordForm(ItemForm):
    outcome = forms.ChoiceField(
        label="結果", choices=[one for one in Outcome.choices if one[0] != Outcome.WAITING]
    )
    summary = ParagraphField(label="要点", max_length=2000, help_text=NO_NAMES)


class DecideForm(ItemForm):
    text = LineField(label="決まったこと", max_length=500, help_text=NO_NAMES)
    office = OfficeField(label="担当")
    due_on = EraDateField(label="報告の期限")

    def offer(self, fields: dict[str, Any]) -> None:
        super().offer(fields)
        fields["office"].queryset = offices_for(self.meeting)


class CallForm(MeetingForm):
    sure = forms.BooleanField(label="招集先と次第を確かめました")


class AnswerForm(MeetingForm):
    comes = forms.ChoiceField(
        label="返事", choices=[one for one in Answer.choices if one[0]], widget=RadioCards
    )


class AnswerForForm(AnswerForm):
    invitation = forms.TypedChoiceField(label="だれの返事か", coerce=int)
    channel = forms.ChoiceField(
        label="どうやって聞いたか",
        choices=[one for one in AnswerChannel.choices if one[0] != AnswerChannel.ONLINE],
    )
    field_order = ["invitation", "comes", "channel"]

    def offer(self, fields: dict[str, Any]) -> None:
        fields["invitation"].choices = invited(self.meeting)


def invited(meeting: WardMeeting) -> list[tuple[int, str]]:
    rows = meeting.invitations.select_related("office").prefetch_related("office__versions").order_by("pk")
    return [(row.pk, str(row.office)) for row in rows]


class HoldForm(MeetingForm):
    attended = forms.TypedMultipleChoiceField(
        label="出席した課・機関", coerce=int, required=False, widget=CheckboxList
    )

    def offer(self, fields: dict[str, Any]) -> None:
        fields["attended"].choices = invited(self.meeting)
        self.initial["attended"] = list(
            self.meeting.invitations.filter(answer=Answer.COMES).order_by("pk").values_list("pk", flat=True)
        )


class DraftForm(MeetingForm):
    sure = forms.BooleanField(label="要点と決定を確かめました")


class SupplementForm(MeetingForm):
    text = ParagraphField(label="追補", max_length=2000, help_text=NO_NAMES)
    is_internal = forms.BooleanField(label="内部のみ", required=False)


class ApproveForm(MeetingForm):
    number = LineField(label="文書番号", max_length=60)


class SendBackForm(MeetingForm):
    reason = LineField(label="差し戻しの理由", max_length=300)


class DecisionForm(RowForm):
    keyword = "decision"
    decision: Decision


class ReportForm(DecisionForm):
    text = LineField(label="報告", max_length=500, help_text=NO_NAMES)


class ChangeForm(DecisionForm):
    reason = LineField(label="決め直す理由", max_length=500)
    text = LineField(label="新しく決まったこと", max_length=500, help_text=NO_NAMES)
    office = OfficeField(label="担当")
    due_on = EraDateField(label="報告の期限")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["office"].queryset = offices_for(self.decision.item.meeting)


class WithdrawForm(DecisionForm):
    reason = LineField(label="取りやめる理由", max_length=500)


class MeetingFilter(PortalForm):
    """What stands in the address of the list."""

    q = LineField(label="議題・場所", required=False, max_length=80)
    kind = forms.ChoiceField(label="会議", required=False, choices=[("", "すべて"), *MeetingKind.choices])
    state = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *MeetingState.choices])


class DecisionFilter(PortalForm):
    q = LineField(label="決まったこと", required=False, max_length=80)
    which = forms.ChoiceField(
        label="状態",
        required=False,
        choices=[("", "すべて"), ("open", "対応中"), ("overdue", "期限を過ぎた"), ("closed", "終わった")],
    )
