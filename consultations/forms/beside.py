"""Forms of a row that hangs on a case, one act each, and the fields that several modules ask with.

Field names are those that `Refused.field` uses.
"""

from typing import Any

from django import forms

from chiba_ward.access.actor import Actor
from chiba_ward.casework.row_forms import RowForm
from chiba_ward.directory.models import Office
from chiba_ward.directory.selectors import offices_for_referral
from consultations import choices
from consultations.enums import PartyKind
from consultations.models import Party

__all__ = ["OfficeChoice", "PartyChoice", "RowForm", "name_of", "offices_of"]


class OfficeChoice(forms.TypedChoiceField):
    """An office by its name of today: shown from memory, looked up when it is posted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"coerce": _office, "empty_value": None, **kwargs})

    def offer(self, keys: list[int], empty: str = "課・機関を選ぶ") -> None:
        names = choices.office_names()
        self.choices = [("", empty), *((str(key), names.get(key, "")) for key in keys)]


def _office(value: str) -> Office:
    return Office.objects.get(pk=value)


def offices_of(actor: Actor) -> list[int]:
    """The actor's own office, and those to which it could hand on."""
    own = actor.seat.post.office
    return [own.pk, *offices_for_referral(own).order_by("code").values_list("pk", flat=True)]


class PartyChoice(forms.ModelChoiceField):
    """One of the persons of the matter, whoever spoke for others left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"queryset": Party.objects.none(), "empty_label": "選ぶ", **kwargs})

    def offer(self, case: int) -> None:
        people = Party.objects.filter(consultation=case).exclude(kind=PartyKind.PROXY)
        self.queryset = people.order_by("kind", "pk")

    def label_from_instance(self, obj: Party) -> str:
        return name_of(obj)


def name_of(party: Party) -> str:
    """How staff call somebody in a list: relation first, as they speak of a household."""
    return " ".join(part for part in (party.relation, party.name, party.age_band) if part) or "（名前なし）"
