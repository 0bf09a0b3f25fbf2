"""Master rows that every queue and case screen names, read at most once a minute by each process.

They are names and choices for reading. What a person picks is looked up in the database again when it is posted.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils import timezone

from chiba_ward.access.policy import roles_for
from chiba_ward.directory import selectors
from chiba_ward.directory.enums import PostingKind
from chiba_ward.directory.models import Office, Posting, Town, Ward
from chiba_ward.rows.memory import remembered
from consultations.models import Field, LegalGround, Topic

KEEP_SECONDS = 60
HOUSE_KINDS = ("section", "health_welfare", "ward_office")
Value = TypeVar("Value")
_kept: dict[Any, tuple[float, Any]] = {}


def forget() -> None:
    """Read anew at the next question: after an edit in this process, and between tests."""
    _kept.clear()


def field_names() -> dict[int, str]:
    return _once("fields", lambda: dict(Field.objects.order_by("order", "id").values_list("pk", "name")))


@remembered
def topics() -> tuple[Topic, ...]:
    """What a resident picks from, in its order; those not in use as well."""
    return tuple(Topic.objects.order_by("order", "id"))


def topic_named(code: str) -> Topic | None:
    return next((topic for topic in topics() if topic.code == code), None)


def ground_name(pk: int | None) -> str:
    """渡す根拠 in a list. None is the consent."""
    return "本人の同意" if pk is None else _ground_names()[pk]


@remembered
def _ground_names() -> dict[int, str]:
    return dict(LegalGround.objects.order_by("order", "id").values_list("pk", "name"))


def ward_names() -> dict[int, str]:
    return _once("wards", lambda: dict(Ward.objects.order_by("order", "id").values_list("pk", "name")))


def office_names() -> dict[int, str]:
    """Every office by the name it bears today; one that is no more by its last."""
    return _once(("offices", timezone.localdate()), _office_names)


def _office_names() -> dict[int, str]:
    offices = Office.objects.order_by("code").prefetch_related("versions")
    today = timezone.localdate()
    return {office.pk: office.name_on(today) for office in offices}


def field_codes() -> dict[int, str]:
    return _once("field codes", lambda: dict(Field.objects.order_by("order", "id").values_list("pk", "code")))


def ward_slugs() -> dict[int, str]:
    return _once("ward slugs", lambda: dict(Ward.objects.order_by("order", "id").values_list("pk", "slug")))


def office_codes() -> dict[int, str]:
    """Every office by the code that it keeps when its name changes."""
    return _once("office codes", lambda: dict(Office.objects.order_by("code").values_list("pk", "code")))


def house_offices(ward_id: int | None) -> dict[int, str]:
    """Sections a case can be given to: those of the same ward; other houses are reached by つなぎ."""
    return _once(("house", ward_id, timezone.localdate()), lambda: _house_offices(ward_id))


def _house_offices(ward_id: int | None) -> dict[int, str]:
    rows = Office.objects.existing_on().filter(ward=ward_id, kind__in=HOUSE_KINDS).order_by("code")
    return dict(rows.values_list("pk", "label"))


def people_of(ward_id: int | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Who is on duty in the ward's sections today, and their seats, grouped by section: `p12` a posting, `s7` a seat."""
    return _once(("people", ward_id, timezone.localdate()), lambda: _people(ward_id))


def _people(ward_id: int | None) -> list[tuple[str, list[tuple[str, str]]]]:
    offices = house_offices(ward_id)
    groups: dict[int, dict[str, str]] = {pk: {} for pk in offices}
    on_duty = (
        Posting.objects.active_on()
        .with_duty()
        .filter(post__office__in=offices, post__role__in=roles_for("consultation.work"))
    )
    for posting in on_duty.order_by("post__office__code", "-post__is_head", "post__name", "id"):
        group = groups[posting.post.office_id]
        group[f"p{posting.pk}"] = f"{posting.person}（{posting.post.name}{_deputy(posting)}）"
        group.setdefault(f"s{posting.post_id}", f"職：{posting.post.name}")
    return [
        (offices[pk], sorted(group.items(), key=lambda row: row[0][0]))
        for pk, group in groups.items()
        if group
    ]


def _deputy(posting: Posting) -> str:
    return "" if posting.kind == PostingKind.MAIN else f"・{posting.get_kind_display()}"


def office_for(code: str, ward: Ward | None, town: Town | None) -> Office | None:
    """`directory.selectors.office_for`, remembered."""
    key = ("route", code, ward and ward.pk, town and town.pk, timezone.localdate())
    return _once(key, lambda: selectors.office_for(code, ward, town))


def _once(key: Any, read: Callable[[], Value]) -> Value:
    kept = _kept.get(key)
    if kept and time.monotonic() - kept[0] < KEEP_SECONDS:
        found: Value = kept[1]
        return found
    if len(_kept) > 2000:
        _kept.clear()
    value = read()
    _kept[key] = (time.monotonic(), value)
    return value
