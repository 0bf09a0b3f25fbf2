"""What the database itself refuses, and what the form says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from consultations.staffing.models import PlannedPost, SpecialistPost
from tests.factories import make_office, make_post, make_ward
from tests.staffing.conftest import Health


def test_one_plan_for_each_place_and_year(health: Health) -> None:
    health.plan("1.0")
    twice = PlannedPost(fiscal_year=2026, ward=health.ward, occupation=health.nurse, amount=Decimal("2.0"))
    with pytest.raises(ValidationError, match="すでに登録されています"):
        twice.full_clean()
    with pytest.raises(IntegrityError, match="planned_post_once"), transaction.atomic():
        twice.save()


@pytest.mark.parametrize("amount", ["0.0", "-1.0"])
def test_a_plan_of_nobody_is_none(health: Health, amount: str) -> None:
    with pytest.raises(IntegrityError, match="planned_post_amount_positive"), transaction.atomic():
        health.plan(amount)


def test_a_zone_lies_in_its_ward(health: Health) -> None:
    elsewhere = health.zone("中央圏域", make_ward("chuo", "中央区"))
    plan = PlannedPost(
        fiscal_year=2026, ward=health.ward, zone=elsewhere, occupation=health.nurse, amount=Decimal(1)
    )
    with pytest.raises(ValidationError, match="ほかの区"):
        plan.full_clean()
    seat = SpecialistPost(post=make_post(office=health.office), occupation=health.nurse, zone=elsewhere)
    with pytest.raises(ValidationError, match="ほかの区"):
        seat.full_clean()


def test_a_seat_stands_in_a_ward(health: Health) -> None:
    seat = SpecialistPost(post=make_post(office=make_office("本庁の課")), occupation=health.nurse)
    with pytest.raises(ValidationError, match="区の課の職"):
        seat.full_clean()


@pytest.mark.parametrize("amount", ["0.0", "1.1"])
def test_a_seat_is_at_most_one_person(health: Health, amount: str) -> None:
    with pytest.raises(IntegrityError, match="at_most_one_person"), transaction.atomic():
        health.seat(amount=Decimal(amount))


def test_a_seat_is_counted_once_a_day(health: Health) -> None:
    seat = health.seat(valid_to=dt.date(2026, 4, 1))
    health.seat(post=seat.post, valid_from=dt.date(2026, 4, 1))
    twice = SpecialistPost(post=seat.post, occupation=health.nurse, valid_from=dt.date(2026, 3, 31))
    with pytest.raises(ValidationError, match="同じ期間に同じ職種"):
        twice.full_clean()
    with pytest.raises(IntegrityError, match="specialist_post_once_a_day"), transaction.atomic():
        twice.save()


def test_a_seat_that_ends_before_it_begins_is_said_beside_the_field(health: Health) -> None:
    seat = SpecialistPost(
        post=make_post(office=health.office),
        occupation=health.nurse,
        valid_from=dt.date(2026, 4, 1),
        valid_to=dt.date(2026, 4, 1),
    )
    with pytest.raises(ValidationError) as refused:
        seat.full_clean()
    assert "valid_to" in refused.value.message_dict
