"""What is written in a circular, and its acts. Field names are those that `Refused.field` uses."""

from typing import Any

from django import forms

from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import EraDateField, LineField, ParagraphField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from community.circulars import selectors
from community.circulars.enums import CircularState, Reach, SenderKind
from community.circulars.models import ECircular
from community.circulars.services.circulars import PLACES

BODY_ROWS = {"rows": 12}
PUBLIC_HELP = "住民の地区のページにも出ます。人の名前・電話番号など、公開しないことを書かないでください。"


class TitleField(LineField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "件名", "max_length": 80, **kwargs})


class BodyField(ParagraphField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs=BODY_ROWS)
        help_text = "段落のあいだは一行あけます。返事はこの画面では受けません。聞くところ（課や係の電話）を書いてください。"
        super().__init__(
            **{"label": "本文", "max_length": 4000, "widget": widget, "help_text": help_text, **kwargs}
        )


class OrgChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class WriteForm(PortalForm):
    """A draft. `circular` is new or is being written further; its sender decides what may be chosen."""

    title = TitleField()
    body = BodyField()
    reach = forms.ChoiceField(label="送り先", widget=RadioCards)
    until = EraDateField(label="掲載する最後の日")
    is_public = forms.BooleanField(
        label="だれでも読めるようにする（公開）", required=False, help_text=PUBLIC_HELP
    )

    def __init__(self, *args: Any, circular: ECircular, **kwargs: Any) -> None:
        kwargs["initial"] = {**_initial(circular), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        reaches = selectors.reaches_of(circular)
        self.fields["reach"].choices = [(one.value, one.label) for one in reaches]
        for reach in (one for one in reaches if one in PLACES):
            self._offer(PLACES[reach], reach, circular)
        self.order_fields(["title", "body", "reach", *PLACES.values(), "until", "is_public"])

    def _offer(self, name: str, reach: Reach, circular: ECircular) -> None:
        """The list of places; needed where its reach is chosen, which the service sees to."""
        kind = OrgChoices if reach == Reach.ORGS else forms.ModelMultipleChoiceField
        self.fields[name] = kind(
            label=f"{reach.label}（「{reach.label}」を選んだとき）",
            queryset=getattr(selectors, f"{name}_for")(circular),
            required=False,
            widget=CheckboxList,
        )

    @property
    def words(self) -> dict[str, Any]:
        """As the services take them."""
        given = self.cleaned_data
        places = {name: list(given[name]) if name in given else [] for name in PLACES.values()}
        return {**given, **places}


def _initial(circular: ECircular) -> dict[str, Any]:
    sender = SenderKind.ORG if circular.org_id else SenderKind.CITY
    if circular._state.adding:
        return {
            "until": selectors.last_day(sender),
            "is_public": sender == SenderKind.CITY,
            "reach": selectors.reaches_of(circular)[0],
        }
    known = {key: getattr(circular, key) for key in ("title", "body", "reach", "until", "is_public")}
    places = {
        name: list(getattr(circular, name).order_by("pk").values_list("pk", flat=True))
        for name in PLACES.values()
    }
    return {**known, **places}


class CircularForm(RowForm):
    """A form of the page of a circular."""

    keyword = "circular"
    circular: ECircular


class PostForm(CircularForm):
    """`groups` and `households` are what the page has just shown: somebody who confirms twelve does not send to forty."""

    groups = forms.IntegerField(widget=forms.HiddenInput)
    households = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label="送り先の数と本文を確かめました")

    def offer(self, fields: dict[str, Any]) -> None:
        found = selectors.reach(self.circular)
        self.initial = {"groups": found.groups, "households": found.households}


class CorrectForm(CircularForm):
    notice = LineField(
        label="何を直したか（読む人に見えます）",
        max_length=300,
        help_text="例：日にちがまちがっていました。正しくは12月6日です。",
    )
    title = TitleField()
    body = BodyField()
    field_order = ["notice", "title", "body"]

    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {"title": self.circular.title, "body": self.circular.body}


class RecallForm(CircularForm):
    reason = LineField(
        label="取り下げる理由（読む人に見えます）",
        max_length=300,
        help_text="例：送る班をまちがえました。この回覧は、ないものとしてください。",
    )


class EndForm(CircularForm):
    sure = forms.BooleanField(label="最後の日の前に、掲載を終えます。数は、いまのまま残ります")


class CircularFilter(PortalForm):
    """What stands in the address of the list."""

    q = LineField(label="件名・番号", required=False, max_length=80)
    state = forms.ChoiceField(label="状態", required=False, choices=[("", "すべて"), *CircularState.choices])
    sender = forms.ChoiceField(
        label="だれから", required=False, choices=[("", "すべて"), *SenderKind.choices]
    )
