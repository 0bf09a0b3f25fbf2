"""Who may do what with a consultation they can see, in sentences. Buttons and services ask the same."""

from collections.abc import Collection

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, allows_at
from chiba_ward.directory.enums import PostingKind
from consultations.enums import OPEN_STATES, State
from consultations.models import Consultation

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


def may_export(actor: Actor, case: Consultation) -> bool:
    """Print it whole."""
    return allows(actor, "consultation.export", case)


def may_read_notes(actor: Actor, case: Consultation) -> bool:
    """What the house wrote to itself. Reception and the area officer read the case without it (ASSURANCE §5)."""
    return allows(actor, "consultation.notes", case)


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
    return frozenset(ripe if may_take(actor, case) else ripe - {"take"})


def is_permitted(actor: Actor, act: str, case: Consultation) -> bool:
    """Whether the policy grants the act, whatever the state: a refusal for the state is told, this one is a 404."""
    return allows_at(actor, DOORS.get(act, f"staff:act name={act}"), case)
