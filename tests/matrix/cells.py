"""The cells of the policy: each right before each person, at the stages that tell something, through every door.

What to expect is computed from the grants of `policy.yaml` and from `stands`, which was written by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from chiba_ward.access.policy.loading import current
from chiba_ward.access.policy.model import ALWAYS, Door, Kind, Right
from tests.matrix import (
    probes_area_officers,
    probes_centre,
    probes_circulars,
    probes_community,
    probes_consultation,
    probes_disclosure,
    probes_ground,
    probes_issues,
    probes_matching,
    probes_open_data,
    probes_protection,
    probes_referral,
    probes_support,
    probes_watch,
    stages_area_officers,
    stages_centre,
    stages_circulars,
    stages_community,
    stages_consultation,
    stages_disclosure,
    stages_ground,
    stages_issues,
    stages_matching,
    stages_open_data,
    stages_protection,
    stages_referral,
    stages_support,
    stages_watch,
)
from tests.matrix.actors import HEADS, PEOPLE, in_office
from tests.matrix.probes import Probe, is_collection
from tests.matrix.stages import Stage

STAGES: dict[str, dict[str, Stage]] = {
    "consultation": stages_consultation.STAGES,
    "referral": stages_referral.STAGES,
    "consent": stages_ground.CONSENTS,
    "support_meeting": stages_support.MEETINGS,
    "support_plan": stages_support.PLANS,
    "role_task": stages_support.TASKS,
    "progress_entry": stages_centre.ENTRIES,
    "child_plan": stages_centre.PLANS,
    "case_transfer": stages_centre.TRANSFERS,
    "community_org": stages_community.ORGS,
    "annual_return": stages_community.RETURNS,
    "area_assignment": stages_area_officers.ASSIGNMENTS,
    "area_visit": stages_area_officers.VISITS,
    "area_promise": stages_area_officers.PROMISES,
    "area_hand_over": stages_area_officers.PAPERS,
    "need": stages_matching.NEEDS,
    "offer": stages_matching.OFFERS,
    "match": stages_matching.MATCHES,
    "circular_group": stages_circulars.GROUPS,
    "e_circular": stages_circulars.CIRCULARS,
    "local_issue": stages_issues.ISSUES,
    "citizen_dialogue": stages_issues.DIALOGUES,
    "attachment": stages_ground.ATTACHMENTS,
    "draft": stages_ground.DRAFTS,
    "delivery": stages_ground.DELIVERIES,
    "document": stages_ground.DOCUMENTS,
    "partner_link": stages_ground.LINKS,
    "notice_text": stages_ground.TEXTS,
    "outside_duty": stages_watch.REASONS,
    "break_glass": stages_watch.REQUESTS,
    "hold": stages_disclosure.HOLDS,
    "api_token": stages_watch.TOKENS,
    "protected_case": stages_protection.NOTICES,
    "open_data": stages_open_data.FILES,
    "notifier": stages_protection.NOTIFIERS,
    "protection_alarm": stages_protection.ALARMS,
}
PROBES: dict[str, Probe] = {
    **probes_consultation.PROBES,
    **probes_consultation.DRAFTS,
    **probes_referral.PROBES,
    **probes_referral.CONSENTS,
    **probes_referral.LINKS,
    **probes_referral.FILES,
    **probes_support.MEETINGS,
    **probes_support.PLANS,
    **probes_support.TASKS,
    **probes_support.CASES,
    **probes_centre.PROBES,
    **probes_community.PROBES,
    **probes_area_officers.PROBES,
    **probes_matching.PROBES,
    **probes_circulars.PROBES,
    **probes_issues.PROBES,
    **probes_ground.DOCUMENTS,
    **probes_ground.DELIVERIES,
    **probes_ground.PROGRESS,
    **probes_ground.STAFFING,
    **probes_ground.TEXTS,
    **probes_ground.MASTER,
    **probes_watch.READ_LOG,
    **probes_watch.REASONS,
    **probes_watch.EMERGENCIES,
    **probes_disclosure.PROBES,
    **probes_watch.PEOPLE,
    **probes_watch.SYSTEMS,
    **probes_protection.PROBES,
    **probes_open_data.PROBES,
}
# The right by which an object is seen at all, where it has a page of its own.
SIGHT = {
    "consultation": "read",
    "referral": "read",
    "support_meeting": "read",
    "support_plan": "read",
    "role_task": "read",
    "progress_entry": "read",
    "child_plan": "read",
    "case_transfer": "read",
    "community_org": "read",
    "annual_return": "read",
    "area_assignment": "read",
    "area_visit": "read",
    "area_promise": "read",
    "area_hand_over": "read",
    "need": "read",
    "offer": "read",
    "match": "read",
    "circular_group": "read",
    "e_circular": "read",
    "local_issue": "read",
    "citizen_dialogue": "read",
    "attachment": "read",
    "document": "read",
    "draft": "write",
    "api_token": "view",
    "protected_case": "read",
    "hold": "read",
    "open_data": "read",
}
# Relations that a person stands in whatever the row.
AT_LARGE = {"as_head": HEADS}  # of master data alone
# Who stands in a relation before the list of its rows; everybody, where nothing is said here.
FAMILY = in_office("wakaba-kodomo", "midori-kodomo")
OF_THE_SECTION = dict.fromkeys(("of_my_ledger", "from_my_ledger", "offered"), FAMILY)
AREAS = {
    **dict.fromkeys(
        (
            "area_desk",
            "own_assignment",
            "visits_of_desk",
            "visits_of_my_area",
            "promises_of_desk",
            "promises_of_my_area",
            "filed_at_area_desk",
            "successor",
        ),
        stages_area_officers.BOTH_DESKS,
    ),
    "general_affairs": stages_area_officers.AFFAIRS,
}
COMMUNITY = dict.fromkeys(
    (
        "community_desk",
        "filed_at_desk",
        "listing_desk",
        "checked_anywhere",
        "match_desk",
        "need_desk",
        "at_circular_desk",
        "group_at_desk",
        "at_issue_desk",
        "at_dialogue_desk",
    ),
    stages_community.BOTH_DESKS,
)
BEFORE_THE_LIST = {
    "head_of_the_ward": in_office("wakaba-kuyakusho"),
    **AT_LARGE,
    **OF_THE_SECTION,
    **COMMUNITY,
    **AREAS,
    "opened_by_my_people": HEADS,
    "asked_by_my_people": HEADS,
}
ADMIN_RIGHTS = ("view", "add", "change", "delete")
# Rows in which hardly anybody stands: asked of every right, so that a foreign one is always among the rows.
FOREIGN = {
    "consultation": ("somebody else's",),
    "referral": ("to another partner", "recalled", "sent by link, recalled", "consent withdrawn", "finished"),
    "consent": ("for at a section elsewhere",),
    "support_meeting": ("meeting in preparation elsewhere",),
    "support_plan": ("draft of a plan elsewhere",),
    "progress_entry": ("entry of midori-kodomo",),
    "case_transfer": ("between others",),
    "community_org": ("org of midori",),
    "annual_return": ("return of midori",),
    "area_assignment": ("district of area officer elsewhere",),
    "area_visit": ("visit of area officer elsewhere",),
    "area_promise": ("promise of area officer elsewhere",),
    "area_hand_over": ("paper of midori", "draft of the area officer"),
    "need": ("need that waits in midori",),
    "offer": ("offer that waits in midori",),
    "match": ("match of midori",),
    "circular_group": ("group of midori",),
    "e_circular": ("of midori",),
    "local_issue": ("issue of midori",),
    "citizen_dialogue": ("dialogue of midori",),
    "delivery": ("letter of midori-korei",),
    "outside_duty": ("by section elsewhere",),
    "break_glass": ("asked by section elsewhere",),
    "hold": ("in midori",),
    "api_token": ("of triage desk elsewhere",),
}


@dataclass(frozen=True)
class Asking:
    """One door, one row (None for a collection) and what the policy says of this person there."""

    right: Right
    door: Door
    probe: Probe
    stage: Stage | None
    person: str
    allowed: bool
    sees: bool

    def __str__(self) -> str:
        return f"{self.probe.method} {self.door} [{self.stage.name if self.stage else 'collection'}]"


def rights() -> list[Right]:
    """Every right that has a door."""
    return [right for right in current().rights.values() if right.doors]


def probe_of(right: Right, door: Door) -> Probe | None:
    """How this door is asked for this right."""
    return _admin_pages().get((str(right), str(door))) or PROBES.get(str(door))


@cache
def _admin_pages() -> dict[tuple[str, str], Probe]:
    return probes_ground.admin_pages()


def kinds(person: str) -> tuple[str, str]:
    return PEOPLE[person].who, str(Kind.ANYONE)


def is_allowed(right: Right, stage: Stage | None, person: str, door: Door | None = None) -> bool:
    """By the grants of the file and the hand-written stands."""
    granted = (
        kind for kind in kinds(person) if door is None or door.is_for(kind) or _is_open(right, door, person)
    )
    return any(_stands(right, stage, person, right.relations_for(kind)) for kind in granted)


def _is_open(right: Right, door: Door, person: str) -> bool:
    """What is granted to everybody still comes through the door of one side only."""
    return Kind.ANYONE in right.grants and door.is_for(PEOPLE[person].who)


def _stands(right: Right, stage: Stage | None, person: str, relations: tuple[str, ...]) -> bool:
    if stage is not None:
        return stage.leaves(right.name) and stage.stands_in(person, relations)
    return any(person in BEFORE_THE_LIST.get(relation, PEOPLE) for relation in relations)


def is_allowed_at(door: Door, stage: Stage | None, person: str) -> bool:
    """By any right behind the door."""
    behind = current().rights_by_door[str(door)]
    return any(is_allowed(right, stage, person, here) for right, here in behind)


def sees(stage: Stage | None, person: str) -> bool:
    """Whether the person may know of the row at all, so that a refusal need not look like 404."""
    if stage is None:
        return False
    if person in stage.readers:
        return True
    sight = SIGHT.get(stage.object_name)
    return bool(sight) and is_allowed(current().objects[stage.object_name].rights[sight], stage, person)


def askings(right: Right, person: str) -> Iterator[Asking]:
    """Everything that is asked in the cell of this right and this person.

    Whoever is granted the right somewhere: through every door, once for each way of being allowed, at rows that this
    person sees without the right, and at foreign ones. Whoever is granted nothing: through some of the doors, at one
    row. Which, the name decides, so that every door and every row has its turn; every other row is opened by the lists.
    """
    doors = [door for door in right.doors if probe_of(right, door)]
    if not _is_granted(right, person):
        doors = _turn(doors, person, 1 + len(doors) // 4)
    for place, door in enumerate(doors):
        probe = probe_of(right, door)
        assert probe is not None
        known = [_asking(right, door, probe, stage, person) for stage in stages_for(right, door, probe)]
        fitting = [one for one in known if _is_ripe(one)]
        yield from {_ways(one): one for one in reversed(fitting) if one.allowed}.values()
        refused = [one for one in fitting if not one.allowed]
        seen = {_ways_to_see(one): one for one in refused if one.sees}
        yield from _turn(list(seen.values()), person, 3 if place == 0 else 1)
        foreign = [one for one in refused if not one.sees]
        yield from _turn(foreign, person, 3 if place == 0 and _is_granted(right, person) else 1)


def _turn(of: list[Any], person: str, number: int) -> list[Any]:
    """Some of them, beginning at another one for each person."""
    start = sum(person.encode()) % len(of) if of else 0
    return (of[start:] + of[:start])[:number]


def _asking(right: Right, door: Door, probe: Probe, stage: Stage | None, person: str) -> Asking:
    if right.name in ADMIN_RIGHTS:  # one page of the stock admin serves two rights: reading and changing
        return Asking(
            right, door, probe, stage, person, is_allowed(right, stage, person), sees(stage, person)
        )
    return Asking(right, door, probe, stage, person, is_allowed_at(door, stage, person), sees(stage, person))


def _is_ripe(asking: Asking) -> bool:
    """Success can be expected there, or it is a refusal, which can be expected anywhere."""
    probe = asking.probe
    return not (asking.allowed and asking.stage and probe.only and asking.stage.name not in probe.only)


def _is_granted(right: Right, person: str) -> bool:
    return any(kind in right.grants for kind in kinds(person))


def _ways(asking: Asking) -> tuple[str, ...]:
    """The relations by which the person is allowed, as written by hand."""
    return _relations(asking, [asking.right])


def _ways_to_see(asking: Asking) -> tuple[str, ...]:
    sight = SIGHT.get(asking.right.object_name)
    return _relations(asking, [current().objects[asking.right.object_name].rights[sight]] if sight else [])


def _relations(asking: Asking, rights: list[Right]) -> tuple[str, ...]:
    if asking.stage is None:
        return ()
    names = {name for right in rights for kind in kinds(asking.person) for name in right.relations_for(kind)}
    return tuple(sorted(name for name in names if asking.person in asking.stage.stands.get(name, ())))


def stages_for(right: Right, door: Door, probe: Probe) -> list[Stage | None]:
    """For the right to see: every stage. For others: one for each granted relation, one for each way to see the row
    without having the right, and foreign ones."""
    if is_collection(probe):
        return [None]
    known = STAGES.get(right.object_name, {})
    if SIGHT.get(right.object_name) == right.name:
        return list(known.values())
    names = {stage.name for stage in granted_stages(right, door, probe).values() if stage}
    names |= {stage.name for stage in _seen_without(right).values() if stage}
    names |= set(FOREIGN.get(right.object_name, ()))
    return [stage for name, stage in known.items() if name in names]


def granted_stages(
    right: Right, door: Door | None = None, probe: Probe | None = None
) -> dict[tuple[str, str], Stage | None]:
    """For each kind and relation that the right is granted in, a stage at which somebody stands in it, if possible in no
    other; None where there is none."""
    return {
        (kind, relation): _first(right, kind, relation, probe)
        for kind, names in right.grants.items()
        if door is None or door.is_for(kind)
        for relation in names
        if relation != ALWAYS and relation not in AT_LARGE
    }


def _seen_without(right: Right) -> dict[tuple[str, str], Stage | None]:
    sight = current().objects[right.object_name].rights.get(SIGHT.get(right.object_name, ""))
    if sight is None:
        return {}
    return {
        (kind, relation): stage
        for (kind, relation), stage in granted_stages(sight).items()
        if relation not in right.relations_for(kind)
    }


def _first(right: Right, kind: str, relation: str, probe: Probe | None) -> Stage | None:
    people = [name for name, one in PEOPLE.items() if kind in (one.who, Kind.ANYONE)]
    others = [name for name in right.relations_for(kind) if name != relation]
    known = STAGES.get(right.object_name, {}).values()
    fitting = [
        stage
        for stage in known
        if stage.leaves(right.name) and (probe is None or not probe.only or stage.name in probe.only)
    ]
    standing = [
        stage for stage in fitting if any(person in stage.stands.get(relation, ()) for person in people)
    ]
    alone = (
        stage
        for stage in standing
        for person in people
        if person in stage.stands[relation]
        and not any(person in stage.stands.get(name, ()) for name in others)
    )
    return next(alone, standing[0] if standing else None)
