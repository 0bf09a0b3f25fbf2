import datetime as dt
import logging
import statistics
import time
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from chiba_ward.access import throttle
from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.access.models import Throttle
from chiba_ward.casework import keys, matters, receipt_numbers
from chiba_ward.casework.models import CaseCredential, Matter
from chiba_ward.casework.passphrase import PassphraseFormatError
from chiba_ward.casework.receipt_numbers import ReceiptNumberError
from tests.casework.support import KIND, make_matter, sees

pytestmark = pytest.mark.django_db
CLIENT = "some-network"


@pytest.fixture
def opened() -> tuple[Matter, str]:
    matter = make_matter()
    return matter, matters.set_passphrase(matter)


def other(phrase: str) -> str:
    return phrase.translate(str.maketrans("0123456789", "1234567890"))


def test_a_number_of_the_kind_that_can_be_read_out() -> None:
    matter = make_matter()
    assert matter.receipt_no.startswith("X-")
    assert receipt_numbers.parse(matter.receipt_no.lower().replace("-", "")) == matter.receipt_no


def test_a_drawn_number_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = make_matter().receipt_no
    free = receipt_numbers.new("X")
    draws = iter([taken, taken, free])
    monkeypatch.setattr(receipt_numbers, "new", lambda prefix: next(draws))
    assert make_matter().receipt_no == free


def test_any_other_refusal_of_the_database_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_numbers, "new", lambda prefix: "X-TOO-LONG-FOR-IT")
    with pytest.raises(DatabaseError):
        make_matter()


def test_an_unknown_kind_is_refused_and_a_prefix_belongs_to_one_kind() -> None:
    with pytest.raises(LookupError):
        matters.open_matter("nobody", SYSTEM)
    with pytest.raises(ValueError, match="belongs to"):
        matters.register_kind("second", "X", visible=sees)
    with pytest.raises(ValueError, match="draft"):
        matters.register_kind("second", "D", visible=sees)


def test_a_drill_and_the_moment_of_arrival_are_kept() -> None:
    arrived = timezone.now() - dt.timedelta(days=3)
    matter = matters.open_matter(KIND, SYSTEM, is_drill=True, at=arrived)
    assert (matter.is_drill, matter.created_at) == (True, arrived)


def test_number_and_passphrase_open_the_matter_however_they_are_typed(opened: tuple[Matter, str]) -> None:
    matter, phrase = opened
    assert matters.check_passphrase(matter.receipt_no, phrase, CLIENT) == matter
    typed = phrase.translate(str.maketrans("0123456789", "０１２３４５６７８９")).replace(" ", "－")
    assert matters.check_passphrase(f" {matter.receipt_no.lower()} ", typed, CLIENT) == matter


