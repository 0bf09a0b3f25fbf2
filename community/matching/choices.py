"""What a form offers to choose from: places, organisations, themes, reasons. Asked of the database each time."""

from collections.abc import Iterable
from typing import Any

from django import forms

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.directory.selectors import all_wards
from community.matching.models import FailureReason, Listing
from community.matching.services.listings import Places
from community.models import ActivityField, CommunityOrg
from community.selectors import districts_of

CITY = "city"


def places_offered(ward: int | None) -> list[tuple[str, str]]:
    """Districts of the own ward, each ward as a whole, the whole city; of no ward, every district."""
    areas = [(f"area-{area.pk}", f"{area.ward or ''}　{area.name}") for area in districts_of(ward)]
    wards = [(f"ward-{one.pk}", f"{one.name}のどこでも") for one in all_wards()]
    return [*areas, *wards, (CITY, "市内のどこでも")]


def places_chosen(keys: Iterable[str]) -> Places:
    """`keys` as `places_offered` gives them."""
    wanted = set(keys)
    if CITY in wanted:
        return Places()
    return Places(
        tuple(area for area in districts_of(None) if f"area-{area.pk}" in wanted),
        tuple(ward for ward in all_wards() if f"ward-{ward.pk}" in wanted),
    )


def keys_of(row: Listing) -> list[str]:
    areas = [f"area-{pk}" for pk in row.areas.order_by("pk").values_list("pk", flat=True)]
    wards = [f"ward-{pk}" for pk in row.wards.order_by("pk").values_list("pk", flat=True)]
    return [*areas, *wards] or [CITY]


def places_in_words(row: Listing) -> str:
    areas = [f"{area.ward or ''}{area.name}" for area in row.areas.all()]
    return "・".join([*areas, *(f"{ward.name}全体" for ward in row.wards.all())]) or "市内のどこでも"


class OrgChoice(forms.ModelChoiceField):
    """An active organisation that the clerk's section looks after, by its name of today and its number."""

    def __init__(self, *, by: Actor, **kwargs: Any) -> None:
        mine = CommunityOrg.objects.filter(rows(by, "community_org.write")).active().named()
        super().__init__(queryset=mine.order_by("kana", "pk"), **kwargs)

    def label_from_instance(self, org: Any) -> str:
        return f"{org.label}（{org.number}）"


def themes() -> Any:
    return ActivityField.objects.filter(is_active=True).order_by("order", "pk")


def failures() -> Any:
    return FailureReason.objects.filter(is_active=True).order_by("order", "pk")
