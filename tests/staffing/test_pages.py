"""The table on a page and as a file, and the indicator that counts it."""

import datetime as dt

import time_machine
from django.test import Client
from django.urls import reverse

from chiba_ward.directory.enums import Role
from chiba_ward.progress.registry import CITY, Period
from consultations.staffing.indicators import posts_filled
from tests.conftest import SignIn
from tests.factories import make_office, make_posting, make_ward
from tests.staffing.conftest import DAY, Health

NOON = dt.datetime(2026, 6, 1, 3, tzinfo=dt.UTC)  # 12:00 in Tokyo
INDEX, CSV = "staffing:index", "staffing:csv"


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse(INDEX), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def colleague(health: Health, sign_in: SignIn) -> Client:
    return sign_in(make_posting(Role.SECTION, office=health.office).person)


def coordinator(sign_in: SignIn) -> Client:
    chuo = make_ward("chuo", "中央区")
    return sign_in(make_posting(Role.COORDINATOR, office=make_office("総務課", ward=chuo)).person)


@time_machine.travel(NOON, tick=False)
def test_a_gap_is_said_in_words(health: Health, sign_in: SignIn) -> None:
    client = colleague(health, sign_in)
    assert "配置計画がまだありません" in page(client)
    health.plan("2.0")
    seat = health.seat()
    assert "2.0人 足りません" in page(client)
    assert f"{seat.post.name}" in page(client)
    assert "まだ発令がありません" in page(client)
    health.sit(seat.post)
    assert "1.0人 足りません" in page(client)
    assert "まだ発令がありません" not in page(client)


@time_machine.travel(NOON, tick=False)
def test_a_ward_sees_its_own_and_the_coordinator_all(health: Health, sign_in: SignIn) -> None:
    other = make_ward("inage", "稲毛区")
    health.plan("1.0")
    health.plan("3.0", ward=other)
    mine = page(colleague(health, sign_in))
    assert "緑区</td>" in mine
    assert "稲毛区</td>" not in mine
    assert "稲毛区</td>" not in page(colleague(health, sign_in), ward="inage"), "not by the address either"
    both = page(coordinator(sign_in))
    assert "緑区</td>" in both
    assert "稲毛区</td>" in both
    assert "緑区</td>" not in page(coordinator(sign_in), ward="inage")


@time_machine.travel(NOON, tick=False)
def test_filters_live_in_the_address(health: Health, sign_in: SignIn) -> None:
    client = coordinator(sign_in)
    health.plan("1.0")
    health.plan("9.0", fiscal_year=2025)
    assert "9.0" in page(client, year="2025")
    assert "9.0" not in page(client)
    assert "9.0" not in page(client, year="1890"), "a year nobody planned is this year"
    seat = health.seat()
    health.sit(seat.post)
    assert "この条件に当てはまるところはありません" in page(client, gaps="1")
    assert "試験の保健師</td>" in page(client, occupation="nobody\x00knows")


@time_machine.travel(NOON, tick=False)
def test_the_file_holds_the_lines_of_the_page(health: Health, sign_in: SignIn) -> None:
    health.plan("2.0")
    health.seat()
    text = colleague(health, sign_in).get(reverse(CSV), {"gaps": "1"}).content.decode("utf-8-sig")
    head, line = text.splitlines()
    assert head.startswith("年度,基準日,区")
    assert line.startswith("2026,2026-06-01,緑区,試験の保健師,区全体,2.0,1.0,0,2.0")


def test_partners_and_residents_find_nothing(
    health: Health, as_role: SignIn, resident_client: Client
) -> None:
    for client in (as_role(Role.PARTNER), as_role(Role.BUREAU), resident_client):
        assert client.get(reverse(INDEX)).status_code == 404
        assert client.get(reverse(CSV)).status_code == 404


@time_machine.travel(NOON, tick=False)
def test_the_indicator_moves_when_somebody_is_posted(health: Health) -> None:
    health.plan("4.0")
    seats = [health.seat() for _ in range(4)]
    month = Period.month(DAY)
    before = posts_filled(month)
    assert (before[health.ward.pk].value, before[CITY].denominator) == (0, 4)
    for seat in seats[:3]:
        health.sit(seat.post)
    after = posts_filled(month)
    assert (after[health.ward.pk].value, after[CITY].numerator) == (75, 3)
    assert posts_filled(Period.month(dt.date(2026, 5, 1))) == {}, (
        "who sat where last month is not counted today"
    )
