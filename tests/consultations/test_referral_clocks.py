"""Reminders and escalation in the receiver's opening hours; nothing ends silently (App. B, DU6)."""

import datetime as dt

import pytest
import time_machine

from chiba_ward.casework.models import Deadline, DeadlineRule, StepRule
from chiba_ward.casework.steps import fire_due_steps, handled_kinds
from chiba_ward.directory.models import Calendar, CalendarHours
from chiba_ward.outbox import services as outbox
from consultations.enums import ReferralState, State
from consultations.services import referrals
from consultations.services.referrals.steps import STEPS
from tests.consultations import referral_support as support
from tests.factories import make_office

pytestmark = pytest.mark.django_db
S = ReferralState
# The Friday before 勤労感謝の日 (Monday 23 November 2026) and the week end.
FRIDAY = dt.datetime(2026, 11, 20, 16, 0, tzinfo=support.TOKYO)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=support.TOKYO)


def subjects(address: str) -> list[str]:
    outbox.run_pending_now()
    return [message.subject for message in support.mails_to(address)]


def test_four_opening_hours_run_over_week_end_and_holiday() -> None:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        world = support.make_world()
        referral = support.sent(world)
        deadline = Deadline.objects.running().get(kind="referral.answer")
        reminder = deadline.steps.get(code="remind")
        # Open 8:30-17:15: 75 minutes on Friday, the other 165 on Tuesday.
        assert reminder.due_at == at(24, 11, 15)
        assert deadline.due_at == at(24, 17, 15)
        for moment in (at(21, 12), at(23, 12), at(24, 11, 14)):
            clock.move_to(moment)
            fire_due_steps()
        assert not [subject for subject in subjects("agency@example.test") if "お待ちしています" in subject]
        clock.move_to(at(24, 11, 15))
        for _ in range(3):
            fire_due_steps()
        assert sum("お待ちしています" in subject for subject in subjects("agency@example.test")) == 1
        clock.move_to(at(24, 17, 16))
        fire_due_steps()
        assert sum("遅れています" in subject for subject in subjects("desk@example.test")) == 1
        assert support.fresh(referral).state == S.SENT


def test_the_calendar_is_the_receivers() -> None:
    with time_machine.travel(FRIDAY, tick=False):
        world = support.make_world()
        always = Calendar.objects.create(
            name="毎日", closed_on_holidays=False, year_end_from="", year_end_to=""
        )
        for weekday in range(7):
            CalendarHours.objects.create(
                calendar=always, weekday=weekday, opens=dt.time(0), closes=dt.time(23, 59)
            )
        world.agency.calendar = always
        world.agency.save()
        support.sent(world)
        step = Deadline.objects.running().get(kind="referral.answer").steps.get(code="remind")
        assert step.due_at == at(20, 20)


def test_urgent_is_thirty_minutes() -> None:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        world = support.make_world()
        support.sent(world, urgent=True)
        assert Deadline.objects.running().get(kind="referral.answer").due_at == FRIDAY + dt.timedelta(
            minutes=30
        )
        clock.shift(dt.timedelta(minutes=30))
        fire_due_steps()
        assert any("お待ちしています" in subject for subject in subjects("agency@example.test"))


def test_general_affairs_hears_and_at_last_it_comes_back_on_top() -> None:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        world = support.make_world()
        above = make_office("総務課", ward=world.ward, notify_email="soumu@example.test")
        world.desk.escalates_to = above
        world.desk.save()
        referral = support.sent(world)
        deadline = Deadline.objects.running().get(kind="referral.answer")
        clock.move_to(deadline.steps.get(code="escalate_general").due_at)
        fire_due_steps()
        assert any("止まっています" in subject for subject in subjects("soumu@example.test"))
        clock.move_to(deadline.steps.get(code="return_to_sender").due_at)
        fire_due_steps()
        fire_due_steps()
        referral, case = support.fresh(referral), support.fresh(world.case)
        assert (referral.state, case.state, case.risk_rank) == (S.RETURNED, State.IN_PROGRESS, 1)
        assert case.due_at == Deadline.objects.running().order_by("due_at").first().due_at
        assert Deadline.objects.running().filter(kind="referral.redirect").exists()
        assert any("戻りました" in subject for subject in subjects("desk@example.test"))
        returned = case.matter.timeline.for_citizen().filter(kind="referral.returned")
        assert returned.count() == 1


def test_an_answer_in_time_silences_every_step() -> None:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        world = support.make_world()
        referral = support.accepted(world)
        clock.move_to(at(18, 12, month=12))
        fire_due_steps()
        late = [entry.kind for entry in world.case.matter.timeline.all() if entry.kind == "referral.returned"]
        assert not late
        assert support.fresh(referral).state == S.ACCEPTED
        assert any("遅れています" in subject for subject in subjects("desk@example.test"))  # no contact yet


def test_keeping_it_here_gives_the_case_its_own_place_again() -> None:
    with time_machine.travel(FRIDAY, tick=False):
        world = support.make_world()
        referral = support.sent(world)
        referrals.decline(referral.pk, by=world.partner, reason="圏域の外", better_place="分からない")
        for _ in range(2):
            referrals.keep_here(referral.pk, by=world.sender)
        assert support.fresh(world.case).risk_rank == 3
        assert world.case.matter.timeline.filter(kind="referral.kept").count() == 1


def test_every_rule_and_step_of_the_rows_has_somebody_who_acts() -> None:
    support.make_world()
    kinds = {"referral.answer", "referral.contact", "referral.outcome", "referral.redirect"}
    assert kinds <= handled_kinds()
    assert kinds <= set(DeadlineRule.objects.values_list("kind", flat=True))
    codes = set(StepRule.objects.filter(rule__kind__in=kinds).values_list("code", flat=True))
    assert codes <= {*STEPS, "return_to_sender"}
