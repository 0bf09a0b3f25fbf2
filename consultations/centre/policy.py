"""Who may do what with an entry, a plan or a transfer, in sentences. Buttons, doors and services ask the same."""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from consultations.centre.enums import EntryState, PlanState, TransferState
from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry
from consultations.enums import OPEN_STATES
from consultations.models import Consultation

ENTRY_RIGHTS = {
    "evaluate": "progress_entry.write",
    "lead": "progress_entry.write",
    "end": "progress_entry.write",
    "transfer": "progress_entry.transfer",
}
PLAN_RIPE: dict[str, frozenset[str]] = {
    "change": frozenset({PlanState.DRAFTED}),
    "hand": frozenset({PlanState.DRAFTED}),
    "end": frozenset({PlanState.DRAFTED, PlanState.HANDED}),
}
TRANSFER_RIGHTS = {
    "accept": "case_transfer.answer",
    "give_back": "case_transfer.answer",
    "withdraw": "case_transfer.withdraw",
}


def may_register(actor: Actor, case: Consultation) -> bool:
    """The family section that keeps the case, while it is open."""
    return case.state in OPEN_STATES and allows(actor, "consultation.register", case)


def entry_acts_open_to(actor: Actor, entry: ProgressEntry) -> frozenset[str]:
    """The acts whose forms are shown and whose posts are accepted."""
    if entry.state != EntryState.OPEN:
        return frozenset()
    return frozenset(act for act, right in ENTRY_RIGHTS.items() if allows(actor, right, entry))


def may_plan(actor: Actor, entry: ProgressEntry) -> bool:
    return entry.state == EntryState.OPEN and allows(actor, "progress_entry.write", entry)


def may_write_plan(actor: Actor, plan: ChildSupportPlan) -> bool:
    return allows(actor, "child_plan.write", plan)


def plan_acts_open_to(actor: Actor, plan: ChildSupportPlan) -> frozenset[str]:
    if not may_write_plan(actor, plan):
        return frozenset()
    return frozenset(act for act, states in PLAN_RIPE.items() if plan.state in states)


def transfer_acts_open_to(actor: Actor, transfer: CaseTransfer) -> frozenset[str]:
    if transfer.state != TransferState.ASKED:
        return frozenset()
    return frozenset(act for act, right in TRANSFER_RIGHTS.items() if allows(actor, right, transfer))
