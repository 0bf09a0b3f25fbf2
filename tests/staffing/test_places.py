"""Planned against placed: posts own, people occupy."""

import datetime as dt
from decimal import Decimal
from typing import Any

from chiba_ward.directory.enums import PostingKind
from consultations.staffing.places import Place, placement
from tests.factories import make_ward
from tests.staffing.conftest import DAY, Health


def only(health: Health, day: dt.date = DAY) -> Place:
    (place,) = placement(day, [health.ward]).places
    return place


def test_an_empty_seat_is_missing_until_somebody_is_posted(health: Health) -> None:
    health.plan("1.0")
    seat = health.seat()
    assert (only(health).seats, only(health).placed, only(health).missing) == (1, 0, 1)
    assert [vacancy.seat for vacancy in only(health).vacancies] == [seat]
    health.sit(seat.post)
    assert (only(health).placed, only(health).missing, only(health).vacancies) == (1, 0, [])


def test_a_posting_that_ended_leaves_the_seat_empty_since_that_day(health: Health) -> None:
    seat = health.seat()
    health.sit(seat.post, ends_on=dt.date(2026, 4, 1))
    assert only(health, dt.date(2026, 3, 31)).placed == 1
    assert [vacancy.since for vacancy in only(health).vacancies] == [dt.date(2026, 4, 1)]


def test_nobody_ever_sat_there(health: Health) -> None:
    health.seat()
    assert only(health).vacancies[0].since is None


def test_whoever_stands_in_fills_no_seat_of_their_own(health: Health) -> None:
    seat = health.seat()
    health.sit(seat.post, kind=PostingKind.ACTING)
    assert only(health).placed == 0
    health.sit(seat.post, kind=PostingKind.CONCURRENT)
    assert only(health).placed == 1


def test_zones_stand_apart_and_one_seat_may_serve_two(health: Health) -> None:
    east, west = health.zone("東圏域"), health.zone("西圏域")
    health.plan("1.0", zone=east)
    health.plan("0.5", zone=west)
    half = health.seat(zone=east, amount=Decimal("0.5"))
    health.seat(post=half.post, zone=west, amount=Decimal("0.5"))
    health.sit(half.post)
    places = {place.zone: place for place in placement(DAY, [health.ward]).places}
    assert (places[east].missing, places[west].missing) == (Decimal("0.5"), 0)


def test_what_one_place_has_too_many_of_fills_no_other(health: Health) -> None:
    zone = health.zone("東圏域")
    health.plan("1.0", zone=zone)
    seat = health.seat()
    health.sit(seat.post)
    found = placement(DAY, [health.ward])
    assert (found.planned, found.placed, found.missing) == (1, 1, 1)
    assert [place.over for place in found.places] == [1, 0]


def test_years_wards_and_days_are_kept_apart(health: Health) -> None:
    health.plan("1.0", fiscal_year=2025)
    health.plan("2.0")
    health.seat(valid_to=DAY)
    assert only(health).planned == 2
    assert only(health).seats == 0
    assert only(health, DAY - dt.timedelta(days=1)).seats == 1
    assert only(health, dt.date(2026, 3, 31)).planned == 1
    assert placement(DAY, [make_ward("chuo", "中央区")]).places == []


def test_a_bigger_city_costs_no_more_questions(health: Health, django_assert_num_queries: Any) -> None:
    for number in range(8):
        zone = health.zone(f"第{number}圏域")
        health.plan("1.0", zone=zone)
        health.seat(zone=zone)
    with django_assert_num_queries(3):
        placement(DAY, [health.ward])
