"""Calls, answers, approval, and what stands still afterwards."""

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from chiba_ward.casework.refusals import Refused
from regional_issues.meetings.enums import Answer
from regional_issues.meetings.models import AgendaItem, Decision, Invitation, WardMeeting
from regional_issues.meetings.services import agenda, decisions, meetings
from tests.ward_meetings.halls import Hall, act_as, fresh, in_days

pytestmark = pytest.mark.django_db


def approved(hall: Hall) -> WardMeeting:
    meeting = hall.called()
    hall.decide(meeting, in_days(5))
    hall.drafted(meeting)
    return meetings.approve(meeting.pk, by=act_as(hall.head), number="8若地第1号")


def test_only_the_head_approves(hall: Hall) -> None:
    meeting = hall.called()
    hall.drafted(meeting)
    with pytest.raises(ObjectDoesNotExist):
        meetings.approve(meeting.pk, by=hall.by, number="1")
    meetings.send_back(meeting.pk, by=act_as(hall.head), reason="要点を詳しく")
    assert fresh(meeting).state == "held"


def test_after_approval_the_database_refuses_every_change(hall: Hall) -> None:
    meeting = approved(hall)
    for act in (
        lambda: WardMeeting.objects.filter(pk=meeting.pk).update(place="別の場所"),
        lambda: AgendaItem.objects.filter(meeting=meeting).update(summary="書きかえ"),
        lambda: Invitation.objects.filter(meeting=meeting).update(attended=True),
        lambda: AgendaItem.objects.create(
            meeting=meeting, title="x", order=1, kind="report", presenter=hall.korei
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    meetings.supplement(meeting.pk, by=hall.by, text="一行追加", is_internal=True)
    with pytest.raises(Refused):
        agenda.decide(
            meeting.pk,
            by=hall.by,
            item=meeting.items.get().pk,
            text="x",
            office=hall.korei,
            due_on=in_days(1),
        )


def test_a_decision_is_never_rewritten_but_reported_after_approval(hall: Hall) -> None:
    found = approved(hall).items.get().decisions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=found.pk).update(text="別のこと")
    assert decisions.report(found.pk, by=act_as(hall.section), text="直しました").state == "done"
    with pytest.raises(Refused):
        decisions.report(found.pk, by=act_as(hall.section), text="もう一度")


def test_decided_anew_leaves_the_former_words(hall: Hall) -> None:
    found = approved(hall).items.get().decisions.get()
    made = decisions.change(
        found.pk, by=hall.by, reason="業者が変わった", text="秋に直す", office=hall.korei, due_on=in_days(90)
    )
    assert (fresh(found).state, fresh(found).text, made.replaces) == ("changed", "街灯を直す", found)


def test_another_office_does_not_report(hall: Hall) -> None:
    found = hall.decide(hall.called(), in_days(5))
    with pytest.raises(ObjectDoesNotExist):
        decisions.report(found.pk, by=act_as(hall.agency), text="x")


def test_answers_on_the_screen_and_by_telephone(hall: Hall) -> None:
    meeting = hall.called()
    meetings.answer(meeting.pk, by=act_as(hall.agency), comes=Answer.COMES)
    row = meeting.invitations.get(office=hall.korei)
    meetings.answer_for(
        meeting.pk, by=hall.by, invitation=row.pk, comes=Answer.STAYS_AWAY, channel="telephone"
    )
    assert not meeting.invitations.filter(answer="").exists()
    meetings.postpone(meeting.pk, by=hall.by, starts_at=meeting.starts_at.replace(minute=1, second=1))
    assert meeting.invitations.filter(answer="").count() == 2


def test_nothing_is_called_without_an_item(hall: Hall) -> None:
    with pytest.raises(Refused, match="議題がありません"):
        meetings.call(hall.plan().pk, by=hall.by)
