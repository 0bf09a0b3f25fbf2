"""Who may do what with a consultation they can see, in sentences. Buttons and services ask the same."""

from collections.abc import Collection

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, allows_at
from chiba_ward.directory.enums import PostingKind
from consultations.enums import OPEN_STATES, State
from consultations.models import Consultation

# Of a protected matter the house goes its own way: nothing that tells the person, leads out of the compartment or ends it.
PROTECTED_ACTS = frozenset({"take", "note", "urgency", "read"})

# In which states an act is open; by which door it comes, where not by `staff:act`.
RIPE: dict[str, Collection[str]] = {
    **dict.fromkeys(
        ("assign", "urgency", "take", "read", "reply", "split", "refer", "withdraw"), OPEN_STATES
    ),
    **dict.fromkeys(("note", "link", "fields"), frozenset(State)),
    "watch": (State.IN_PROGRESS, State.CONNECTED),
    "work_again": (State.CONNECTED, State.MONITORING),
    "close": (State.TRIAGED, State.IN_PROGRESS, State.CONNECTED, State.MONITORING),
    "reopen": (State.CLOSED, State.WITHDRAWN),
}
DOORS = {"reply": "staff:reply", "split": "staff:split", "refer": "staff:referral_new"}


def may_work_on(actor: Actor, case: Consultation) -> bool:
    """Reply, note, split: the section that keeps the case. Reception only sorts it (ASSURANCE §5)."""
    return allows(actor, "consultation.work", case)


def may_protect(actor: Actor, case: Consultation) -> bool:
    """Say whether it is a notice of abuse or violence (DOMAIN §9 R1)."""
    return allows(actor, "consultation.protect", case)


def may_export(actor: Actor, case: Consultation) -> bool:
    """Print it whole."""
    return allows(actor, "consultation.export", case)


def may_read_notes(actor: Actor, case: Consultation) -> bool:
    """What the house wrote to itself. Reception and the area officer read the case without it (ASSURANCE §5)."""
    return allows(actor, "consultation.notes", case)


def may_read_held_contact(actor: Actor, case: Consultation) -> bool:
    """Address and telephone of a person whom a restriction protects: for those who work on the case (AC8)."""
    return allows(actor, "consultation.held_contact", case)


def may_replace(actor: Actor, case: Consultation) -> bool:
    """Step in for whoever has it: the posting has ended, or one deputises (代理) in the same seat."""
    holder = case.assignee
    if holder is None or actor.posting is None:
        return True
    has_left = holder.ends_on is not None and holder.ends_on <= timezone.localdate()
    deputises = actor.posting.kind == PostingKind.ACTING and actor.posting.post_id == holder.post_id
    return has_left or deputises


def may_take(actor: Actor, case: Consultation) -> bool:
    """Nobody on duty has it. Changing hands between two people on duty is 振り分け."""
    is_own = actor.posting is not None and case.assignee_id == actor.posting.pk
    return may_work_on(actor, case) and not is_own and may_replace(actor, case)


def acts_open_to(actor: Actor, case: Consultation) -> frozenset[str]:
    """The acts whose buttons are shown and whose posts are accepted, from state and policy."""
    ripe = {act for act, states in RIPE.items() if case.state in states and is_permitted(actor, act, case)}
    if case.protected_at:
        ripe = ripe & PROTECTED_ACTS if case.is_open else {"read"} & _permitted(actor, case, "read")
    return frozenset(ripe if may_take(actor, case) else ripe - {"take"})


def _permitted(actor: Actor, case: Consultation, *acts: str) -> set[str]:
    return {act for act in acts if is_permitted(actor, act, case)}


def is_permitted(actor: Actor, act: str, case: Consultation) -> bool:
    """Whether the policy grants the act, whatever the state: a refusal for the state is told, this one is a 404."""
    return allows_at(actor, DOORS.get(act, f"staff:act name={act}"), case)
