"""Plain functions that make rows for tests. Everything has a default; whatever a test is about it names."""

import datetime as dt
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.directory.enums import PARTNER_ROLES, OfficeKind, Role
from chiba_ward.directory.models import Calendar, CalendarHours, Office, OfficeVersion, Post, Posting, Ward

PASSWORD = "tegami-to-hato-no-asa-1962"
LONG_AGO = dt.date(2020, 4, 1)
_next = count(1)


def make_ward(slug: str = "midori", name: str = "緑区", **fields: Any) -> Ward:
    """The ward of this slug, made once a test."""
    number = next(_next)
    defaults = {
        "code": f"T{number:05}",
        "name": name,
        "kana": "みどりく",
        "name_en": slug.title(),
        "order": number,
    }
    return Ward.objects.get_or_create(slug=slug, defaults={**defaults, **fields})[0]


def make_calendar(name: str = "区役所（試験）") -> Calendar:
    """Weekdays 8:30 to 17:15 without a break."""
    calendar, is_new = Calendar.objects.get_or_create(name=name)
    if is_new:
        hours = {"opens": dt.time(8, 30), "closes": dt.time(17, 15)}
        CalendarHours.objects.bulk_create(
            CalendarHours(calendar=calendar, weekday=day, **hours) for day in range(5)
        )
    return calendar


def make_office(name: str = "総合相談課", *, ward: Ward | None = None, **fields: Any) -> Office:
    """An office that exists since 2020 under one name. `ward=None` is an office of the whole city."""
    fields = {"kind": OfficeKind.SECTION, "code": f"test-{next(_next)}", **fields}
    fields.setdefault("calendar", None)
    fields["calendar"] = fields["calendar"] or make_calendar()
    office = Office.objects.create(ward=ward, **fields)
    OfficeVersion.objects.create(office=office, name=name, valid_from=LONG_AGO)
    return office


def make_post(role: Role = Role.SECTION, *, office: Office | None = None, **fields: Any) -> Post:
    office = office or make_office(ward=None if role in PARTNER_ROLES else make_ward())
    return Post.objects.create(office=office, role=role, **{"name": f"職{next(_next)}", **fields})


def make_user(email: str = "", **fields: Any) -> User:
    """An account with a verified address and `PASSWORD`."""
    email = email or f"person{next(_next)}@example.test"
    user = User.objects.create_user(email=email, password=fields.pop("password", PASSWORD), **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def make_posting(role: Role = Role.SECTION, **fields: Any) -> Posting:
    """A person with one posting since 2020: `make_posting(Role.RECEPTION, office=…, person=…, ends_on=…)`."""
    person = fields.pop("person", None) or make_user(name=f"試験 太郎{next(_next)}")
    post = fields.pop("post", None) or make_post(
        role, **{key: fields.pop(key) for key in ("office", "is_head") if key in fields}
    )
    return Posting.objects.create(person=person, post=post, **{"starts_on": LONG_AGO, **fields})


def days_from_now(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)
