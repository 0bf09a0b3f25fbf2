"""What is filled in on a support plan, one act each."""

from typing import Any

from django import forms

from chiba_ward.ui.fields import EraDateField, LineField, NameField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from consultations.forms.beside import OfficeChoice, PartyChoice, RowForm, name_of, offices_of
from consultations.support.enums import MeetingKind
from consultations.support.models import Meeting, PlanPerson, SupportPlan


class GoalForm(PortalForm):
    goal = ParagraphField(label="世帯の目標", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    issues = ParagraphField(label="課題", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class PlanForm(RowForm):
    """A form of the plan's page; it knows the plan and who acts."""

    keyword = "plan"
    plan: SupportPlan


class ChangeForm(PlanForm):
    goal = ParagraphField(label="世帯の目標", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    issues = ParagraphField(label="課題", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"goal": self.plan.goal, "issues": self.plan.issues}


class PersonForm(PlanForm):
    party = PartyChoice(label="対象者")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["party"].offer(self.plan.consultation_id)


class SignForm(PlanForm):
    person = forms.ModelChoiceField(
        label="署名した人", queryset=PlanPerson.objects.none(), empty_label="選ぶ"
    )
    agreed_on = EraDateField(label="署名の日")
    paper_place = LineField(label="署名した紙の保管場所", max_length=120)

    def offer(self, fields: dict[str, Any]) -> None:
        rows = self.plan.people.filter(agreed_on__isnull=True).select_related("party")
        fields["person"].queryset = rows
        fields["person"].label_from_instance = lambda row: name_of(row.party)


class PlanTaskForm(PlanForm):
    office = OfficeChoice(label="担当する課・機関")
    what = LineField(label="すること", max_length=300)
    due_on = EraDateField(label="いつまで")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["office"].offer(offices_of(self.actor))


class DecideForm(PlanForm):
    meeting = forms.ModelChoiceField(
        label="決定した重層的支援会議", queryset=Meeting.objects.none(), empty_label="選ぶ",
        help_text="開催した重層的支援会議が出ます。ないときは、先に会議を開きます。",
    )  # fmt: skip
    monitor_on = EraDateField(label="次に確かめる日")

    def offer(self, fields: dict[str, Any]) -> None:
        held = Meeting.objects.held().filter(
            consultation=self.plan.consultation_id, kind=MeetingKind.MULTI_LAYER
        )
        fields["meeting"].queryset = held.order_by("sequence")
        fields["meeting"].label_from_instance = lambda row: f"{row.sequence}回目の会議（{row.held_at:%m/%d}）"


class MonitorForm(PlanForm):
    text = LineField(label="確かめたこと（庁内）", max_length=300)
    next_on = EraDateField(label="次に確かめる日")


class CloseForm(PlanForm):
    lead_office = OfficeChoice(label="このあとの主担当の課・機関")
    lead_name = NameField(label="このあとの主担当の人", max_length=80, autocomplete="off")
    note = LineField(label="終える理由（庁内）", max_length=500)

    def offer(self, fields: dict[str, Any]) -> None:
        fields["lead_office"].offer(offices_of(self.actor))
