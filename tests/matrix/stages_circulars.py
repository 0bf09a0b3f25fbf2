"""Circulars of two sections, of the desk and of the association of the table, in each state; and 班 of two wards."""

from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from community.circulars import selectors
from community.circulars.enums import Reach
from community.circulars.models import CircularGroup, ECircular
from community.circulars.services import circulars, groups
from tests.matrix.actors import PEOPLE, in_office
from tests.matrix.stages import Names, Stage, World, setting
from tests.matrix.stages_community import M_DESK, OWN, W_DESK

KOREI = in_office("wakaba-korei")
BOTH_DESKS = W_DESK | M_DESK
EVERYBODY = frozenset(PEOPLE)


def _group(name: str, org: str, by: str, stands: dict[str, Names]) -> Stage:
    def make(world: World, stage: Stage) -> CircularGroup:
        found = world.row("community_org", org)
        plain = {"order": 10, "is_paper": False, "households": 4, "paper": 2}
        return groups.create(found.pk, by=world.by(by), name=stage.canary, **plain)

    return Stage("circular_group", name, make, stands)


GROUPS = setting(
    _group(
        "group of the association",
        "org with officers",
        "association",
        {"own_group": OWN, "group_at_desk": W_DESK},
    ),
    _group("group of wakaba", "org of wakaba", "community section", {"group_at_desk": W_DESK}),
    _group("group of midori", "org of midori", "area officer elsewhere", {"group_at_desk": M_DESK}),
)


def _written(by: Actor, stage: Stage, **words: Any) -> ECircular:
    plain = {"body": "本文", "until": timezone.localdate(), "is_public": False}
    return circulars.write(by, title=stage.canary, **{**plain, **words})


def _stage(
    name: str, by: str, stands: dict[str, Names], *, to: str = "", is_draft: bool = False, **words: Any
) -> Stage:
    def make(world: World, stage: Stage) -> ECircular:
        orgs = [world.row("community_org", to)] if to else []
        made = _written(world.by(by), stage, orgs=orgs, reach=Reach.ORGS if to else Reach.OWN, **words)
        if is_draft:
            return made
        reach = selectors.reach(made)
        return circulars.post(made.pk, by=world.by(by), groups=reach.groups, households=reach.households)

    return Stage("e_circular", name, make, stands)


CIRCULARS = setting(
    _stage(
        "of the desk to the association",
        "community section",
        {"made_by_my_office": W_DESK, "at_circular_desk": W_DESK, "sent_to_us": OWN},
        to="org with officers",
    ),
    _stage(
        "of another section",
        "section",
        {"made_by_my_office": KOREI, "at_circular_desk": W_DESK},
        to="org of wakaba",
    ),
    _stage(
        "of the association",
        "association",
        {"own_circular": OWN, "sent_to_us": OWN, "at_circular_desk": W_DESK},
    ),
    _stage(
        "draft of the desk",
        "community section",
        {"made_by_my_office": W_DESK},
        to="org of wakaba",
        is_draft=True,
    ),
    _stage("draft of the association", "association", {"own_circular": OWN}, is_draft=True),
    _stage(
        "of midori",
        "area officer elsewhere",
        {"made_by_my_office": M_DESK, "at_circular_desk": M_DESK},
        to="org of midori",
    ),
    _stage(
        "public",
        "community section",
        {"made_by_my_office": W_DESK, "at_circular_desk": W_DESK, "public_circular": EVERYBODY},
        to="org of wakaba",
        is_public=True,
    ),
)
