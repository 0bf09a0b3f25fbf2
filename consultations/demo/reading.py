"""Who has read in the demo city: each 担当 their own cases, and one clerk an old case of the section, saying why."""

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of
from chiba_ward.access.readlog import Verb
from chiba_ward.casework import outside_duty
from chiba_ward.casework.enums import OutsideDuty
from chiba_ward.directory.models import Posting
from consultations.demo.people import DOMAIN
from consultations.models import Consultation
from consultations.policy_duty import is_own_duty

SHOWN = 60
CURIOUS = f"korei.wakaba@{DOMAIN}"
WHY = "担当が研修で不在の日に、家族から前回の説明についての電話を受けたため"


def load() -> int:
    """Outside of any transaction, as the log wants it; the number of rows."""
    cases = Consultation.objects.exclude(assignee=None).select_related("assignee").order_by("-received_at")
    holders = {one.pk: one for one in Posting.objects.with_duty().order_by("id")}
    for case in cases[:SHOWN]:
        holder = holders[case.assignee_id or 0]
        readlog.record(actor_of(holder.person, holder), Verb.READ, "consultation", [case.pk])
    return len(cases[:SHOWN]) + _beside_duty()


def _beside_duty() -> int:
    """With a reason that waits for the head of the section."""
    posting = Posting.objects.with_duty().filter(person__email=CURIOUS).order_by("id").first()
    if posting is None:
        return 0
    actor = actor_of(posting.person, posting)
    old = (
        Consultation.objects.visible_to(actor)
        .select_related("assignee", "matter")
        .order_by("closed_at", "pk")
    )
    case = next((one for one in old.exclude(closed_at=None)[:SHOWN] if not is_own_duty(actor, one)), None)
    if case is None:
        return 0
    reason = outside_duty.give_reason(actor, case.matter, choice=OutsideDuty.ASKED, text=WHY)
    readlog.record(actor, Verb.READ, "consultation", [case.pk], reason=str(reason), is_outside_duty=True)
    return 1
