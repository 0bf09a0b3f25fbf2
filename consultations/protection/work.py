"""今日の仕事: what must be handed over by telephone, seen with one's own eyes, rung about.

What must be confirmed stands with the other consultations (`consultations.work`), counted in their one question.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.compartments import services as compartments
from chiba_ward.rows.memory import remembered
from consultations.models import Consultation
from consultations.protection.enums import NotificationState as S
from consultations.protection.models import AbuseNotification, Alarm
from consultations.protection.words import left_in_words, tone_of
from consultations.querysets import ConsultationQuerySet

SHOWN = 5
NEXT = {
    S.RECEIVED: "電話で引き継いで記録します",
    S.HANDED_OFF: "引継ぎ先が受けたことを確かめます",
    S.RECEIPT_CONFIRMED: "安全確認を記録します",
}


def groups(actor: Actor) -> Iterator[WorkGroup]:
    if compartments.ids_of(actor) and allows(actor, "protected_case.list"):
        yield _in_hand(actor)
    if actor.is_at_triage_desk and allows(actor, "protection_alarm.read"):
        yield _to_call(actor)


def to_confirm(actor: Actor) -> ConsultationQuerySet:
    """Open matters in which phrases speak of abuse or violence and nobody has said yet whether they do."""
    mine = Consultation.objects.visible_to(actor).filter(rows(actor, "consultation.protect"))
    return mine.open().filter(~Q(suspected=[])).order_by("risk_rank", "due_at", "pk")


def _in_hand(actor: Actor) -> WorkGroup:
    """Of the actor's compartments, those that end first: a call that nobody has made, a clock of 48 hours."""
    now = timezone.now()
    to_do = ~Q(state=S.SEALED) | Q(consultation__unread_messages__gt=0)
    mine: Any = AbuseNotification.objects.visible_to(actor).filter(to_do).with_clock()
    found = sorted(
        mine.order_by("received_at", "pk"),
        key=lambda one: (one.check_due or one.received_at + dt.timedelta(days=3650), one.pk),
    )
    return WorkGroup(
        key="protection.in_hand",
        title="保護が必要な相談（電話の引継ぎと48時間の安全確認）",
        items=tuple(_item(one, now) for one in found[:SHOWN]),
        count=len(found),
        url=reverse("protection:index"),
        tone="urgent",
        order=3,
        empty="受け持っている保護が必要な相談はありません。電話で通告を受けたときは「通告を電話で受けた」から入れます。",
    )


def _item(notice: Any, now: dt.datetime) -> WorkItem:
    due = notice.check_due
    step = (
        NEXT.get(S(notice.state), "")
        if due or notice.state != S.RECEIPT_CONFIRMED
        else "支援先を決めて終結します"
    )
    if notice.consultation.unread_messages:
        step = "新しい連絡を読みます"
    left = f"安全確認まで{left_in_words(due, now)}　" if due else ""
    return WorkItem(
        label=notice.consultation.receipt_no,
        url=reverse("protection:case", args=[notice.consultation.receipt_no]),
        due_at=due,
        tone=tone_of(due, now) if due else "active",
        note=f"{left}{step}",
        shows=f"consultation:{notice.pk}",
    )


def _to_call(actor: Actor) -> WorkGroup:
    found = _waiting_at(actor.office_id)[0]
    url = reverse("protection:alarms")
    items = tuple(
        WorkItem(
            label=one.receipt_no,
            url=url,
            tone="overdue",
            note=f"{one.section}の課長に電話",
            shows=f"alarm:{one.pk}",
        )
        for one in found[:SHOWN]
    )
    return WorkGroup(
        key="protection.alarms",
        title="48時間を過ぎた番号（課長に電話する）",
        items=items,
        count=len(found),
        url=url,
        tone="overdue",
        order=1,
        empty="48時間を過ぎた番号はありません。",
    )


@remembered
def _waiting_at(office: int | None) -> tuple[list[Alarm]]:
    """Hardly ever one: read once a minute, so that every first page does not ask for it. The list is never empty of itself."""
    return (list(Alarm.objects.filter(office=office).to_call()),)
