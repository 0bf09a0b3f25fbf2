"""Two numbers of 1-2, each moved by a record; few are hidden (DOMAIN §5 1-2 e, C14)."""

import datetime as dt

import time_machine
from django.utils import timezone

from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Measured, Period
from consultations.enums import Flag
from consultations.protection import indicators
from consultations.protection.services import confirming, noting
from consultations.protection.services.confirming import HandOff
from tests.protection.support import S2, Ward, by, inside


def period() -> Period:
    """From yesterday on: the seats of the ward begin when the test does."""
    today = timezone.localdate()
    return Period(today - dt.timedelta(days=3), today + dt.timedelta(days=1))


def measured(compute: object) -> Measured:
    with inside():
        return compute(period())[CITY]  # type: ignore[operator]


def confirmed(ward: Ward, minutes: int = 20) -> int:
    case = ward.case(S2)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes), tick=True):
        handed = HandOff("児相", "受け手", timezone.now())
        confirming.confirm(case.pk, by=by(ward.clerk), kinds=[Flag.ABUSE_CHILD], handed=handed)
    return case.pk


def look(ward: Ward, pk: int, result: str = "seen") -> None:
    noting.record_check(
        pk,
        by=by(ward.team),
        result=result,
        seen_at=timezone.now(),
        seen_by="児相",
        seen_whom="本人",
        place="自宅",
    )


def test_a_safety_check_in_time_and_one_too_late_move_the_share(ward: Ward) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=True):
        in_time, late, waiting = (confirmed(ward) for _ in range(3))
        assert measured(indicators.on_time).value is None  # nothing is over or met yet
        with time_machine.travel(start + dt.timedelta(hours=10), tick=True):
            look(ward, in_time)
            look(ward, waiting, "not_met")
            assert measured(indicators.on_time) == Measured.share(1, 1)
        with time_machine.travel(start + dt.timedelta(hours=50), tick=True):
            look(ward, late)
            assert measured(indicators.on_time) == Measured.share(1, 3)


def test_the_call_moves_the_median(ward: Ward) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=True):
        assert measured(indicators.until_handed_off).value is None
        confirmed(ward, 10)
        first = measured(indicators.until_handed_off)
        assert first.denominator == 1
        assert 10 <= float(first.value or 0) < 11
        confirmed(ward, 30)
        second = float(measured(indicators.until_handed_off).value or 0)
        assert 19.9 <= second < 22


def test_few_are_hidden(ward: Ward) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=True):
        confirmed(ward)
        with inside():
            values = indicators.until_handed_off(period())
    assert masking.is_small(values[CITY])
    assert CITY in masking.hidden(values)
