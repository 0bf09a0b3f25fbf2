"""Who may do what with a 困りごと, a できること or a 仲介, in sentences. Buttons, doors and services ask the same."""

from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from community.matching.enums import WRITABLE, ListingState, MatchState, Side
from community.matching.models import Listing, Match
from community.matching.workflow.match import MAY_ARRANGE, MAY_FAIL

S, M = ListingState, MatchState
DESK_ACTS = {
    "check": (S.SUBMITTED,),
    "propose": (S.OPEN,),
    "publish": (S.OPEN, S.BROKERED),
    "change": (S.SUBMITTED, S.OPEN, S.BROKERED),
    "withdraw": (S.SUBMITTED, S.RETURNED, S.OPEN),
    "restore": (S.WITHDRAWN,),
}
OWN_ACTS = {"withdraw": (S.DRAFT, S.SUBMITTED, S.RETURNED, S.OPEN), "restore": (S.WITHDRAWN,)}
OF_A_NEED = frozenset({"propose", "publish"})
BROKER_ACTS = {
    "answer": (M.ASKED,),
    "cancel": (M.ASKED,),
    "arrange": MAY_ARRANGE,
    "met": (M.ARRANGED,),
    "succeed": (M.TRIAL,),
    "fail": MAY_FAIL,
    "follow_up": (M.SUCCEEDED,),
    "note": (*MAY_FAIL, M.SUCCEEDED),
}


def name_of(row: Any) -> str:
    """「need」 or 「offer」: its object in the policy, its half of a 仲介."""
    return str(row._meta.model_name)


def desk_acts(actor: Actor, row: Listing) -> frozenset[str]:
    if not allows(actor, f"{name_of(row)}.work", row):
        return frozenset()
    is_need = name_of(row) == Side.NEED
    return frozenset(
        name
        for name, states in DESK_ACTS.items()
        if row.state in states and (is_need or name not in OF_A_NEED) and not _is_busy(row, name)
    )


def own_acts(actor: Actor, row: Listing) -> frozenset[str]:
    if not allows(actor, f"{name_of(row)}.write", row):
        return frozenset()
    return frozenset(
        name for name, states in OWN_ACTS.items() if row.state in states and not _is_busy(row, name)
    )


def may_write(actor: Actor, row: Listing) -> bool:
    return row.state in WRITABLE and allows(actor, f"{name_of(row)}.write", row)


def _is_busy(row: Listing, name: str) -> bool:
    """What others count on is not taken away: first the 仲介 ends."""
    return name == "withdraw" and bool(getattr(row, "taken", 0))


def broker_acts(actor: Actor, match: Match) -> frozenset[str]:
    if not allows(actor, "match.broker", match):
        return frozenset()
    open_ = {name for name, states in BROKER_ACTS.items() if match.state in states}
    if match.answers.exists():
        open_.discard("cancel")
    return frozenset(open_)


def sides_of(actor: Actor, match: Match) -> list[Side]:
    """For which this officer answers."""
    return [
        side
        for side in Side
        if (org := match.listing(side).org) is not None and org.office_id == actor.office_id
    ]


def answer_acts(actor: Actor, match: Match) -> frozenset[str]:
    """Of an officer: as long as this side has said nothing."""
    if match.state != M.ASKED or not allows(actor, "match.answer", match):
        return frozenset()
    said = set(match.answers.values_list("side", flat=True))
    return frozenset({"yes", "no"}) if set(sides_of(actor, match)) - said else frozenset()
