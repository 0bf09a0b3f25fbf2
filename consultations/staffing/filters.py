"""What the table of posts is asked for; it lives in the URL, so that the back button keeps it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from chiba_ward.directory.models import Ward
from chiba_ward.ui.japanese_dates import fiscal_year
from consultations.staffing.models import Occupation, PlannedPost
from consultations.staffing.places import Place, Placement, placement


@dataclass(frozen=True)
class Choice:
    """The day that is looked at, the ward and the occupation (None: all), and whether only gaps are shown."""

    day: dt.date
    year: int
    ward: Ward | None
    occupation: Occupation | None
    gaps_only: bool

    @property
    def is_narrowed(self) -> bool:
        return bool(self.ward or self.occupation or self.gaps_only)

    @property
    def query(self) -> str:
        given = {
            "year": self.year,
            "ward": self.ward.slug if self.ward else "",
            "occupation": self.occupation.code if self.occupation else "",
            "gaps": "1" if self.gaps_only else "",
        }
        return urlencode({name: value for name, value in given.items() if value})


def read(given: QueryDict, wards: Iterable[Ward]) -> Choice:
    """What cannot be read is as if it were not there: an old bookmark still opens."""
    year = _year(given.get("year", ""))
    return Choice(
        day=_day_in(year),
        year=year,
        ward=next((ward for ward in wards if ward.slug == given.get("ward")), None),
        occupation=Occupation.objects.filter(code=given.get("occupation", "").replace("\x00", "")).first(),
        gaps_only=bool(given.get("gaps")),
    )


def years() -> list[int]:
    """Every year with a plan, and this one; the latest first."""
    planned = PlannedPost.objects.order_by().values_list("fiscal_year", flat=True).distinct()
    return sorted({*planned, fiscal_year(timezone.localdate())}, reverse=True)


def chosen(choice: Choice, wards: list[Ward]) -> Placement:
    found = placement(choice.day, [choice.ward] if choice.ward else wards, choice.occupation)
    return Placement(found.day, [place for place in found.places if _is_wanted(place, choice)])


def _is_wanted(place: Place, choice: Choice) -> bool:
    return not choice.gaps_only or bool(place.missing or place.vacancies)


def _year(text: str) -> int:
    known = years()
    return int(text) if text.isdecimal() and int(text) in known else fiscal_year(timezone.localdate())


def _day_in(year: int) -> dt.date:
    """Today in this year; the last day of a year that is over, the first of one that comes."""
    first, last = dt.date(year, 4, 1), dt.date(year + 1, 3, 31)
    return min(max(timezone.localdate(), first), last)
