"""Buttons and posts ask the same predicates."""

import pytest
from django.utils import timezone

from chiba_ward.directory.enums import PostingKind, Role
from consultations import duty, policy
from consultations.models import Consultation
from consultations.services import closing, triage
from tests.consultations.staff_support import House, by, fresh, make_house, taken
from tests.factories import days_from_now, make_posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def test_reception_sorts_and_does_not_answer(house: House) -> None:
    acts = policy.acts_open_to(by(house.reception), house.case())
    assert acts == {"assign", "urgency"}


def test_the_keeping_section_works_and_others_see_nothing(house: House) -> None:
    case = house.case()
    assert {"take", "reply", "note", "split", "refer", "withdraw"} <= policy.acts_open_to(
        by(house.clerk), case
    )
    assert not Consultation.objects.visible_to(by(house.worker)).filter(pk=case.pk).exists()
    assert policy.acts_open_to(by(house.worker), case) == frozenset()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.DISASTER_HQ])
def test_other_staff_see_no_case_and_have_no_act(house: House, role: Role) -> None:
    other = by(make_posting(role, office=house.desk))
    case = house.case()
    assert not Consultation.objects.visible_to(other).exists()
    assert policy.acts_open_to(other, case) == frozenset()


def test_a_case_in_somebodys_hands_is_not_taken_but_handed(house: House) -> None:
    case = taken(house)
    assert "take" not in policy.acts_open_to(by(house.colleague), case)
    assert "assign" in policy.acts_open_to(by(house.colleague), case)


def test_whoever_covers_may_take(house: House) -> None:
    case = taken(house)
    deputy = make_posting(post=house.clerk.post, kind=PostingKind.ACTING)
    assert "take" in policy.acts_open_to(by(deputy), case)
    assert list(Consultation.objects.mine(by(deputy))) == [case]
    triage.take(case.pk, by=by(deputy))
    assert fresh(case).assignee == deputy


def test_a_posting_that_ended_leaves_the_case_to_the_seat(house: House) -> None:
    case = taken(house)
    house.clerk.ends_on = timezone.localdate()
    house.clerk.save()
    case = fresh(case)
    successor = make_posting(post=house.clerk.post, starts_on=timezone.localdate())
    assert duty.who_answers(case) == [successor]
    assert list(Consultation.objects.mine(by(successor))) == [case]
    assert "take" in policy.acts_open_to(by(house.colleague), case)


def test_the_head_answers_where_nobody_holds_it(house: House) -> None:
    assert duty.who_answers(house.case()) == [house.head]
    assert not duty.is_on_duty(make_posting(starts_on=days_from_now(-9), ends_on=days_from_now(-1)))


def test_ended_cases_only_come_back(house: House) -> None:
    case = taken(house)
    closing.close(case.pk, by=by(house.clerk), outcome="advised")
    assert policy.acts_open_to(by(house.clerk), fresh(case)) == {"note", "link", "fields", "reopen"}
