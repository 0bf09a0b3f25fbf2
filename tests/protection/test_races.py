"""Two confirm at once; somebody writes a reply while it is confirmed: one of them is told, nothing is left outside."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from consultations.enums import Flag
from consultations.models import CitizenMessage
from consultations.protection.models import AbuseNotification
from consultations.protection.services import confirming, noting
from consultations.services import conversation, triage
from tests.compartments.walls import counted
from tests.protection.support import S2, by, case_now, inside, make_protected_ward
from tests.races import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
CHILD = [Flag.ABUSE_CHILD]


def test_two_confirm_at_once() -> None:
    ward = make_protected_ward()
    case = ward.case(S2)
    people = [by(ward.clerk), by(ward.house.colleague)]
    pairs = [in_thread(lambda who=who: confirming.confirm(case.pk, by=who, kinds=CHILD)) for who in people]
    for thread, _ in pairs:
        thread.join(30)
    told = sorted(result[0] for _, result in pairs)
    assert told[1] == "done"
    assert told[0] in ("DoesNotExist", "Refused")
    with inside():
        assert AbuseNotification.objects.count() == 1
        assert case_now(case).matter.timeline.filter(kind="protection.confirmed").count() == 1


def test_it_is_confirmed_while_a_reply_is_written() -> None:
    """The reply was first: it stands, inside. The notice that it waits is taken back with the rest."""
    ward = make_protected_ward()
    case = ward.case(S2)
    triage.take(case.pk, by=by(ward.clerk))
    with transaction.atomic():
        conversation.reply(case.pk, by=by(ward.clerk), body="お返事です")
        thread, result = in_thread(
            lambda: confirming.confirm(case.pk, by=by(ward.house.colleague), kinds=CHILD)
        )
        thread.join(0.5)
    thread.join(30)
    assert result == ["done"]
    assert counted("consultations_citizenmessage", f"consultation_id = {case.pk}") == 0
    with inside():
        assert CitizenMessage.objects.filter(consultation=case.pk).count() == 1
        waiting = counted("correspondence_delivery", "medium <> 'portal' AND state IN ('queued', 'held')")
        told = counted("correspondence_notice", f"recipient_kind = 'person' AND matter_id = {case.pk}")
        assert waiting == told  # to those with a seat alone


def test_a_reply_is_written_while_it_is_confirmed() -> None:
    ward = make_protected_ward()
    case = ward.case(S2)
    triage.take(case.pk, by=by(ward.clerk))
    with transaction.atomic():
        confirming.confirm(case.pk, by=by(ward.house.colleague), kinds=CHILD)
        thread, result = in_thread(lambda: conversation.reply(case.pk, by=by(ward.clerk), body="お返事です"))
        thread.join(0.5)
    thread.join(30)
    assert result
    assert result != ["done"]
    with inside():
        assert not CitizenMessage.objects.filter(consultation=case.pk).exists()


def test_two_record_the_call_at_once() -> None:
    ward = make_protected_ward()
    case = ward.case(S2)
    taken = confirming.confirm(case.pk, by=by(ward.clerk), kinds=CHILD)
    at = timezone.now() - dt.timedelta(seconds=1)
    call = confirming.HandOff("児相", "受け手", at)
    pairs = [
        in_thread(lambda: confirming.hand_off_blind(taken, call, by=by(ward.clerk))),
        in_thread(lambda: noting.hand_off(case.pk, by=by(ward.team), place="児相", name="別の受け手", at=at)),
    ]
    for thread, _ in pairs:
        thread.join(30)
    assert sorted(result[0] for _, result in pairs) == ["Refused", "done"]
    with inside():
        assert case_now(case).matter.timeline.filter(kind="protection.handed_off").count() == 1
