"""What is written of an issue or a dialogue, and their acts. Field names are those that `Refused.field` uses."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, LineField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList
from regional_issues import selectors
from regional_issues.enums import IssueHorizon, IssueState, OpinionFate, SourceKind
from regional_issues.models import CitizenDialogue, DialogueOpinion, LocalIssue
from regional_issues.services.dialogues import IN_WORDS

NO_NAMES = "人の名前・電話番号・住所は書かないでください。"
IN_WORDS_KINDS = [one for one in SourceKind if one != SourceKind.CONSULTATIONS]
LOOK_AFTER = dt.timedelta(days=30)


def _kinds() -> list[tuple[str, str]]:
    return [(one.value, str(one.label)) for one in IN_WORDS_KINDS]


class RegisterForm(PortalForm):
    title = LineField(label="件名", max_length=80)
    summary = ParagraphField(label="内容", max_length=2000, help_text=NO_NAMES)
    horizon = forms.ChoiceField(label="即応か長期か", choices=IssueHorizon.choices)
    district = forms.ModelChoiceField(
        label="地区", queryset=None, required=False, empty_label="区全体・分からない"
    )
    owner = forms.ModelChoiceField(label="担当課", queryset=None)
    next_on = EraDateField(label="次に見る日")
    kind = forms.ChoiceField(label="どこから聞いたか", choices=_kinds)
    text = ParagraphField(label="聞いたこと", max_length=1000, help_text=NO_NAMES)
    heard_on = EraDateField(label="聞いた日")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        today, office = timezone.localdate(), actor.seat.post.office
        first = {"next_on": today + LOOK_AFTER, "heard_on": today, "owner": office.pk}
        super().__init__(*args, **{"initial": first, **kwargs})
        self.fields["district"].queryset = selectors.districts_of(office.ward)
        self.fields["owner"].queryset = selectors.owners_for(office.ward)


class IssueForm(RowForm):
    keyword = "issue"
    issue: LocalIssue

    def offer(self, fields: dict[str, Any]) -> None:
        if "owner" in fields:
            fields["owner"].queryset = selectors.owners_for(self.issue.ward)
        self.initial = {
            "owner": self.issue.owner_office_id,
            "horizon": self.issue.horizon,
            "next_on": max(self.issue.next_on or timezone.localdate(), timezone.localdate()),
            "heard_on": timezone.localdate(),
        }


class AssessForm(IssueForm):
    horizon = forms.ChoiceField(label="即応か長期か", choices=IssueHorizon.choices)
    owner = forms.ModelChoiceField(label="担当課", queryset=None)
    next_on = EraDateField(label="次に見る日")


class TableForm(IssueForm):
    sure = forms.BooleanField(label="会議で決めることにします。決まるまで、次の会議の次第に出ます")


class TakeForm(IssueForm):
    owner = forms.ModelChoiceField(label="担当課", queryset=None)
    next_on = EraDateField(label="次に見る日")


class WatchForm(IssueForm):
    next_on = EraDateField(label="次に見る日")


class LookForm(IssueForm):
    text = LineField(label="見たこと・したこと", max_length=500, help_text=NO_NAMES)
    next_on = EraDateField(label="次に見る日")


class SourceForm(IssueForm):
    kind = forms.ChoiceField(label="どこから聞いたか", choices=_kinds)
    text = ParagraphField(label="聞いたこと", max_length=1000, help_text=NO_NAMES)
    heard_on = EraDateField(label="聞いた日")


class OutcomeForm(IssueForm):
    outcome = LineField(label="結果・理由", max_length=500, help_text=NO_NAMES)


class IssueFilter(PortalForm):
    """What stands in the address of the list."""

    q = LineField(label="件名・番号", required=False, max_length=80)
    state = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *IssueState.choices])
    horizon = forms.ChoiceField(
        label="即応か長期か", required=False, choices=[("", "すべて"), *IssueHorizon.choices]
    )


class DialogueNewForm(PortalForm):
    title = LineField(label="名称", max_length=80)
    theme = LineField(label="テーマ", max_length=120)
    held_on = EraDateField(label="開いた日")
    place = LineField(label="場所", max_length=80)
    attendance = forms.IntegerField(label="参加した人数", required=False, min_value=0, max_value=100000)


class OpinionChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}　{obj.text}"


class DialogueForm(RowForm):
    keyword = "dialogue"
    dialogue: CitizenDialogue
    fates: tuple[OpinionFate, ...] = ()

    def offer(self, fields: dict[str, Any]) -> None:
        found = DialogueOpinion.objects.filter(dialogue=self.dialogue).order_by("number")
        for name in {"opinions", "opinion"} & set(fields):
            fields[name].queryset = found.filter(fate__in=self.fates) if self.fates else found


class AddForm(DialogueForm):
    lines = ParagraphField(
        label="意見（一行に一つ）",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=NO_NAMES,
    )


class CorrectForm(DialogueForm):
    opinion = forms.ModelChoiceField(label="直す意見", queryset=None)
    text = ParagraphField(label="直した文", max_length=1000, help_text=NO_NAMES)


class CheckForm(DialogueForm):
    opinions = OpinionChoices(label="名前などがないことを確かめた意見", queryset=None, widget=CheckboxList)


class JoinForm(DialogueForm):
    fates = (OpinionFate.WAITING,)
    opinions = OpinionChoices(label="意見", queryset=None, widget=CheckboxList)
    issue = forms.ModelChoiceField(
        label="地域課題", queryset=None, required=False, empty_label="新しい課題にする"
    )
    title = LineField(label="新しい課題の件名", max_length=80, required=False)

    def offer(self, fields: dict[str, Any]) -> None:
        super().offer(fields)
        fields["issue"].queryset = selectors.open_issues(self.dialogue.ward)


class AnswerForm(DialogueForm):
    fates = (OpinionFate.WAITING,)
    opinions = OpinionChoices(label="意見", queryset=None, widget=CheckboxList)
    fate = forms.ChoiceField(
        label="どうなったか", choices=lambda: [(one.value, str(one.label)) for one in IN_WORDS]
    )
    fate_text = LineField(label="説明・理由（公開されます）", max_length=500, help_text=NO_NAMES)


class BackForm(DialogueForm):
    fates = (OpinionFate.ISSUE, *IN_WORDS)
    opinions = OpinionChoices(label="検討中に戻す意見", queryset=None, widget=CheckboxList)


class SureForm(DialogueForm):
    sure = forms.BooleanField(label="意見と、どうなったかを確かめました")
