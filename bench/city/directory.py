"""Who works in the city: the offices of the first rows, filled with as many invented clerks as an office has."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.casework.models import DeadlineRule
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Post, Posting, Town, Ward
from consultations.demo import people
from consultations.models import Field, Topic

CLERKS = 5  # a seat of a section, besides its head and the demo people
RESIDENTS = 200
SECTIONS = ("somu", "chiiki", "mado", "korei", "kodomo", "kenko", "engo")
HELPERS = ("csw", "anshin-1", "anshin-2")
CITY_WIDE = (
    "marugoto",
    "kikan",
    "jiritsu",
    "hikikomori",
    "gaikokujin",
    "korei-fukushi",
    "hogo",
    "kenko-shien",
)


@dataclass(frozen=True)
class Desk:
    """An office with the postings that work there; a section's first one is nobody's boss."""

    pk: int
    code: str
    name: str
    postings: tuple[int, ...]
    labels: tuple[str, ...]
    posts: tuple[int, ...]


@dataclass(frozen=True)
class WardRow:
    pk: int
    slug: str
    name: str
    towns: tuple[int, ...]


@dataclass(frozen=True)
class Rule:
    """A deadline rule with the codes of its steps."""

    pk: int
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Directory:
    """Ids of everything that a row points to; plain values, so that it travels to the loading processes."""

    wards: tuple[WardRow, ...]
    desks: dict[str, Desk]
    rules: dict[tuple[str, str], Rule]
    fields: dict[str, int]
    topics: tuple[int, ...]
    residents: tuple[int, ...]
    named_resident: int

    def rule(self, kind: str, urgency: str = "") -> Rule:
        return self.rules.get((kind, urgency)) or self.rules[kind, ""]


def settle() -> Directory:
    """Move the people in and look up what the rows need."""
    people.load()
    # They sign in as everybody does: the bench proves the second factor for each session.
    User.objects.filter(is_demo=True).update(is_demo=False)
    offices = _offices()
    _hire(offices)
    residents = _register()
    postings = _postings(offices)
    return Directory(
        wards=tuple(_ward(ward) for ward in Ward.objects.order_by("order")),
        desks={office.code: _desk(office, postings[office.pk]) for office in offices},
        rules=_rules(),
        fields=dict(Field.objects.values_list("code", "pk")),
        topics=tuple(Topic.objects.order_by("pk").values_list("pk", flat=True)),
        residents=residents,
        named_resident=User.objects.get(email__startswith="shimin.hanako").pk,
    )


def _offices() -> list[Office]:
    wards = list(Ward.objects.order_by("order").values_list("slug", flat=True))
    codes = [f"{slug}-{code}" for slug in wards for code in (*SECTIONS, *HELPERS)]
    return list(Office.objects.named().filter(code__in=[*codes, *CITY_WIDE]).order_by("code"))


def _hire(offices: list[Office]) -> None:
    """Two people for each partner, `CLERKS` for each section, in the seats that lead nobody."""
    start = timezone.localdate() - dt.timedelta(days=400)
    made: list[Posting] = []
    for office in offices:
        posts = list(Post.objects.filter(office=office, is_head=False).exclude(role=Role.COORDINATOR))
        wanted = CLERKS if office.kind in (OfficeKind.SECTION, OfficeKind.HEALTH_WELFARE) else 2
        names = [f"{office.code}.{number}" for number in range(wanted)]
        clerks = _accounts(names)
        made += [
            Posting(person=clerk, post=posts[place % len(posts)], starts_on=start)
            for place, clerk in enumerate(clerks)
        ]
    Posting.objects.bulk_create(made)


def _register() -> tuple[int, ...]:
    return tuple(user.pk for user in _accounts([f"shimin{number}" for number in range(RESIDENTS)]))


def _accounts(names: list[str]) -> list[User]:
    """Invented people with an address that nobody has, and no password."""
    users = [User(email=f"{name}@{people.DOMAIN}", name=f"見本 {name}", kana="ミホン") for name in names]
    for user in users:
        user.set_unusable_password()
    return User.objects.bulk_create(users)


def _postings(offices: list[Office]) -> dict[int, list[Posting]]:
    found: dict[int, list[Posting]] = defaultdict(list)
    rows = Posting.objects.active_on().filter(post__office__in=offices).select_related("person", "post")
    for posting in rows.order_by("post__is_head", "pk"):
        found[posting.post.office_id].append(posting)
    return found


def _desk(office: Office, postings: list[Posting]) -> Desk:
    hands = [one for one in postings if one.post.role not in (Role.COORDINATOR, Role.RECEPTION)]
    return Desk(
        office.pk,
        office.code,
        str(office.label),  # type: ignore[attr-defined]  # annotated by `named`
        tuple(one.pk for one in hands),
        tuple(f"{office.label} {one.person}" for one in hands),  # type: ignore[attr-defined]
        tuple(one.post_id for one in hands),
    )


def _ward(ward: Ward) -> WardRow:
    towns = Town.objects.valid_on().filter(ward=ward).order_by("pk").values_list("pk", flat=True)
    return WardRow(ward.pk, ward.slug, ward.name, tuple(towns))


def _rules() -> dict[tuple[str, str], Rule]:
    rows = DeadlineRule.objects.prefetch_related("steps")
    return {
        (row.kind, row.urgency): Rule(row.pk, tuple(step.code for step in row.steps.all())) for row in rows
    }
