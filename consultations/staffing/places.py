"""Planned against placed: one line for each ward, occupation and zone (専門職配置, DOMAIN §5 1-2 e)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef

from chiba_ward.directory.enums import PostingKind
from chiba_ward.directory.models import Area, Posting, Ward
from chiba_ward.ui.japanese_dates import fiscal_year
from consultations.staffing.models import Occupation, PlannedPost, SpecialistPost

# Whoever stands in for somebody fills no seat of their own.
FILLS = (PostingKind.MAIN, PostingKind.CONCURRENT)
NOBODY = Decimal(0)
Key = tuple[int, int, int | None]


@dataclass(frozen=True)
class Vacancy:
    """A seat on which nobody sits that day; `since` is the day it became empty, None where nobody ever sat there."""

    seat: SpecialistPost
    since: dt.date | None


@dataclass
class Place:
    """人工 of one occupation in one ward or zone."""

    ward: Ward
    occupation: Occupation
    zone: Area | None
    planned: Decimal = NOBODY
    seats: Decimal = NOBODY
    placed: Decimal = NOBODY
    vacancies: list[Vacancy] = field(default_factory=list)

    @property
    def missing(self) -> Decimal:
        """人工 that the plan promises and nobody fills."""
        return max(self.planned - self.placed, NOBODY)

    @property
    def missing_words(self) -> str:
        return f"{self.missing}人 足りません"

    @property
    def over(self) -> Decimal:
        """人工 beyond the plan, or without any."""
        return max(self.placed - self.planned, NOBODY)


@dataclass(frozen=True)
class Placement:
    """The whole picture of a day, as the chosen wards and occupations show it."""

    day: dt.date
    places: list[Place]

    @cached_property
    def planned(self) -> Decimal:
        return sum((place.planned for place in self.places), NOBODY)

    @cached_property
    def placed(self) -> Decimal:
        return sum((place.placed for place in self.places), NOBODY)

    @cached_property
    def missing(self) -> Decimal:
        return sum((place.missing for place in self.places), NOBODY)


def placement(day: dt.date, wards: Iterable[Ward], occupation: Occupation | None = None) -> Placement:
    """Plans of the day's fiscal year beside the seats of that day, three queries whatever the city holds."""
    by_ward = {ward.pk: ward for ward in wards}
    found: dict[Key, Place] = {}
    for plan in _plans(day, by_ward, occupation):
        place = _place(found, by_ward[plan.ward_id], plan.occupation, plan.zone)
        place.planned += plan.amount
    for seat in _seats(day, by_ward, occupation):
        assert seat.post.office.ward_id is not None
        _add_seat(_place(found, by_ward[seat.post.office.ward_id], seat.occupation, seat.zone), seat)
    _name_days(day, found.values())
    return Placement(day, sorted(found.values(), key=_order))


def _plans(day: dt.date, wards: dict[int, Ward], occupation: Occupation | None) -> Iterable[PlannedPost]:
    rows = PlannedPost.objects.filter(fiscal_year=fiscal_year(day), ward__in=wards)
    rows = rows.filter(occupation=occupation) if occupation else rows
    return rows.select_related("occupation", "zone").order_by("pk")


def _seats(day: dt.date, wards: dict[int, Ward], occupation: Occupation | None) -> Iterable[SpecialistPost]:
    sits = Posting.objects.active_on(day).filter(post=OuterRef("post"), kind__in=FILLS).order_by()
    rows = SpecialistPost.objects.filter(post__office__ward__in=wards, valid_from__lte=day)
    rows = rows.exclude(valid_to__lte=day)
    rows = rows.filter(occupation=occupation) if occupation else rows
    return (
        rows.annotate(is_filled=Exists(sits))
        .select_related("occupation", "zone", "post__office")
        .order_by("pk")
    )


def _place(found: dict[Key, Place], ward: Ward, occupation: Occupation, zone: Area | None) -> Place:
    key = (ward.pk, occupation.pk, zone.pk if zone else None)
    return found.setdefault(key, Place(ward, occupation, zone))


def _add_seat(place: Place, seat: SpecialistPost) -> None:
    place.seats += seat.amount
    if getattr(seat, "is_filled"):  # noqa: B009  (annotated in `_seats`)
        place.placed += seat.amount
    else:
        place.vacancies.append(Vacancy(seat, None))


def _name_days(day: dt.date, places: Iterable[Place]) -> None:
    """Since when each empty seat is empty: the end of the last posting on it."""
    empty = [place for place in places if place.vacancies]
    posts = [vacancy.seat.post_id for place in empty for vacancy in place.vacancies]
    ended: dict[int, dt.date] = defaultdict(lambda: dt.date.min)
    rows = Posting.objects.filter(post__in=posts, kind__in=FILLS, ends_on__lte=day).order_by()
    for posting in rows.only("post", "ends_on"):
        ended[posting.post_id] = max(ended[posting.post_id], posting.ends_on or dt.date.min)
    for place in empty:
        place.vacancies = [Vacancy(one.seat, ended.get(one.seat.post_id)) for one in place.vacancies]


def _order(place: Place) -> tuple[int, int, int, str]:
    zone = place.zone.name if place.zone else ""
    return place.ward.order, place.occupation.order, place.occupation.pk, zone
