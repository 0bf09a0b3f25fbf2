"""The first rows of the directory, as people read them: who is who in the six wards (DOMAIN §2, §9).

Rows are identified by their code, so that a renamed, corrected or switched-off row stays as it was left;
names, hours and posts come only with a row that did not exist before.
"""

import datetime as dt
from functools import cache
from pathlib import Path

from django.db import transaction

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.initial.rows import Counts, Row, create_missing, read
from chiba_ward.directory.models import (
    Area,
    Calendar,
    CalendarHours,
    EmergencyNumber,
    Office,
    OfficeVersion,
    Post,
    Ward,
)

FOLDER = Path(__file__).parent
WEEKDAYS = "月火水木金土日"


@transaction.atomic
def load() -> dict[str, int]:
    """Create what is missing; returns how many rows of each kind were made."""
    counts = Counts()
    for row in read(FOLDER / "wards.yaml"):
        create_missing(Ward, {"code": row.pop("code")}, row, counts)
    for row in read(FOLDER / "calendars.yaml"):
        _load_calendar(row, counts)
    offices = [
        *_with_defaults(read(FOLDER / "bureaus.yaml"), kind="bureau", calendar="kuyakusho"),
        *_with_defaults(read(FOLDER / "agencies.yaml"), kind="agency", calendar="soudan"),
        *_sections_of_every_ward(),
    ]
    calendars = dict(Calendar.objects.values_list("code", "pk"))
    fresh = [(row, office) for row in offices if (office := _create_office(row, calendars, counts))]
    known = {office.code: office for office in Office.objects.all()} if fresh else {}
    for row, office in fresh:
        _link(row, office, known)
    for row in read(FOLDER / "emergency_numbers.yaml"):
        create_missing(EmergencyNumber, {"code": row.pop("code")}, row, counts)
    return dict(counts)


def _load_calendar(row: Row, counts: Counts) -> None:
    hours = row.pop("hours")
    calendar, created = create_missing(Calendar, {"code": row.pop("code")}, row, counts)
    if created:
        CalendarHours.objects.bulk_create(
            CalendarHours(calendar=calendar, weekday=WEEKDAYS.index(day), opens=opens, closes=closes)
            for days, text in hours.items()
            for opens, closes in [map(_clock, text.split("-"))]
            for day in days
        )


def _clock(text: str) -> dt.time:
    hour, minute = text.split(":")
    return dt.time(int(hour), int(minute))


def _with_defaults(document: Row, **defaults: str) -> list[Row]:
    return [defaults | row for row in document["offices"]]


def _sections_of_every_ward() -> list[Row]:
    sections = read(FOLDER / "sections.yaml")["sections"]
    return [_section_of(ward, row) for ward in Ward.objects.order_by("order") for row in sections]


def _section_of(ward: Ward, row: Row) -> Row:
    """One row of the common list, filled in for a ward."""
    filled = {key: _filled(value, ward) for key, value in row.items()}
    posts = [*row.get("posts", []), *row.get("posts_in_ward", {}).get(ward.slug, [])]
    filled.pop("posts_in_ward", None)
    versions = [_version_of(ward, version) for version in row["versions"]]
    return filled | {"code": f"{ward.slug}-{row['code']}", "ward": ward, "posts": posts, "versions": versions}


def _version_of(ward: Ward, version: Row) -> Row:
    known = version.get("in_ward", {}).get(ward.slug, {})
    common = {key: _filled(value, ward) for key, value in version.items() if key != "in_ward"}
    return common | known


def _filled(value: object, ward: Ward) -> object:
    return value.format(ward=ward.name, slug=ward.slug) if isinstance(value, str) else value


LINKS = ("parent", "escalates_to", "served_wards", "care_zone")


def _create_office(row: Row, calendars: dict[str | None, int], counts: Counts) -> Office | None:
    """The new office with its names and posts, or None where it already exists."""
    own = {key: value for key, value in row.items() if key not in (*LINKS, "versions", "posts", "code")}
    own["calendar_id"] = calendars[own.pop("calendar")]
    office, created = create_missing(Office, {"code": row["code"]}, own, counts)
    if not created:
        return None
    names = OfficeVersion.objects.bulk_create(
        OfficeVersion(office=office, **{"name_en": english_name(each["name"], office.ward), **each})
        for each in row["versions"]
    )
    posts = Post.objects.bulk_create(Post(office=office, **each) for each in row.get("posts", []))
    counts["名称"] += len(names)
    counts["職"] += len(posts)
    return office


def english_name(name: str, ward: Ward | None) -> str:
    """A translation of ours, marked 要確認; nothing for a name that is not in the list."""
    known = _english_names()
    plain = " ".join(name.replace(ward.name, "").split()) if ward else name
    return known.get(plain, "").format(ward=ward.name_en if ward else "")


@cache
def _english_names() -> dict[str, str]:
    return dict(read(FOLDER / "english_names.yaml"))


def _link(row: Row, office: Office, known: dict[str, Office]) -> None:
    """References between offices come last: a list may name an office that stands below it."""
    references = {name: known[row[name]] for name in ("parent", "escalates_to") if row.get(name)}
    if references:
        Office.objects.filter(pk=office.pk).update(**references)
    if row.get("served_wards"):
        office.served_wards.set(Ward.objects.filter(slug__in=row["served_wards"]))
    if row.get("care_zone"):
        office.zones.add(_care_zone(row["care_zone"], office))


def _care_zone(name: str, office: Office) -> Area:
    zone, _ = Area.objects.get_or_create(
        kind=AreaKind.CARE_ZONE, ward=office.ward, name=name, defaults={"source": "実在の圏域ではない"}
    )
    return zone
