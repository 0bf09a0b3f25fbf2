"""What happens in the one transaction in which a matter becomes a protected one (DOMAIN §9 R2).

The caller holds the case's lock and has opened the compartment.
"""

from collections.abc import Collection

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, timeline
from chiba_ward.casework.enums import Urgency
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence import notices
from chiba_ward.directory.models import Office
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.enums import HoldKind
from consultations import urgency
from consultations.enums import ConsultantKind, Flag, ReferralState, State
from consultations.models import Consultation
from consultations.protection.models import AbuseNotification, ProtectedDesk
from consultations.protection.services.notifiers import set_apart
from consultations.services.base import clock_urgency, note_first_action
from consultations.services.filing import CONFIRM
from consultations.workflow.errors import Refused

TAKE, HAND_OVER, SAFETY = "consultation.take", "protection.hand_over", "protection.safety_check"
NOT_ANSWERED = (ReferralState.HELD, ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.ASKED_BACK)


def protect(
    case: Consultation, desk: ProtectedDesk, kinds: Collection[str], *, by: Actor
) -> AbuseNotification:
    """Enclose, give to the section that owns it, silence everything that leaves, start the clocks.

    Raises `Refused` when somebody was faster or the matter has ended.
    """
    if case.protected_at:
        raise Refused("ほかの人が先に「保護が必要」と確かめました。受け持ちの課に電話してください。")
    if not case.is_open:
        raise Refused("終わった相談です。先に再開してください。")
    now = timezone.now()
    notices.withdraw_all(case.matter)
    _end_referrals(case)
    compartments.enclose(case.matter, desk.compartment, by=by)
    _mark(case, kinds)
    _give_to(case, desk.office)
    note_first_action(case, now)
    case.save()
    notice = AbuseNotification.objects.create(
        consultation=case,
        kinds=sorted(kinds),
        received_at=case.received_at,
        confirmed_at=now,
        confirmed_by=by.seat,
    )
    if case.consultant_kind != ConsultantKind.SELF:
        set_apart(case, notice)
    if Flag.DV in kinds:  # in whatever compartment it lies: no address may be forgotten (OU6)
        disclosure.hold_for(case.matter, by=by, kind=HoldKind.DV)
    _start_clocks(case)
    names = "・".join(Flag(kind).label.removesuffix("のおそれ") for kind in notice.kinds)
    timeline.record(case.matter, "protection.confirmed", by, kinds=names)
    notices.tell_office(case.matter, desk.office, "escalation.protected")
    return notice


def _mark(case: Consultation, kinds: Collection[str]) -> None:
    """What a human confirmed takes the place of what phrases suggested."""
    case.compartment_id = case.matter.compartment_id
    case.protected_at = timezone.now()
    case.suspected = []
    case.flags = sorted({*case.flags, *kinds})
    if case.urgency not in (Urgency.U0, Urgency.U1):
        case.urgency = Urgency.U0 if clock_urgency(case) == Urgency.U0 else Urgency.U1
    case.risk_rank = urgency.risk_rank(case.urgency, case.hits)


def _give_to(case: Consultation, office: Office) -> None:
    """The section leads and keeps it, whatever had become of it before."""
    if case.state in (State.REFERRED, State.CONNECTED):
        case.come_back()
    elif case.state == State.MONITORING:
        case.work_again()
    case.triage(office=office)
    case.waiting_since = None


def _end_referrals(case: Consultation) -> None:
    """Who has not answered is not asked any more, and not told: the row is out of their sight from the commit on."""
    for referral in (
        case.referrals.select_for_update(of=("self",)).filter(state__in=NOT_ANSWERED).order_by("pk")
    ):
        referral.recall(at=timezone.now())
        referral.save()


def _start_clocks(case: Consultation) -> None:
    """The person is promised nothing by the portal any more; the section owes the telephone and the safety check."""
    for running in case.matter.deadlines.running():
        end = deadlines.meet if running.kind == CONFIRM else deadlines.cancel
        end(case.matter, running.kind, running.key)
    office = case.desk_office
    deadlines.start(case.matter, TAKE, office, urgency=case.urgency)
    deadlines.start(case.matter, HAND_OVER, office)
    deadlines.start(case.matter, SAFETY, office, at=case.received_at)