def test_the_passphrase_is_kept_only_as_an_argon2id_hash(
    opened: tuple[Matter, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    matter, phrase = opened
    stored = CaseCredential.objects.get(matter=matter).phrase_hash
    assert stored.startswith("$argon2id$")
    assert phrase.replace(" ", "") not in stored
    with pytest.raises(matters.WrongKey):
        matters.check_passphrase(matter.receipt_no, other(phrase), CLIENT)
    matters.check_passphrase(matter.receipt_no, phrase, CLIENT)
    assert phrase not in caplog.text
    assert matter.receipt_no not in caplog.text


def test_a_repeated_submit_shows_the_same_passphrase_and_others_do_not(settings: Any) -> None:
    first, second = make_matter(), make_matter()
    phrase = matters.set_passphrase(first, seed="draft-1")
    assert matters.set_passphrase(first, seed="draft-1") == phrase
    assert matters.set_passphrase(second, seed="draft-2") != phrase
    assert matters.check_passphrase(first.receipt_no, phrase, CLIENT) == first
    settings.PORTAL_PEPPER = "22" * 32
    assert matters.set_passphrase(first, seed="draft-1") != phrase


def test_a_typing_slip_is_told_and_not_counted(opened: tuple[Matter, str]) -> None:
    matter, phrase = opened
    with pytest.raises(ReceiptNumberError):
        matters.check_passphrase("X-0000", phrase, CLIENT)
    with pytest.raises(PassphraseFormatError):
        matters.check_passphrase(matter.receipt_no, "1234", CLIENT)
    assert Throttle.objects.count() == 0


def refusal(number: str, phrase: str, client: str) -> tuple[str, str, float]:
    """How it was refused: class, text, seconds."""
    started = time.thread_time()
    with pytest.raises(matters.WrongKey) as refused:
        matters.check_passphrase(number, phrase, client)
    return type(refused.value).__name__, str(refused.value), time.thread_time() - started


def test_unknown_number_and_wrong_phrase_are_the_same_refusal_and_cost_the_same(settings: Any) -> None:
    settings.PASSPHRASE_COST = {"time_cost": 2, "memory_cost": 32 * 1024, "parallelism": 1}
    known, unknown = [], []
    for number in range(15):
        matter = make_matter()
        phrase = matters.set_passphrase(matter)
        known.append(refusal(matter.receipt_no, other(phrase), f"network-{number}"))
        unknown.append(refusal(receipt_numbers.new("X"), phrase, f"network-{number}"))
    assert {row[:2] for row in known} == {row[:2] for row in unknown}
    medians = [statistics.median(row[2] for row in rows) for rows in (known, unknown)]
    assert abs(medians[0] - medians[1]) / max(medians) < 0.15


def test_wrong_tries_wait_longer_and_longer_but_never_for_ever(opened: tuple[Matter, str]) -> None:
    matter, phrase = opened
    with time_machine.travel(timezone.now(), tick=False) as clock:
        waits = []
        for _ in range(12):
            with pytest.raises(matters.WrongKey):
                matters.check_passphrase(matter.receipt_no, other(phrase), CLIENT)
            try:
                matters.check_passphrase(matter.receipt_no, other(phrase), CLIENT)
            except matters.WrongKey:
                continue
            except throttle.TooManyTries as wait:
                waits.append(wait.minutes)
                clock.move_to(wait.retry_at)
        assert max(waits) <= 15
        assert waits == sorted(waits)
        clock.shift(dt.timedelta(minutes=15))
        assert matters.check_passphrase(matter.receipt_no, phrase, CLIENT) == matter
        assert matters.check_passphrase(matter.receipt_no, phrase, CLIENT) == matter  # success forgets


def test_unknown_numbers_are_throttled_alike() -> None:
    number = receipt_numbers.new("X")
    for _ in range(5):
        with pytest.raises(matters.WrongKey):
            matters.check_passphrase(number, "0000 0000 0000 0000", CLIENT)
    with pytest.raises(throttle.TooManyTries):
        matters.check_passphrase(number, "0000 0000 0000 0000", CLIENT)


def test_one_network_cannot_spray_many_numbers(
    monkeypatch: pytest.MonkeyPatch, opened: tuple[Matter, str]
) -> None:
    monkeypatch.setattr(keys, "CLIENT_FREE_TRIES", 3)
    for _ in range(3):
        with pytest.raises(matters.WrongKey):
            matters.check_passphrase(receipt_numbers.new("X"), "0000 0000 0000 0000", CLIENT)
    with pytest.raises(throttle.TooManyTries):
        matters.check_passphrase(opened[0].receipt_no, opened[1], CLIENT)
    assert matters.check_passphrase(*[opened[0].receipt_no, opened[1]], "another-network") == opened[0]


def test_everybody_together_has_a_ceiling_per_hour(
    monkeypatch: pytest.MonkeyPatch, opened: tuple[Matter, str]
) -> None:
    monkeypatch.setattr(keys, "GLOBAL_PER_HOUR", 3)
    for number in range(3):
        with pytest.raises(matters.WrongKey):
            matters.check_passphrase(receipt_numbers.new("X"), "0000 0000 0000 0000", f"network-{number}")
    with pytest.raises(throttle.TooManyTries):
        matters.check_passphrase(opened[0].receipt_no, opened[1], "network-9")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        assert matters.check_passphrase(opened[0].receipt_no, opened[1], "network-9") == opened[0]


def test_right_tries_do_not_use_up_what_is_shared(
    monkeypatch: pytest.MonkeyPatch, opened: tuple[Matter, str]
) -> None:
    monkeypatch.setattr(keys, "GLOBAL_PER_HOUR", 2)
    monkeypatch.setattr(keys, "CLIENT_FREE_TRIES", 2)
    for _ in range(6):
        matters.check_passphrase(opened[0].receipt_no, opened[1], CLIENT)


def test_the_table_of_tries_tells_neither_number_nor_address(opened: tuple[Matter, str]) -> None:
    bucket = throttle.client_bucket("203.0.113.77")
    with pytest.raises(matters.WrongKey):
        matters.check_passphrase(opened[0].receipt_no, other(opened[1]), bucket)
    rows = " ".join(Throttle.objects.values_list("key", flat=True))
    assert opened[0].receipt_no not in rows
    assert "203.0.113" not in rows


def test_a_kind_that_is_not_installed_is_seen_by_nobody() -> None:
    matter = make_matter()
    assert matters.may_see(matter, Actor(matter_id=matter.pk))
    assert not matters.may_see(make_matter(), Actor(matter_id=matter.pk))
    Matter.objects.filter(pk=matter.pk).update(kind="gone")
    matter.refresh_from_db()
    assert not matters.may_see(matter, Actor(matter_id=matter.pk))
