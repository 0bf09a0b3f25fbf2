"""Invented people with today's postings, and the addresses of the partner agencies."""

import datetime as dt
from pathlib import Path

from allauth.account.models import EmailAddress
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.directory.enums import AreaKind, PostingKind
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Area, AreaTown, Office, Post, Posting, Town

HERE = Path(__file__).parent
DOMAIN = "demo.example.jp"


def load() -> int:
    """Create who is missing; they sign in with one press under the demo settings, never with a password."""
    made = 0
    for row in read(HERE / "people.yaml"):
        user, created = User.objects.get_or_create(
            email=f"{row['email']}@{DOMAIN}",
            defaults={"name": row["name"], "kana": row["kana"], "is_demo": True},
        )
        if created:
            user.set_unusable_password()
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            _post(user, row.get("duties", {}))
        made += created
    _give_addresses()
    _share_out_towns()
    return made


def _post(user: User, duties: dict[str, str]) -> None:
    start = _fiscal_start(timezone.localdate())
    for place, (code, name) in enumerate(duties.items()):
        kind = PostingKind.MAIN if place == 0 else PostingKind.CONCURRENT
        post = Post.objects.get(office__code=code, name=name)
        Posting.objects.create(person=user, post=post, kind=kind, starts_on=start)


def _fiscal_start(day: dt.date) -> dt.date:
    return dt.date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def _give_addresses() -> None:
    """Agencies are told by mail that something waits; in the demo city the mail goes into a folder."""
    for office in Office.objects.filter(notify_email="", kind="agency"):
        office.notify_email = f"{office.code}@{DOMAIN}"
        office.save(update_fields=["notify_email"])


def _share_out_towns() -> None:
    """The demo's care zones hold the towns of their ward, half each; a city loads its own list instead."""
    for town in Town.objects.valid_on().filter(memberships=None).order_by("ward", "name"):
        zones = list(Area.objects.filter(kind=AreaKind.CARE_ZONE, ward=town.ward).order_by("name"))
        if zones:
            zone = zones[town.pk % len(zones)]
            AreaTown.objects.create(area=zone, town=town, kind=zone.kind, source="デモ(実際の圏域ではない)")
