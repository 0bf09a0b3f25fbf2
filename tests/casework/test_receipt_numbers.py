"""受付番号: shape, what people type, and the proof that one slip is always found."""

from __future__ import annotations

import random
import re

import pytest

from chiba_ward.casework import receipt_numbers
from chiba_ward.casework.receipt_numbers import ALPHABET, ReceiptNumberError, new, parse, spoken

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBER = "S-7K4M-925W"
SAMPLES = [new(prefix, random.Random(seed)) for seed, prefix in enumerate(LETTERS * 2)]


def accepted(text: str) -> bool:
    try:
        parse(text)
    except ReceiptNumberError:
        return False
    return True


def test_a_new_number_has_the_shape_and_parses_to_itself() -> None:
    for _ in range(500):
        number = new("S")
        assert re.fullmatch(rf"S-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", number)
        assert parse(number) == number


def test_clashes_are_as_rare_as_four_thousand_million_numbers_make_them() -> None:
    rng = random.Random(5)
    drawn = [new("S", rng) for _ in range(50_000)]
    assert len(drawn) - len(set(drawn)) <= 3


def test_every_character_is_drawn_in_every_place() -> None:
    columns = zip(*(new("S").replace("-", "")[1:] for _ in range(4_000)), strict=True)
    assert all(set(column) == set(ALPHABET) for column in columns)


@pytest.mark.parametrize("number", SAMPLES)
def test_every_single_wrong_character_is_found(number: str) -> None:
    for place, character in enumerate(number):
        if character == "-":
            continue
        for other in (LETTERS if place == 0 else ALPHABET).replace(character, ""):
            assert not accepted(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize("number", SAMPLES)
def test_every_swap_of_two_characters_is_found(number: str) -> None:
    compact = number.replace("-", "")
    for first in range(len(compact)):
        for second in range(first + 1, len(compact)):
            if compact[first] == compact[second]:
                continue
            swapped = list(compact)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert not accepted("".join(swapped)), (number, first, second)


def test_a_guess_seldom_passes_the_check() -> None:
    rng = random.Random(1)
    passed = sum(accepted("S" + "".join(rng.choices(ALPHABET, k=8))) for _ in range(20_000))
    assert passed / 20_000 < 1 / 30


@pytest.mark.parametrize(
    "typed",
    [
        "s-7k4m-925w", "S7K4M925W", " S 7K4M 925W\n", "Ｓ－７Ｋ４Ｍ－９２５Ｗ", "Sー7K4Mー925W", "S−7K4M−925W",
        "S‐7K4M‐925W", "Sｰ7K4Mｰ925W", "S–7K4M—925W", "Ｓ　７Ｋ４Ｍ　９２５Ｗ", "受付番号：S-7K4M-925W",
        "受付番号 s7k4m 925w", "S-7K4M-92SW", "S-7K4M-Q25W", "S-7K4M-9Z5W",
    ],
)  # fmt: skip
def test_what_people_type_is_understood(typed: str) -> None:
    assert parse(typed) == NUMBER


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("", "控えやメール"),
        (" 　- ", "控えやメール"),
        ("S-7K4M-92", "4文字ずつ2組"),
        ("S-7K4M-925WW", "4文字ずつ2組"),
        ("7-7K4M-925W", "4文字ずつ2組"),
        ("S-7K4M-9２あW", "4文字ずつ2組"),
        ("S-7K4M-905W", "0・1"),
        ("S-7K4M-9O5W", "0・1"),
        ("S-7K4M-925H", "見比べて"),
        ("S-7K4M-295W", "見比べて"),
        ("<script>" * 2_000, "だけを入力"),
        ("S-7K4M-925W\x00", "4文字ずつ2組"),
    ],
)
def test_errors_say_what_to_do(typed: str, advice: str) -> None:
    with pytest.raises(ReceiptNumberError) as raised:
        parse(typed)
    assert advice in str(raised.value.message)


def test_other_kinds_are_refused_where_the_kind_is_known() -> None:
    assert parse(NUMBER, prefixes={"S"}) == NUMBER
    with pytest.raises(ReceiptNumberError):
        parse(NUMBER, prefixes={"R"})


@pytest.mark.parametrize("prefix", ["", "s", "SS", "7", "若"])
def test_a_kind_is_one_letter(prefix: str) -> None:
    with pytest.raises(ValueError, match="one letter"):
        new(prefix)


def test_spoken_by_telephone() -> None:
    assert spoken(NUMBER) == "エス、なな、ケー、よん、エム、きゅう、に、ご、ダブリュー"


def test_no_two_characters_sound_alike_in_writing() -> None:
    sounds = [receipt_numbers._KANA[character] for character in ALPHABET]
    assert len(set(sounds)) == len(sounds)
    assert not set("01OILBGSZUQ") & set(ALPHABET)
