"""Organisations of two wards and of the whole city, one whose officer signs in, and the 現況届 of each."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, Office, Ward
from community import years
from community.enums import ContactKind, OrgKind, Visibility
from community.models import AnnualReturn, CommunityOrg, OrgContact, OrgPlace
from community.services import annual, orgs
from tests.matrix.actors import PEOPLE, in_office, in_ward
from tests.matrix.stages import Names, Stage, World, setting

W_DESK, M_DESK = in_office("wakaba-chiiki"), in_office("midori-chiiki")
BOTH_DESKS = W_DESK | M_DESK
OWN = in_office("matrix-jichikai")
CLERKS = {"wakaba": "community section", "midori": "area officer elsewhere"}
EVERY_WARD = frozenset(
    name
    for name, one in PEOPLE.items()
    if one.who in ("reception", "section", "specialist", "abuse_team", "area_officer")
)


def _org(world: World, stage: Stage, slug: str, ward: Ward | None) -> CommunityOrg:
    by = world.by(CLERKS[slug])
    org = orgs.create(
        by=by,
        name=stage.canary,
        kana="ミホン",
        kind=OrgKind.NEIGHBOURHOOD,
        ward=ward,
        activity="",
        files_return=True,
        began_on=None,
    )
    for kind, visibility in (
        (ContactKind.EMAIL, Visibility.WARD),
        (ContactKind.HOME_PHONE, Visibility.PRIVATE),
    ):
        word = stage.parts["ward_contacts" if visibility == Visibility.WARD else "private_contacts"]
        OrgContact.objects.create(org=org, kind=kind, value=word, visibility=visibility)
    return org


def _with_officers(world: World, stage: Stage, org: CommunityOrg) -> CommunityOrg:
    """The association of the table: its office is there already, and takes the name."""
    office = Office.objects.get(code="matrix-jichikai")
    office.versions.create(name=org.own_name)
    CommunityOrg.objects.filter(pk=org.pk).update(office=office, own_name="")
    return CommunityOrg.objects.get(pk=org.pk)


def _stage(
    name: str, slug: str, stands: dict[str, Names], *, city: bool = False, far: str = "", own: bool = False
) -> Stage:
    def make(world: World, stage: Stage) -> CommunityOrg:
        ward = None if city else Ward.objects.get(slug=slug)
        org = _org(world, stage, slug, ward)
        if far:
            area = Area.objects.create(kind=AreaKind.DISTRICT, ward=Ward.objects.get(slug=far), name=name)
            OrgPlace.objects.create(org=org, area=area)
        return _with_officers(world, stage, org) if own else org

    parts = {
        "ward_contacts": f"W{name}検印".replace(" ", ""),
        "private_contacts": f"P{name}検印".replace(" ", ""),
    }
    return Stage("community_org", name, make, stands, parts=parts)


IN_WAKABA, IN_MIDORI = in_ward("wakaba"), in_ward("midori")
ORGS = setting(
    _stage(
        "org with officers",
        "wakaba",
        {"community_desk": W_DESK, "in_my_ward": IN_WAKABA, "own_org": OWN},
        own=True,
    ),
    _stage("org of wakaba", "wakaba", {"community_desk": W_DESK, "in_my_ward": IN_WAKABA}),
    _stage("org of midori", "midori", {"community_desk": M_DESK, "in_my_ward": IN_MIDORI}),
    _stage(
        "org of both", "wakaba", {"community_desk": W_DESK, "in_my_ward": IN_WAKABA | IN_MIDORI}, far="midori"
    ),
    _stage("org of the city", "wakaba", {"community_desk": BOTH_DESKS, "in_my_ward": EVERY_WARD}, city=True),
)


def _return(
    name: str, slug: str, stands: dict[str, Names], *, is_draft: bool = False, own: bool = False
) -> Stage:
    def make(world: World, stage: Stage) -> AnnualReturn:
        org = world.row("community_org", "org with officers" if own else f"org of {slug}")
        year = years.current().fiscal_year - (1 if is_draft and own else 0)
        words: dict[str, Any] = {
            **annual.prefilled(org, year),
            "members": 50,
            "counted_on": timezone.localdate(),
            "note": stage.canary,
        }
        seat = world.by("association" if own else CLERKS[slug]).posting
        filed = {} if is_draft else {"submitted_at": timezone.now()}
        who = {"written_by": seat} if own else {"channel": "post", "entered_by": seat}
        state = "draft" if is_draft else "submitted"
        with transaction.atomic():
            return AnnualReturn.objects.create(
                org=org, fiscal_year=year, state=state, **who, **filed, **words
            )

    return Stage("annual_return", name, make, stands)


RETURNS = setting(
    _return("return of the association", "wakaba", {"filed_at_desk": W_DESK, "own_return": OWN}, own=True),
    _return("draft of the association", "wakaba", {"own_return": OWN}, is_draft=True, own=True),
    _return("return of wakaba", "wakaba", {"filed_at_desk": W_DESK}),
    _return("return of midori", "midori", {"filed_at_desk": M_DESK}),
)
