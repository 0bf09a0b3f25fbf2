"""What is filled in about a 班, one act each. No field asks for a name of a person or an address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from chiba_ward.access.actor import Actor
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.ui.fields import LineField
from chiba_ward.ui.forms import PortalForm
from chiba_ward.ui.normalisation import half_width
from chiba_ward.ui.widgets import CheckboxList, RadioCards
from community.circulars import selectors
from community.circulars.models import CircularGroup, ECircular
from community.circulars.services.groups import MOST_HOUSEHOLDS

NO_NAMES = "人の名前や住所は書かないでください。"


class NumberField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "class": "cw-input cw-input--short", "autocomplete": "off"}
        super().__init__(
            **{"min_value": 1, "max_value": MOST_HOUSEHOLDS, "widget": forms.TextInput(attrs=attrs), **kwargs}
        )


class NumbersField(LineField):
    """「3、5、8」: numbers of households, in any width and with any sign between them."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        parts = "".join(sign if sign.isdigit() else " " for sign in half_width(text)).split()
        if text and not parts:
            raise ValidationError("世帯の番号を「3、5、8」のように入力してください。")
        return sorted({int(part[:4]) for part in parts})


class GroupFields(PortalForm):
    name = LineField(label="班の名前", max_length=40, help_text=f"例：3班、ひまわり班。{NO_NAMES}")
    order = NumberField(label="並び順", initial=100, max_value=999, help_text="小さい数から並びます。")
    is_paper = forms.BooleanField(label="この班は、すべての世帯に紙で回す", required=False)


class NewGroupForm(GroupFields):
    """`org` is asked of the desk alone: an officer has one association."""

    households = NumberField(label="世帯の数", help_text="数だけです。会員の名簿は入れません。")
    paper = NumberField(
        label="そのうち紙で受け取る世帯の数",
        required=False,
        min_value=0,
        help_text="終わりの番号から紙になります。あとで番号ごとに直せます。",
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.is_partner:
            orgs = selectors.orgs_for(ECircular(office=actor.seat.post.office))
            names = [(org.pk, org.label) for org in orgs]
            self.fields["org"] = forms.TypedChoiceField(
                label="団体", coerce=int, choices=[("", "選んでください"), *names]
            )
            self.order_fields(["org"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["paper"] = given.get("paper") or 0
        if given["paper"] > (given.get("households") or 0):
            self.add_error("paper", "紙の世帯は、世帯の数より多くできません。")
        return given


class GroupForm(RowForm):
    """A form of the page of a 班."""

    keyword = "group"
    group: CircularGroup


class ChangeForm(GroupFields, GroupForm):
    def offer(self, fields: dict[str, Any]) -> None:
        self.initial = {key: getattr(self.group, key) for key in ("name", "order", "is_paper")}


class AddForm(GroupForm):
    number = NumberField(label="増える世帯の数")


class LeaveForm(GroupForm):
    number = NumberField(
        label="いなくなった世帯の番号", max_value=9999, help_text="その世帯の鍵は、すぐに使えなくなります。"
    )


class PaperForm(GroupForm):
    numbers = forms.TypedMultipleChoiceField(
        label="紙で受け取る世帯の番号", coerce=int, required=False, widget=CheckboxList(columns=True)
    )

    def offer(self, fields: dict[str, Any]) -> None:
        slots = list(self.group.slots.active().order_by("number"))
        fields["numbers"].choices = [(slot.number, f"{slot.number}番") for slot in slots]
        self.initial = {"numbers": [slot.number for slot in slots if slot.is_paper]}


class EndForm(GroupForm):
    sure = forms.BooleanField(label="この班の鍵は、すべて使えなくなります")


class KeysForm(PortalForm):
    """Which keys are printed. They are shown on the next page and never again."""

    which = forms.ChoiceField(
        label="どの鍵を作るか",
        choices=[
            ("missing", "鍵のない世帯の分"),
            ("some", "番号を選んで作り直す（前の鍵は使えなくなります）"),
        ],
        initial="missing",
        widget=RadioCards,
    )
    numbers = NumbersField(label="作り直す世帯の番号", required=False, help_text="例：3、5、8")
    leader = forms.BooleanField(label="班長の鍵も作る（前の鍵は使えなくなります）", required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("which") == "some" and not given.get("numbers") and "numbers" not in self.errors:
            self.add_error("numbers", "作り直す世帯の番号を入力してください。")
        return given


class GroupFilter(PortalForm):
    """What stands in the address of the list of 班."""

    q = LineField(label="団体・班の名前", required=False, max_length=80)
    kind = forms.ChoiceField(
        label="回し方", required=False, choices=[("", "すべて"), ("online", "電子"), ("paper", "紙")]
    )
