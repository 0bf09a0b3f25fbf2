"""C14: fewer than ten stay hidden, and nothing shown lets one calculate them."""

import random

import pytest

from chiba_ward.progress.masking import has_small_part, hidden, is_small
from chiba_ward.progress.registry import CITY, Measured


def counts(*numbers: int) -> dict[int | None, Measured]:
    values: dict[int | None, Measured] = {
        ward: Measured.count(number) for ward, number in enumerate(numbers, start=1)
    }
    return {**values, CITY: Measured.count(sum(numbers))}


@pytest.mark.parametrize(("number", "small"), [(0, False), (1, True), (9, True), (10, False)])
def test_one_to_nine_is_small(number: int, small: bool) -> None:
    assert is_small(Measured.count(number)) is small
    assert is_small(Measured.share(0, number)) is small


def test_a_few_hits_of_many_do_not_show_their_number() -> None:
    assert has_small_part(Measured.share(3, 200))
    assert has_small_part(Measured.share(198, 200))
    assert not has_small_part(Measured.share(100, 200))
    assert not has_small_part(Measured.share(0, 200))


def test_nothing_small_nothing_hidden() -> None:
    assert hidden(counts(20, 30, 0, 40, 12, 10)) == frozenset()


def test_one_small_ward_takes_the_next_smallest_with_it() -> None:
    assert hidden(counts(5, 30, 20, 40, 12, 50)) == {1, 5}


def test_two_small_wards_whose_sum_is_small_take_a_third() -> None:
    assert hidden(counts(2, 3, 20, 40, 12, 50)) == {1, 2, 5}


def test_a_small_city_is_hidden_altogether() -> None:
    assert hidden(counts(2, 0, 3, 0, 1, 0)) == {1, 2, 3, 4, 5, 6, CITY}


def test_where_no_other_ward_can_hide_it_the_city_is_hidden() -> None:
    assert CITY not in hidden(counts(5, 12, 0, 0, 0, 0))
    assert hidden({1: Measured.count(5), CITY: Measured.count(40)}) == {1, CITY}


def test_the_year_less_the_months_shown_must_not_be_small() -> None:
    year, april = counts(55, 60, 70, 80, 90, 95), counts(50, 30, 30, 30, 30, 30)
    assert 1 in hidden(year, [april])
    assert len(hidden(year, [april])) >= 2
    assert hidden(year, []) == frozenset()


def test_no_reader_can_solve_for_a_small_ward() -> None:
    dice = random.Random(7)
    for _ in range(3000):
        numbers = [dice.choice([0, 0, 1, 3, 9, 10, 15, 40]) for _ in range(6)]
        values = counts(*numbers)
        gone = hidden(values)
        wards = {ward for ward in gone if ward is not CITY}
        if not wards or CITY in gone:
            assert all(not is_small(values[ward]) for ward in set(values) - set(gone))
            continue
        left = sum(numbers[ward - 1] for ward in wards)
        assert len(wards) >= 2, numbers
        assert left >= 10, numbers
