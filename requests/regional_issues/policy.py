"""Who may do what with an issue or a dialogue, in sentences. Buttons, doors and services ask the same."""

from django_fsm import can_proceed

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from regional_issues.enums import DialogueState
from regional_issues.models import CitizenDialogue, LocalIssue

STEPS = ("assess", "table", "take_in_hand", "watch", "resolve", "drop")


def acts_open_to(actor: Actor, issue: LocalIssue) -> frozenset[str]:
    if not issue.is_open or not allows(actor, "local_issue.write", issue):
        return frozenset()
    return frozenset({"look_again", "source"} | {name for name in STEPS if can_proceed(getattr(issue, name))})


def dialogue_acts_open_to(actor: Actor, dialogue: CitizenDialogue) -> frozenset[str]:
    """What is put up is sorted further; words change only while it is taken back."""
    if not allows(actor, "citizen_dialogue.write", dialogue):
        return frozenset()
    if dialogue.state == DialogueState.PUBLISHED:
        return frozenset({"to_issue", "answer", "back", "withdraw"})
    return frozenset({"add", "correct", "check", "to_issue", "answer", "back", "publish"})
