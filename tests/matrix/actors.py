"""Everybody who asks: the people of the guards, and those whose office, ward, term, key or link is another one.

`who` is written by hand: as what the policy must take this person. It is the test's own word, not the portal's.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from django.utils import timezone

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, POSTING_KEY, REFERRAL_KEY, Actor, actor_of
from chiba_ward.access.models import User
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Post, Posting
from consultations.demo.people import DOMAIN
from tests.conftest import BACKEND

Keys = dict[str, int]  # what the stages made, by name: the row that a key or a link opens


@dataclass(frozen=True)
class Person:
    """`email` of the demo city, or one of this table's own; `office` and `role` of the posting that acts.

    `heads`: the posting is that of the head of the office. There is one for each role that could be.
    """

    who: str
    email: str = ""
    office: str = ""
    role: str = ""
    starts: int = -400
    ends: int | None = None
    heads: bool = False
    key: str = ""
    link: str = ""


DEMO = {
    "resident": Person("resident", "shimin.hanako"),
    "another resident": Person("resident", "shimin.taro"),
    "reception": Person("reception", "annai.wakaba", "wakaba-somu"),
    "triage desk": Person("section", "somu.wakaba", "wakaba-somu"),
    "head": Person("section", "kacho.somu.wakaba", "wakaba-somu", heads=True),
    "section": Person("section", "korei.wakaba", "wakaba-korei"),
    "another section": Person("section", "engo.wakaba", "wakaba-engo"),
    "specialist": Person("specialist", "hokenshi.wakaba", "wakaba-kenko"),
    "specialist at the desk": Person("section", "hokenshi.wakaba", "wakaba-somu"),
    "abuse team": Person("abuse_team", "kodomo.wakaba", "wakaba-kodomo"),
    "area officer": Person("area_officer", "chiiki.wakaba", "wakaba-chiiki"),
    "triage desk elsewhere": Person("section", "somu.midori", "midori-somu"),
    "coordinator": Person("coordinator", "sanji.chuo", "chuo-somu"),
    "auditor": Person("auditor", "kansa", "kansa"),
    "system administrator": Person("system_admin", "system", "joho-system", heads=True),
    "partner": Person("partner", "anshin.wakaba", "wakaba-anshin-1"),
    "another partner": Person("partner", "jiritsu", "jiritsu", heads=True),
    "bureau": Person("bureau", "honcho.korei", "korei-fukushi", heads=True),
}
OWN = {
    "reception elsewhere": Person("reception", "m.rc", "midori-somu", Role.RECEPTION, heads=True),
    "head of the section": Person("section", "w.hd", "wakaba-korei", Role.SECTION, heads=True),
    "section elsewhere": Person("section", "m.sc", "midori-korei", Role.SECTION),
    "specialist elsewhere": Person("specialist", "m.ph", "midori-kenko", Role.SPECIALIST, heads=True),
    "abuse team elsewhere": Person("abuse_team", "m.ab", "midori-kodomo", Role.ABUSE_TEAM, heads=True),
    "area officer elsewhere": Person("area_officer", "m.ao", "midori-chiiki", Role.AREA_OFFICER, heads=True),
    "community section": Person("section", "w.sc", "wakaba-chiiki", Role.SECTION),
    "head of the ward": Person("section", "w.kucho", "wakaba-kuyakusho", Role.SECTION, heads=True),
    "coordinator at the desk": Person("coordinator", "w.cc", "wakaba-somu", Role.COORDINATOR, heads=True),
    "disaster HQ at the desk": Person("disaster_hq", "w.dh", "wakaba-somu", Role.DISASTER_HQ, heads=True),
    "auditor in the section": Person("auditor", "w.au", "wakaba-korei", Role.AUDITOR, heads=True),
    "association": Person("association", "w.na", "matrix-jichikai", Role.ASSOCIATION, heads=True),
    "left the section yesterday": Person("resident", "w.left", "wakaba-korei", Role.SECTION, ends=0),
    "joins the section tomorrow": Person("resident", "w.next", "wakaba-korei", Role.SECTION, starts=1),
    "left the partner yesterday": Person("resident", "w.pa", "wakaba-anshin-1", Role.PARTNER, ends=0),
}
WITHOUT_ACCOUNT = {
    "anonymous": Person("anonymous"),
    "key holder": Person("key_holder", key="filed by key"),
    "holder of another key": Person("key_holder", key="somebody else's"),
    "holder of a key that ran out": Person("anonymous", key="filed by key"),
    "link holder": Person("link_holder", link="sent by link, opened"),
    "holder of a new link": Person("link_holder", link="sent by link"),
    "holder of a link that ended": Person("link_holder", link="sent by link, recalled"),
}
PEOPLE = {**WITHOUT_ACCOUNT, **DEMO, **OWN}
SIGNED_IN = frozenset({*DEMO, *OWN})
HEADS = frozenset(name for name, one in PEOPLE.items() if one.heads)


def in_office(*codes: str) -> frozenset[str]:
    """Everybody who acts in one of these offices today, whatever the role."""
    return frozenset(
        name
        for name, one in PEOPLE.items()
        if one.office in codes and one.who not in ("resident", "anonymous")
    )


def in_ward(slug: str) -> frozenset[str]:
    return frozenset(
        name
        for name, one in PEOPLE.items()
        if one.office.startswith(f"{slug}-") and one.who not in ("resident", "anonymous", "partner")
    )


def move_in() -> None:
    """Create the people that the demo city does not have."""
    calendar = Office.objects.get(code="wakaba-somu").calendar
    Office.objects.create(code="matrix-jichikai", kind=OfficeKind.ASSOCIATION, calendar=calendar)
    today = timezone.localdate()
    for name, one in OWN.items():
        person = User.objects.create(email=f"{one.email}@{DOMAIN}", name=name, kana=name, is_demo=True)
        office = Office.objects.get(code=one.office)
        post, _ = Post.objects.get_or_create(office=office, role=one.role, name=f"試験 {one.role}")
        ends = None if one.ends is None else today + dt.timedelta(days=one.ends)
        Posting.objects.create(
            person=person, post=post, starts_on=today + dt.timedelta(days=one.starts), ends_on=ends
        )
    for name in HEADS:
        posting = actor(name, {}).seat
        Post.objects.filter(pk=posting.post_id).update(is_head=True)


def actor(name: str, keys: Keys) -> Actor:
    """The same person for rules that take an actor."""
    one = PEOPLE[name]
    if one.email:
        user = User.objects.get(email=f"{one.email}@{DOMAIN}")
        postings = user.postings.active_on().with_duty()
        chosen = postings.filter(post__office__code=one.office).order_by("kind", "id").first()
        return actor_of(user, chosen)
    if one.who == "key_holder":
        return Actor(matter_id=keys[one.key])
    return Actor(referral_id=keys[one.link]) if one.link else Actor()


def browser(name: str, keys: Keys) -> Client:
    """A browser in which this person is at work."""
    one, client = PEOPLE[name], Client(raise_request_exception=True)
    if one.email:
        user = User.objects.get(email=f"{one.email}@{DOMAIN}")
        client.force_login(user, backend=BACKEND)
        if posting := actor(name, keys).posting:  # who has two acts under the one of this table
            _remember(client, lambda session: session.update({POSTING_KEY: posting.pk}))
    elif one.key or one.link:
        _remember(client, lambda session: _give(session, one, keys))
    return client


def _give(session: object, one: Person, keys: Keys) -> None:
    case_keys.grant(session, CASE_KEY if one.key else REFERRAL_KEY, keys[one.key or one.link])  # type: ignore[arg-type]  # a session
    if one.who == "anonymous":
        longest = settings.CASE_KEY_LIMITS[1].total_seconds() + 1
        session[CASE_KEY]["since"] -= longest  # type: ignore[index]  # a session


def _remember(client: Client, change: Callable[[object], None]) -> None:
    session = client.session
    change(session)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
