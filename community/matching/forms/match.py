"""What is filled in about a 仲介, one act each. Field names are those that `Refused.field` uses."""

from typing import Any

from django import forms
from django.utils import timezone

from chiba_ward.casework.enums import Channel
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, LineField, NameField, ParagraphField, TimeField
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from community.matching import choices, contacts, policy
from community.matching.enums import Side
from community.matching.models import Match
from community.matching.services import matches

RELEASE = "両方が承諾したときだけ、選んだものを相手に知らせます。一つも選ばないと、区役所が間に立ちます。"


def long_text(label: str, *, required: bool = True, help_text: str = "") -> ParagraphField:
    return ParagraphField(
        label=label, required=required, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text
    )  # fmt: skip


class MatchForm(RowForm):
    keyword = "match"
    match: Match


class YesForm(MatchForm):
    """By an officer of this side."""

    released = forms.MultipleChoiceField(
        label="相手に知らせてよい連絡先", required=False, widget=CheckboxList, help_text=RELEASE
    )

    def offer(self, fields: dict[str, Any]) -> None:
        sides = policy.sides_of(self.actor, self.match)
        fields["released"].choices = contacts.offered(self.match.listing(sides[0])) if sides else []


class FailureForm(MatchForm):
    failure = forms.ModelChoiceField(label="理由", queryset=None, empty_label="選ぶ")
    note = long_text("くわしい事情", required=False)

    def offer(self, fields: dict[str, Any]) -> None:
        fields["failure"].queryset = choices.failures()


class NoForm(FailureForm):
    """By an officer: the reason helps to find somebody else."""


class AnswerForm(MatchForm):
    """Told to staff: who said it, when, and how it came."""

    side = forms.ChoiceField(label="どちら側の返事か", widget=RadioCards)
    is_yes = forms.TypedChoiceField(
        label="返事", choices=[("yes", "承諾する"), ("no", "断る")], coerce=lambda value: value == "yes",
        widget=RadioCards(columns=True),
    )  # fmt: skip
    told_by = NameField(label="答えた人の名前", max_length=80, autocomplete="off")
    channel = forms.ChoiceField(
        label="どうやって聞いたか",
        choices=[(one.value, one.label) for one in (Channel.TELEPHONE, Channel.COUNTER, Channel.VISIT, Channel.POST)],
    )  # fmt: skip
    given_on = EraDateField(label="答えた日")
    released = forms.MultipleChoiceField(
        label="相手に知らせてよい連絡先", required=False, widget=CheckboxList, help_text=RELEASE
    )
    failure = forms.ModelChoiceField(label="断る理由", queryset=None, required=False, empty_label="選ぶ")
    note = long_text("くわしい事情", required=False)
    needed_when = {"failure": "断るとき"}

    def offer(self, fields: dict[str, Any]) -> None:
        said = set(self.match.answers.values_list("side", flat=True))
        sides = [side for side in Side if side not in said]
        fields["side"].choices = [
            (side.value, f"{side.label}（{self.match.listing(side).who}）") for side in sides
        ]
        kinds = dict(kind for side in sides for kind in contacts.offered(self.match.listing(side)))
        fields["released"].choices = list(kinds.items())
        fields["failure"].queryset = choices.failures()
        fields["given_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("is_yes") is False and not given.get("failure") and "failure" not in self.errors:
            self.add_error("failure", "断る理由を選んでください。")
        return given


class CancelForm(MatchForm):
    sure = forms.BooleanField(label="まちがって始めたので、なかったことにします")


class ArrangeForm(MatchForm):
    on = EraDateField(label="初回の日")
    time = TimeField(label="時刻", required=False)
    place = LineField(label="場所", max_length=200)
    present = forms.ModelChoiceField(label="同席する職員", queryset=None, empty_label="選ぶ")

    def offer(self, fields: dict[str, Any]) -> None:
        fields["present"].queryset = matches.presents(self.actor).order_by("pk")
        fields["present"].label_from_instance = lambda posting: str(posting.person)
        match = self.match
        self.initial = {
            "on": match.meeting_on,
            "time": match.meeting_time,
            "place": match.meeting_place,
            "present": match.present_id or self.actor.seat.pk,
        }


class MetForm(MatchForm):
    on = EraDateField(label="会った日")
    note = long_text("どうだったか", required=False)

    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {"on": self.match.meeting_on}


class SucceedForm(MatchForm):
    on = EraDateField(label="成立した日")
    outcome = long_text(
        "何ができるようになったか", help_text="例 月に一度、学生5人が草刈りに来ることになった。"
    )

    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {"on": timezone.localdate()}


class FollowUpForm(MatchForm):
    goes_on = forms.TypedChoiceField(
        label="いまも続いているか",
        choices=[("yes", "続いている"), ("no", "終わった")],
        coerce=lambda value: value == "yes",
        widget=RadioCards(columns=True),
    )
    on = EraDateField(label="確かめた日")
    note = long_text("聞いたこと")

    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {"on": timezone.localdate()}


class NoteForm(MatchForm):
    on = EraDateField(label="いつのことか")
    text = long_text("だれと、何をしたか")

    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {"on": timezone.localdate()}
