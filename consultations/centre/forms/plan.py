"""What is filled in on a サポートプラン, one act each."""

from typing import Any

from django import forms

from chiba_ward.ui.fields import EraDateField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from consultations.centre.models import ChildSupportPlan, ProgressEntry
from consultations.centre.services.plans import WORDS
from consultations.forms.beside import PartyChoice, RowForm


class PlanFields(PortalForm):
    """The plan itself, in the order of the paper."""

    made_with = PartyChoice(label="いっしょに作った人")
    wish = ParagraphField(
        label="本人の意向", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="本人のことばで書きます。この紙は本人に渡します。",
    )  # fmt: skip
    issues = ParagraphField(label="課題", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    support = ParagraphField(
        label="支援の内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="だれが・何を・いつ。住所や電話番号は書かないでください。",
    )  # fmt: skip
    starts_on = EraDateField(label="期間のはじめ")
    ends_on = EraDateField(label="期間のおわり")
    evaluate_on = EraDateField(label="評価日")


class NewPlanForm(PlanFields):
    def __init__(self, *args: Any, entry: ProgressEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["made_with"].offer(entry.consultation_id)


class PlanForm(RowForm):
    """A form of the plan's page; it knows the plan and who acts."""

    keyword = "plan"
    plan: ChildSupportPlan


class ChangeForm(PlanFields, PlanForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(self.plan, name) for name in WORDS}

    def offer(self, fields: dict[str, Any]) -> None:
        fields["made_with"].offer(self.plan.entry.consultation_id)


class HandForm(PlanForm):
    handed_on = EraDateField(label="本人に渡した日")


class EndForm(PlanForm):
    note = ParagraphField(
        label="終えた理由・結果（庁内）", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
