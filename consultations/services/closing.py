"""完了・取下げ・再開: how a matter ends, and how it comes back under the same number."""

from django.utils import timezone
from django.utils.translation import gettext as _

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.correspondence import notices
from consultations import joint, receipts
from consultations.enums import SEVERAL_FIELDS, ReferralState
from consultations.models import Consultation
from consultations.services import referrals, suspicion
from consultations.services.base import locked_case, note_first_action, stop_clocks
from consultations.workflow.case import REOPENABLE_FOR
from consultations.workflow.errors import Refused

SOLVED = "consultation.solved"
UNSETTLED = [
    ReferralState.HELD,
    ReferralState.SENT,
    ReferralState.ACKNOWLEDGED,
    ReferralState.ASKED_BACK,
    ReferralState.ACCEPTED,
]


def close(pk: int, *, by: Actor, outcome: str, note: str = "", single_reason: str = "") -> Consultation:
    """完了 with an outcome. Raises `Refused` while a referral waits or the intention to apply stands.

    A case of several fields ends by a decision of several agencies, or with the reason why one section was enough.
    """
    with locked_case(pk, by=by, right="consultation.close") as case:
        suspicion.refuse_protected(case)
        if case.referrals.filter(state__in=UNSETTLED).exists():
            raise Refused("返事を待っているつなぎがあります。受理・取り消しのあとで完了にしてください。")
        hardship = case.fields.filter(is_hardship=True).exists()
        if hardship and not case.applies_intent:
            raise Refused(
                "生活に困っている相談です。申請の意思を記録してから完了にしてください。", "applies_intent"
            )
        decide_jointly(case, single_reason)
        note_first_action(case)
        case.close(outcome=outcome, note=note, at=timezone.now())
        stop_clocks(case)
        referrals.case_ended(case)
        timeline.record(case.matter, "consultation.closed", by, audience=Audience.CITIZEN, outcome=outcome)
        notices.tell_citizen(case.matter, "consultation.closed", office=case.desk_office)
    return case


def decide_jointly(case: Consultation, single_reason: str) -> None:
    """課題①: nobody closes a knot of troubles alone without saying why (DOMAIN §7). The database says it too."""
    several = case.fields.count() >= SEVERAL_FIELDS
    case.joint_decision = joint.decision_of(case) if several else ""
    case.single_reason = single_reason if several and not case.joint_decision else ""
    if several and not case.joint_decision and not case.single_reason:
        raise Refused(
            "分野が二つ以上ある相談です。支援会議や支援プランで決めるか、この課だけの対応で足りる理由を入力してください。",
            "single_reason",
        )


def watch(pk: int, *, by: Actor, note: str = "") -> Consultation:
    """見守り: the next look is a deadline, so that nobody is forgotten."""
    with locked_case(pk, by=by, right="consultation.work") as case:
        suspicion.refuse_protected(case)
        case.watch()
        deadlines.start(case.matter, "consultation.next_look", case.desk_office, urgency=case.urgency)
        timeline.record(case.matter, "consultation.watching", by, audience=Audience.CITIZEN)
        if note:
            timeline.record(case.matter, "consultation.note", by, text=note)
    return case


def withdraw(pk: int, *, by: Actor, reason: str = "") -> Consultation:
    """取下げ by the resident, or by staff on their word. Referrals not yet answered are recalled."""
    with locked_case(pk, by=by, right=_ending(by)) as case:
        suspicion.refuse_protected(case)
        referrals.recall_all(case, by=by)
        case.withdraw(at=timezone.now())
        stop_clocks(case)
        referrals.case_ended(case)
        timeline.record(case.matter, "consultation.withdrawn", by, audience=Audience.CITIZEN)
        if reason:
            timeline.record(case.matter, "consultation.note", by, text=reason)
    return case


def reopen(pk: int, *, by: Actor, reason: str = "") -> Consultation:
    """再開: the resident within 30 days of the end (J1), staff at any time."""
    with locked_case(pk, by=by, right=_ending(by)) as case:
        suspicion.refuse_protected(case)
        now = timezone.now()
        if not by.is_staff and case.closed_at and now - case.closed_at > REOPENABLE_FOR:
            raise Refused(_("終わってから30日を過ぎています。新しい相談として送ってください。"))
        case.reopen(at=now)
        reply = deadlines.start(case.matter, "consultation.reply", case.desk_office, urgency=case.urgency)
        if case.assignee is None:
            deadlines.start(case.matter, "consultation.take", case.desk_office, urgency=case.urgency)
        case.due_at = deadlines.next_due(case.matter)
        timeline.record(case.matter, "consultation.reopened", by, audience=Audience.CITIZEN)
        if reason:
            timeline.record(case.matter, "consultation.note", by, text=reason)
        day = timezone.localdate(receipts.promised(reply)).isoformat()
        notices.tell_citizen(
            case.matter, "consultation.reopened", office=case.desk_office, context={"promise_date": day}
        )
    return case


def confirm_solved(pk: int, *, by: Actor) -> Consultation:
    """解決しましたか — はい: the resident's own word, which the figures of the house cannot give. Said once."""
    with locked_case(pk, by=by, right="consultation.follow") as case:
        suspicion.refuse_protected(case)
        said = case.matter.timeline.filter(kind=SOLVED).order_by("-at").first()
        if case.is_open:
            raise Refused(_("この相談は、いま対応しているところです。"))
        if said is None or (case.closed_at and said.at < case.closed_at):
            timeline.record(case.matter, SOLVED, by, audience=Audience.CITIZEN)
    return case


def work_again(pk: int, *, by: Actor) -> Consultation:
    """対応に戻す: from つながった or 見守り."""
    with locked_case(pk, by=by, right="consultation.work") as case:
        suspicion.refuse_protected(case)
        case.work_again()
        deadlines.start(case.matter, "consultation.reply", case.desk_office, urgency=case.urgency)
        timeline.record(case.matter, "consultation.working_again", by)
    return case


def _ending(by: Actor) -> str:
    """The person ends and reopens what is theirs; staff do it on their word, by a right of their own."""
    return "consultation.close" if by.is_staff else "consultation.follow"
