"""Who may read and change master data in the admin: a small table, deny by default (ASSURANCE §5).

Residents' records are not here: their screens are views of their own and ask `visible_to`.
"""

from enum import StrEnum

from chiba_ward.access.actor import Actor
from chiba_ward.directory.enums import Role


class Action(StrEnum):
    VIEW = "view"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


class Kind(StrEnum):
    """What a table of master data is about."""

    PEOPLE = "people"  # accounts, posts, postings
    MASTER = "master"  # wards, offices, calendars, deadlines, topics…
    WARD_TEXT = "ward_text"  # standard texts and plain descriptions that a section words itself
    TECHNICAL = "technical"  # what shows that the machine runs: the outbox, indicator values


READ = frozenset({Action.VIEW})
EDIT = READ | {Action.ADD, Action.CHANGE}
ALL = EDIT | {Action.DELETE}
NOTHING: frozenset[Action] = frozenset()

# People are never deleted: a posting ends, an account is switched off.
TABLE: dict[Kind, dict[str, frozenset[Action]]] = {
    Kind.PEOPLE: {Role.SYSTEM_ADMIN: EDIT, Role.AUDITOR: READ},
    Kind.MASTER: {Role.SYSTEM_ADMIN: ALL, Role.AUDITOR: READ},
    Kind.WARD_TEXT: {Role.SYSTEM_ADMIN: ALL, Role.AUDITOR: READ},
    Kind.TECHNICAL: {Role.SYSTEM_ADMIN: READ, Role.AUDITOR: READ},
}
HEADS: dict[Kind, frozenset[Action]] = {Kind.WARD_TEXT: EDIT}

DESK_ROLES = frozenset({Role.RECEPTION, Role.SECTION, Role.SPECIALIST, Role.ABUSE_TEAM, Role.AREA_OFFICER})


def actions(actor: Actor, kind: Kind) -> frozenset[Action]:
    """What the actor may do with rows of this kind."""
    granted = TABLE[kind].get(actor.role, NOTHING)
    if actor.is_staff and actor.is_head:
        granted |= HEADS.get(kind, NOTHING)
    return granted


def may(actor: Actor, action: Action, kind: Kind) -> bool:
    return action in actions(actor, kind)


def works_at_a_desk(actor: Actor) -> bool:
    """Takes part in the daily work on matters: queue, entry, print queue, calls."""
    return actor.role in DESK_ROLES


def may_read_people(actor: Actor) -> bool:
    """Keeps or audits accounts, postings, and the systems that act under them."""
    return may(actor, Action.VIEW, Kind.PEOPLE)


def may_see_progress(actor: Actor) -> bool:
    """Every posting sees numbers of some width; which ones, the progress pages decide."""
    return actor.posting is not None
