"""合言葉: strength, storage, equal work for the unknown, the limit on memory, and messages that give it away."""

from __future__ import annotations

import random
import re
import statistics
import threading
import time

import pytest
from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError

from chiba_ward.casework import passphrase as module
from chiba_ward.casework.passphrase import (
    PassphraseBusyError,
    PassphraseFormatError,
    PassphraseHasher,
    contains_passphrase,
    grouped,
    new_passphrase,
    parse_passphrase,
    passphrase_candidates,
)

PEPPER = bytes(range(32))
PHRASE = "0482 9917 3350 6628"
CHEAP = PassphraseHasher(PEPPER, time_cost=1, memory_cost=1024, parallelism=1)


def test_a_new_passphrase_is_sixteen_random_digits() -> None:
    phrases = {new_passphrase() for _ in range(2_000)}
    assert len(phrases) == 2_000
    assert all(re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", phrase) for phrase in phrases)
    assert {phrase[0] for phrase in phrases} == set("0123456789")


@pytest.mark.parametrize(
    "typed",
    [
        PHRASE, "0482991733506628", "0482-9917-3350-6628", "０４８２　９９１７　３３５０　６６２８",
        " 0482−9917ー3350‐6628\n", "0482 - 9917 / 3350・6628", "0482\u200b991733506628",
    ],
)  # fmt: skip
def test_what_people_type_is_understood(typed: str) -> None:
    assert parse_passphrase(typed) == "0482991733506628"
    assert CHEAP.verify(CHEAP.hash(PHRASE), typed)


@pytest.mark.parametrize(
    "typed", ["", "0482 9917 3350 662", "0482 9917 3350 66288", "0482 9917 3350 662a", "٠" * 16, "x" * 10**6]
)
def test_other_texts_are_refused_with_advice(typed: str) -> None:
    with pytest.raises(PassphraseFormatError) as raised:
        parse_passphrase(typed)
    assert "16桁の数字" in str(raised.value.message)
    assert not CHEAP.verify(CHEAP.hash(PHRASE), typed)


def test_groups() -> None:
    assert grouped("0482991733506628") == PHRASE


def test_the_stored_text_is_argon2id_of_full_cost_with_its_own_salt() -> None:
    hasher = PassphraseHasher(PEPPER)
    first, second = hasher.hash(PHRASE), hasher.hash(PHRASE)
    parameters = extract_parameters(first)
    assert first.startswith("$argon2id$")
    assert (parameters.memory_cost, parameters.time_cost) == (65_536, 3)
    assert first != second
    assert "0482" not in first or "9917" not in first
    assert hasher.verify(first, PHRASE)
    assert not hasher.verify(first, "0482 9917 3350 6629")


def test_without_the_pepper_the_hash_is_worthless() -> None:
    stored = CHEAP.hash(PHRASE)
    other = PassphraseHasher(bytes(32), time_cost=1, memory_cost=1024, parallelism=1)
    assert not other.verify(stored, PHRASE)
    with pytest.raises(ValueError, match="16 bytes"):
        PassphraseHasher(b"short")


def test_an_unknown_number_opens_nothing() -> None:
    assert not CHEAP.verify(None, PHRASE)


def test_an_unknown_number_costs_the_same_work() -> None:
    hasher = PassphraseHasher(PEPPER, time_cost=2, memory_cost=16 * 1024, parallelism=1)
    stored = hasher.hash(PHRASE)
    taken: dict[str | None, list[float]] = {stored: [], None: []}
    for attempt in range(60):
        which = stored if attempt % 2 else None
        began = time.thread_time()
        hasher.verify(which, "1111 2222 3333 4444")
        taken[which].append(time.thread_time() - began)
    known, unknown = (statistics.median(taken[which]) for which in (stored, None))
    assert abs(known - unknown) / known < 0.15


def test_never_more_than_two_at_once_and_then_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PassphraseHasher(PEPPER, time_cost=1, memory_cost=1024, parallelism=1, wait_seconds=0.05)
    monkeypatch.setattr(module, "_slots", threading.BoundedSemaphore(2))
    stored = hasher.hash(PHRASE)
    with hasher._slot(), hasher._slot(), pytest.raises(PassphraseBusyError) as raised:
        hasher.verify(stored, PHRASE)
    assert "もう一度" in str(raised.value.message)
    assert hasher.verify(stored, PHRASE)


def test_many_visitors_at_once_are_served_in_turn() -> None:
    stored = CHEAP.hash(PHRASE)
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(CHEAP.verify(stored, PHRASE))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert answers == [True] * 16


def test_a_slot_is_given_back_after_a_failure() -> None:
    for _ in range(5):
        with pytest.raises(InvalidHashError):
            CHEAP.verify("not a hash", PHRASE)
    assert CHEAP.verify(CHEAP.hash(PHRASE), PHRASE)


def test_costs_may_rise() -> None:
    stored = CHEAP.hash(PHRASE)
    assert not CHEAP.needs_rehash(stored)
    assert PassphraseHasher(PEPPER).needs_rehash(stored)


@pytest.mark.parametrize(
    "message",
    [
        "合言葉は0482 9917 3350 6628です", "0482991733506628", "０４８２－９９１７－３３５０－６６２８",
        "番号は\n0482\n9917\n3350\n6628\nです", "x0482ー9917ー3350ー6628y", "0482、9917、3350、6628", "90482991733506628",
    ],
)  # fmt: skip
def test_a_message_that_gives_it_away_is_found(message: str) -> None:
    assert contains_passphrase(message, PHRASE)
    assert CHEAP.found_in(message, CHEAP.hash(PHRASE))


@pytest.mark.parametrize(
    "message", ["", "電話は043-221-2111です", "0482 9917 3350 6627", "0482と9917と3350と6628"]
)
def test_other_messages_pass(message: str) -> None:
    assert not contains_passphrase(message, PHRASE)
    assert not CHEAP.found_in(message, CHEAP.hash(PHRASE))


def test_candidates_are_every_window_once() -> None:
    digits = "".join(random.Random(3).choices("0123456789", k=18))
    assert passphrase_candidates(f"{digits}円、{digits}") == [digits[:16], digits[1:17], digits[2:]]
