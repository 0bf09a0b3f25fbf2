"""引継書 on the screen, filled in from the notebook; one question for each promise that is open."""

from typing import Any

from django import forms

from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, LineField
from chiba_ward.ui.forms import PortalForm, speak_plainly
from chiba_ward.ui.widgets import RadioCards
from community.area_officers.enums import PromiseState
from community.area_officers.forms.notebook import short
from community.area_officers.models import AreaPromise, HandOver
from community.area_officers.services.hand_over import WORDS

BECOMES = [
    (PromiseState.HANDED_ON, "次の担当に引き継ぐ"),
    (PromiseState.KEPT, "守った"),
    (PromiseState.COULD_NOT_KEEP, "守れなかった"),
]
LONG = {"rows": 6}
WHEN_FILED = "出すとき"


class WriteForm(PortalForm):
    """`owed` are the promises of the assignment, in the order of their days."""

    last_day = EraDateField(label="担当の終わり（この日から担当でない）")
    going_on = short(
        "いま動いていること",
        4000,
        widget=forms.Textarea(attrs=LONG),
        required=False,
        help_text="なければ「なし」。",
    )
    people = short("知っておく人", 2000, help_text="会って話すとよい人、連絡のしかた、気をつけること。")
    next_dates = short("これからの予定", 2000, help_text="会合・行事の日と、することになっていること。")

    def __init__(self, *args: Any, owed: list[AreaPromise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed = owed
        self.needed_when = {"going_on": WHEN_FILED}
        for promise in owed:
            self._ask(promise)

    def _ask(self, promise: AreaPromise) -> None:
        label = f"約束「{promise.what}」（{promise.org or promise.to_whom}、{promise.due_on.month}月{promise.due_on.day}日まで）"
        more = {
            f"promise_{promise.pk}": forms.ChoiceField(
                label=label, choices=BECOMES, widget=RadioCards, required=False
            ),
            f"reason_{promise.pk}": LineField(label="守れなかった理由", max_length=500, required=False),
        }
        self.needed_when.update(zip(more, (WHEN_FILED, "守れなかったとき"), strict=True))
        for name, field in more.items():
            self.fields[name] = field
            speak_plainly(field, str(field.label))

    @property
    def words(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in WORDS}

    @property
    def answers(self) -> dict[int, tuple[str, str]]:
        given = self.cleaned_data
        return {one.pk: (given[f"promise_{one.pk}"], given[f"reason_{one.pk}"]) for one in self.owed}


class ReceiveForm(RowForm):
    keyword = "paper"
    paper: HandOver
    sure = forms.BooleanField(
        label="引継書を読んだ", error_messages={"required": "引継書を読んでから、印を付けてください。"}
    )
