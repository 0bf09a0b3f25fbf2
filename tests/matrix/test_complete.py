"""Nothing escapes the matrix: every door has a probe, every relation a stage, every table and route its place in the file."""

from typing import Any

import pytest
from django.db.models import Model, Q

from chiba_ward.access.policy import checks, rows
from chiba_ward.access.policy.loading import current
from chiba_ward.access.policy.relations import get, known
from chiba_ward.compartments import services as compartments
from consultations.centre.views.acts import ENTRY_ACTS, TRANSFER_ACTS
from consultations.protection.views.case import ACTS as NOTICE_ACTS
from consultations.views.referrals.acts import ACTS as ANSWERS
from consultations.views.staff.acts import ACTS
from tests.matrix.actors import PEOPLE
from tests.matrix.cells import AT_LARGE, PROBES, STAGES, askings, granted_stages, probe_of, rights
from tests.matrix.probes import is_collection
from tests.matrix.stages import World

# What stands behind one argument of a view. A new entry of a table is a new door.
VARIANTS = {
    "staff:act": frozenset(ACTS),
    "protection:act": frozenset(NOTICE_ACTS),
    "centre:act": frozenset(ENTRY_ACTS),
    "centre:transfer_act": frozenset(TRANSFER_ACTS),
    "partner:act": frozenset(ANSWERS),
    "staff:referral_answer": frozenset(ANSWERS),
}


# One row at a time: their relations select none.
ONE_BY_ONE = frozenset({"document", "draft", "partner_link", "outside_duty.give"})


def test_tables_routes_and_relations_agree_with_the_file() -> None:
    assert checks.problems() == []


def test_every_door_has_a_probe() -> None:
    missing = [
        f"{right}: the door {door} has no probe; add one to tests/matrix/probes_*.py"
        for right in rights()
        for door in right.doors
        if probe_of(right, door) is None
    ]
    assert missing == []


def test_no_probe_is_left_over() -> None:
    assert sorted(PROBES.keys() - current().rights_by_door.keys()) == []


def test_every_relation_that_is_granted_has_a_stage() -> None:
    missing = [
        f"{right}: nobody who is {kind} stands in the relation {relation} at any stage;"
        f" set one in tests/matrix/stages_*.py"
        for right in rights()
        if _is_about_rows(str(right))
        for (kind, relation), stage in granted_stages(right).items()
        if stage is None
    ]
    assert missing == []


def test_every_grant_is_asked_with_success() -> None:
    """A grant that is never used in a cell would be a sentence without a proof."""
    asked = {
        (str(one.right), PEOPLE[one.person].who)
        for right in rights()
        for person in PEOPLE
        for one in askings(right, person)
        if one.allowed
    }
    granted = {
        (str(right), kind)
        for right in rights()
        for kind, names in right.grants.items()
        if kind != "anyone" and not AT_LARGE.keys() >= set(names)
    }
    assert sorted(granted - asked) == []


def test_every_role_and_kind_has_a_person() -> None:
    granted = {kind for right in current().rights.values() for kind in right.grants} - {"anyone"}
    assert granted <= {one.who for one in PEOPLE.values()}


def _is_about_rows(right: str) -> bool:
    asked = current().rights[right]
    probes = [probe_of(asked, door) for door in asked.doors]
    return any(probe is not None and not is_collection(probe) for probe in probes)


@pytest.mark.parametrize("view", VARIANTS)
def test_every_act_behind_one_view_is_a_door(view: str) -> None:
    doors = {door.value for door in current().doors_by_view[view]}
    assert doors == VARIANTS[view], f"an act without a door in policy.yaml, or a door without an act: {view}"


def test_words_that_betray_a_row_are_its_own() -> None:
    words = [stage.canary for stages in STAGES.values() for stage in stages.values()]
    assert len(words) == len(set(words))


@compartments.everywhere("the matrix looks")
def test_relations_stand_as_they_were_written_by_hand(world: World) -> None:
    """The rule in the database against `stands`, for everybody to whom it is granted somewhere."""
    wrong = []
    for object_name, stages in STAGES.items():
        known_rows = rows_by_stage(world, object_name)
        for relation in current().objects[object_name].relations:
            rule = get(object_name, relation)
            if relation in AT_LARGE or rule.elsewhere:
                continue
            for person in _granted_to(object_name, relation):
                for stage in stages.values():
                    hand = person in stage.stands.get(relation, frozenset())
                    found = rule.holds(world.by(person), known_rows[stage.name])
                    if found != hand:
                        wrong.append(
                            f"{object_name}: {relation} of {stage.name} for {person}: {found}, not {hand}"
                        )
    assert not wrong, "\n".join(wrong)


def rows_by_stage(world: World, object_name: str) -> dict[str, Model]:
    """Read once: nothing in this file changes a row."""
    return {stage: world.row(object_name, stage) for stage in STAGES[object_name]}


def in_table(known_rows: dict[str, Model], rule: Q) -> set[str]:
    """The stages whose row the table finds by this condition: one question for each table."""
    keys: dict[type[Model], dict[Any, str]] = {}
    for stage, row in known_rows.items():
        keys.setdefault(type(row), {})[row.pk] = stage
    return {
        stages[pk]
        for model, stages in keys.items()
        for pk in model._default_manager.filter(rule, pk__in=list(stages))
        .order_by()
        .values_list("pk", flat=True)
    }


def _granted_to(object_name: str, relation: str) -> list[str]:
    kinds = {
        kind
        for right in current().objects[object_name].rights.values()
        for kind, names in right.grants.items()
        if relation in names
    }
    return [person for person, one in PEOPLE.items() if one.who in kinds]


@compartments.everywhere("the matrix looks")
def test_a_rule_says_the_same_of_a_row_in_memory_as_of_the_table(world: World) -> None:
    """`matching` reads plain comparisons without asking the database; it must never differ from it."""
    wrong, compared = [], 0
    for object_name, relation in sorted(known()):
        rule = get(object_name, relation)
        if rule.rule is None or object_name not in STAGES:
            continue
        known_rows = rows_by_stage(world, object_name)
        for person in _granted_to(object_name, relation):
            actor = world.by(person)
            found = in_table(known_rows, rule.rows(actor))
            for stage, row in known_rows.items():
                of_table = stage in found
                compared += 1
                if rule.holds(actor, row) != of_table:
                    wrong.append(f"{object_name}.{relation} {person} {stage}: {of_table} in the table")
    assert not wrong, "\n".join(wrong)
    assert compared > 1000


@compartments.everywhere("the matrix looks")
def test_a_list_and_one_row_are_asked_by_the_same_rule(world: World) -> None:
    """`rows` and `allows` of every right with rows, for everybody."""
    from chiba_ward.access.policy import allows

    wrong = []
    for right in rights():
        if right.object_name not in STAGES or ONE_BY_ONE & {right.object_name, str(right)}:
            continue
        known_rows = rows_by_stage(world, right.object_name)
        for person in PEOPLE:
            actor = world.by(person)
            found = in_table(known_rows, rows(actor, str(right)))
            for stage, row in known_rows.items():
                listed = stage in found
                if allows(actor, str(right), row) != listed:
                    wrong.append(f"{right} {person} {stage}: listed {listed}")
    assert not wrong, "\n".join(wrong)
