"""A few cases that every size has alike: long ones to open, and つなぎ that wait to be accepted by the bench."""

from collections.abc import Iterator
from random import Random

from bench.city.clock import DAY
from bench.city.plan import Case, Handover, Planner

LONG_CASES = 3
LONG_LINES, LONG_MESSAGES, LONG_HANDOVERS = 200, 50, 20
TO_ACCEPT = 600
ACCEPTED_BY = "midori-anshin-1"
ASKED_BACK = 1
TOTAL = LONG_CASES + TO_ACCEPT + ASKED_BACK


def specials(planner: Planner, dice: Random) -> Iterator[Case]:
    first = planner.total
    for place in range(LONG_CASES):
        yield _long(planner, dice, first + place)
    for place in range(TO_ACCEPT):
        yield _waiting(planner, dice, first + LONG_CASES + place, "acknowledged")
    yield _waiting(planner, dice, first + LONG_CASES + TO_ACCEPT, "asked_back")


def _started(planner: Planner, number: int, slug: str, days_ago: int) -> Case:
    directory, now = planner.directory, planner.clock.now
    ward = next(one for one in directory.wards if one.slug == slug)
    received = now - days_ago * DAY
    case = Case(
        number, ward, "elder", directory.desks[f"{slug}-somu"], directory.desks[f"{slug}-korei"], 0,
        "in_progress", received, received + 300, 0, 0, "U3", False, 0,
    )  # fmt: skip
    case.due = planner.clock.closing_after(now, 3)
    return case


def _long(planner: Planner, dice: Random, number: int) -> Case:
    """Two years of a family: 200 lines, 50 messages, 20 つなぎ that came to an end."""
    case = _started(planner, number, "wakaba", 700)
    case.is_replied, case.messages = True, LONG_MESSAGES - 1
    partners = [
        planner.directory.desks[code] for code in ("wakaba-anshin-1", "marugoto", "kikan", "wakaba-csw")
    ]
    for place in range(LONG_HANDOVERS):
        sent = case.acted + place * 30 * DAY
        case.handovers.append(
            Handover(partners[place % 4], "outcome_reported", sent, sent + DAY, sent + 3 * DAY, False)
        )
    written = 5 + LONG_MESSAGES + 4 * LONG_HANDOVERS
    case.notes = LONG_LINES - written
    return case


def _waiting(planner: Planner, dice: Random, number: int, state: str) -> Case:
    case = _started(planner, number, "midori", 20)
    case.state = "referred"
    sent = planner.clock.now - dice.randint(30, 2 * DAY)
    to = planner.directory.desks[ACCEPTED_BY]
    case.handovers.append(Handover(to, state, sent, sent + 20, sent + 30, False))
    return case
