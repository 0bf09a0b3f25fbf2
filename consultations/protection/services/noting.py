"""What the section records of a notice: the call, its receipt, the safety check, the end. Each under the row's lock."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from chiba_ward.access.actor import Actor
from chiba_ward.access.models import RetentionRule
from chiba_ward.access.policy import rows
from chiba_ward.casework import deadlines, timeline
from chiba_ward.compartments import services as compartments
from chiba_ward.ui.japanese_dates import fiscal_year
from consultations.enums import Outcome
from consultations.models import Consultation
from consultations.protection.enums import MEETS, CheckResult
from consultations.protection.models import AbuseNotification, SafetyCheck
from consultations.services.base import stop_clocks
from consultations.workflow.errors import Refused

HAND_OVER, SAFETY, NEXT_LOOK = "protection.hand_over", "protection.safety_check", "consultation.next_look"
RETENTION = "protected_case"
MOVED_ON = "ほかの人の操作で、進み具合が変わっています。画面を開き直してください。"
IN_FUTURE = "これからの時刻は入力できません。時計を確かめてください。"


@contextmanager
def locked_notice(pk: int, *, by: Actor, right: str = "protected_case.work") -> Iterator[AbuseNotification]:
    """The case first, then its notice: the order in which the other acts lock them.

    Raises `AbuseNotification.DoesNotExist` when `by` does not have the right, `Refused` when the state has moved on.
    """
    with transaction.atomic(), compartments.opened(by):
        Consultation.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        permitted = AbuseNotification.objects.filter(rows(by, right)).values("pk")
        rows_ = AbuseNotification.objects.select_for_update(of=("self",))
        notice = rows_.select_related("consultation__matter", "consultation__desk_office").get(
            pk=pk, pk__in=permitted
        )
        try:
            yield notice
        except TransitionNotAllowed as error:
            raise Refused(MOVED_ON) from error
        notice.save()
        case = notice.consultation
        if case.is_open:
            case.due_at = deadlines.next_due(case.matter) or case.due_at
        case.save()


def record_hand_off(
    case: Consultation, notice: AbuseNotification, *, place: str, name: str, at: dt.datetime, by: Actor
) -> None:
    """Under the caller's lock; the caller saves the notice. Raises `Refused`."""
    _refuse_future(at, "handed_at")
    try:
        notice.hand_off(place=place, name=name, at=at, by=by.seat)
    except TransitionNotAllowed as error:
        raise Refused("電話の引継ぎは、ほかの人がもう記録しています。") from error
    deadlines.meet(case.matter, HAND_OVER, at=at)
    timeline.record(case.matter, "protection.handed_off", by, text=f"{place}　{name}")


def hand_off(pk: int, *, by: Actor, place: str, name: str, at: dt.datetime) -> AbuseNotification:
    """電話で引き継いだ."""
    with locked_notice(pk, by=by) as notice:
        record_hand_off(notice.consultation, notice, place=place, name=name, at=at, by=by)
    return notice


def confirm_receipt(pk: int, *, by: Actor, name: str, at: dt.datetime) -> AbuseNotification:
    """引継ぎ先が受けたことを確かめた."""
    _refuse_future(at, "receipt_at")
    with locked_notice(pk, by=by) as notice:
        notice.confirm_receipt(name=name, at=at, by=by.seat)
        timeline.record(notice.consultation.matter, "protection.receipt_confirmed", by, text=name)
    return notice


def record_check(
    pk: int,
    *,
    by: Actor,
    result: str,
    seen_at: dt.datetime,
    seen_by: str,
    seen_whom: str,
    place: str,
    note: str = "",
) -> SafetyCheck:
    """安全確認: seen with one's own eyes meets the clock; who was not met is looked for on. Raises `Refused`."""
    _refuse_future(seen_at, "seen_at")
    with locked_notice(pk, by=by) as notice:
        if not notice.consultation.is_open:
            raise Refused("終結しているので、書き足せません。")
        if seen_at < notice.received_at.replace(second=0, microsecond=0):  # people write down minutes
            raise Refused("受付より前の時刻です。通告のあとに確かめた時刻を入力してください。", "seen_at")
        check = SafetyCheck.objects.create(
            notification=notice,
            result=result,
            seen_at=seen_at,
            seen_by=seen_by,
            seen_whom=seen_whom,
            place=place,
            note=note,
            recorded_by=by.seat,
        )
        matter = notice.consultation.matter
        if result in MEETS and deadlines.meet(matter, SAFETY, at=seen_at):
            deadlines.start(
                matter, NEXT_LOOK, notice.consultation.desk_office, urgency=notice.consultation.urgency
            )
        label = CheckResult(result).label.partition("。")[0]
        timeline.record(matter, "protection.checked", by, result=label)
    return check


def seal(pk: int, *, by: Actor, lead: str) -> AbuseNotification:
    """終結: by the head of the section, once the receipt is confirmed and somebody has seen the person.

    Texts stay sealed in the compartment and nobody changes them; until when, a `RetentionRule` says. Raises `Refused`.
    """
    with locked_notice(pk, by=by, right="protected_case.seal") as notice:
        if not notice.checks.filter(result__in=MEETS).exists():
            raise Refused("安全確認が済んでいません。本人の姿を目で見て確かめた記録が必要です。")
        now, case = timezone.now(), notice.consultation
        until = retained_until(timezone.localdate(now))
        notice.seal(lead=lead, retained_until=until, at=now, by=by.seat)
        case.close(outcome=Outcome.CONTINUING, note="", at=now)
        stop_clocks(case)
        timeline.record(case.matter, "protection.sealed", by, until=f"{until:%Y-%m-%d}")
    return notice


def retained_until(day: dt.date) -> dt.date:
    """The last day of keeping: years from 1 April after the fiscal year in which it ended (公文書管理規則). Raises `Refused`."""
    rule = RetentionRule.objects.filter(code=RETENTION).first()
    if rule is None:
        raise Refused("保存期間の規則（protected_case）がありません。システム管理の担当に連絡してください。")
    return dt.date(fiscal_year(day) + 1 + rule.years, 3, 31)


def _refuse_future(at: dt.datetime, field: str) -> None:
    if at > timezone.now():
        raise Refused(IN_FUTURE, field)
