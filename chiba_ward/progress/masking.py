"""Small numbers are hidden, and so is what would give them away (DOMAIN §8, C14; ASSURANCE OU3)."""

from collections.abc import Iterable, Mapping

from chiba_ward.progress.registry import CITY, Measured

SMALLEST_SHOWN = 10
Values = Mapping[int | None, Measured]


def size_of(measured: Measured) -> int:
    """How many cases stand behind a number: its denominator, else what was counted."""
    size = measured.denominator if measured.denominator is not None else measured.numerator
    return size or 0


def is_small(measured: Measured) -> bool:
    """Fewer than ten cases behind a number: 1 to 9. Zero is nobody."""
    return _is_few(size_of(measured))


def has_small_part(measured: Measured) -> bool:
    """A share whose 1 to 9 hits (or misses) would tell of few people, though its denominator is large."""
    if measured.denominator is None or measured.numerator is None:
        return False
    return _is_few(measured.numerator) or _is_few(measured.denominator - measured.numerator)


def hidden(values: Values, beside: Iterable[Values] = ()) -> frozenset[int | None]:
    """The wards whose value is hidden, and CITY when the city's is.

    One hidden ward is found by subtracting the shown ones from the city; two are found out together when their sum
    is small. So the next smallest join until at least two are hidden and ten cases or more lie behind them; where
    that cannot be, the city is hidden as well. `beside` are values of shorter periods within this one that readers
    also see: what remains when they are taken away must not be small either (this year less the months shown).
    """
    wards: dict[int | None, int] = {key: size_of(value) for key, value in values.items() if key is not CITY}
    small: set[int | None] = {key for key, size in wards.items() if _is_few(size)}
    small |= _left_over(values, list(beside))
    if CITY in values and _is_few(size_of(values[CITY])):
        return frozenset(values)
    rest = sorted((size, key) for key, size in wards.items() if key not in small and size)
    while small and rest and not _is_safe(small, wards):
        small.add(rest.pop(0)[1])
    if small and CITY in values and not _is_safe(small, wards):
        small.add(CITY)
    return frozenset(small)


def _is_few(size: int) -> bool:
    return 0 < size < SMALLEST_SHOWN


def _is_safe(small: set[int | None], wards: Mapping[int | None, int]) -> bool:
    return len(small) >= 2 and sum(wards[key] for key in small) >= SMALLEST_SHOWN


def _left_over(values: Values, beside: list[Values]) -> set[int | None]:
    """Wards of which the shorter periods that are shown leave only a few cases of this one."""
    if not beside:
        return set()
    unseen = [hidden(part) for part in beside]
    found: set[int | None] = set()
    for key in values:
        if key is CITY:
            continue
        shown = sum(
            size_of(part[key])
            for part, gone in zip(beside, unseen, strict=True)
            if key in part and key not in gone
        )
        if shown and _is_few(size_of(values[key]) - shown):
            found.add(key)
    return found
