"""Counting tries: atomic, apart from the caller's transaction, never for good (ASSURANCE AN3)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chiba_ward.access import throttle
from chiba_ward.access.models import Throttle


def refused(key: str) -> bool:
    try:
        throttle.allowed(key)
    except throttle.TooManyTries:
        return True
    return False


@pytest.mark.django_db
def test_five_tries_are_free_then_waits_grow_to_fifteen_minutes(time_machine: object) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)  # type: ignore[attr-defined]  # the plugin's fixture has no public type
    waits = []
    for number in range(12):
        assert not refused("case:1"), f"try {number + 1}"
        row = Throttle.objects.get(pk="case:1")
        if row.blocked_until:
            waits.append(round((row.blocked_until - timezone.now()).total_seconds() / 60))
            assert refused("case:1")
            time_machine.move_to(row.blocked_until, tick=False)  # type: ignore[attr-defined]  # see above
    assert waits == [1, 2, 4, 8, 15, 15, 15, 15]


@pytest.mark.django_db(transaction=True)
def test_a_day_of_guessing_gives_about_a_hundred_tries(time_machine: object) -> None:
    start = timezone.now()
    time_machine.move_to(start, tick=False)  # type: ignore[attr-defined]  # see above
    tries = 0
    while (timezone.now() - start).total_seconds() < 24 * 3600:
        tries += not refused("case:2")
        time_machine.shift(60)  # type: ignore[attr-defined]  # see above
    assert tries <= 105


@pytest.mark.django_db
def test_the_right_secret_clears_the_count() -> None:
    for _ in range(4):
        throttle.allowed("case:3")
    throttle.succeeded("case:3")
    assert not any(refused("case:3") for _ in range(4))


@pytest.mark.django_db
def test_refused_tries_do_not_prolong_the_wait() -> None:
    for _ in range(throttle.FREE_TRIES):
        throttle.allowed("case:4")
    before = Throttle.objects.get(pk="case:4").blocked_until
    assert all(refused("case:4") for _ in range(50))
    assert Throttle.objects.get(pk="case:4").blocked_until == before


@pytest.mark.django_db
def test_sharing_a_network_is_not_punished_by_ones_own_success() -> None:
    for _ in range(20):
        throttle.allowed("net:1", free=3)
        throttle.give_back("net:1")


@pytest.mark.django_db(transaction=True)
def test_a_rollback_does_not_take_the_count_back() -> None:
    def view_that_raises() -> None:
        with transaction.atomic():
            throttle.allowed("case:5")
            raise RuntimeError

    for _ in range(throttle.FREE_TRIES):
        with pytest.raises(RuntimeError):
            view_that_raises()
    assert Throttle.objects.get(pk="case:5").failures == throttle.FREE_TRIES
    assert refused("case:5")


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_get_no_more_answers() -> None:
    def guess(_: int) -> bool:
        try:
            return not refused("case:6")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        answered = sum(pool.map(guess, range(100)))
    assert answered == throttle.FREE_TRIES


def test_keys_do_not_hold_the_address() -> None:
    bucket = throttle.client_bucket("203.0.113.77")
    assert re.fullmatch("[0-9a-f]{32}", bucket)  # no dot, so no address as it is written
    assert not [form for form in ("2030113", "cb0071") if form in bucket], "nor as digits or as bytes"
    assert bucket == throttle.client_bucket("203.0.113.4")
    assert bucket != throttle.client_bucket("203.0.114.4")
    assert throttle.network_of("2001:db8:1:2::99") == "2001:db8:1:2::/64"
    assert throttle.network_of("nonsense") == "unknown"
