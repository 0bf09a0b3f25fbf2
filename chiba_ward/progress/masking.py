"""Small numbers are hidden, and so is what would give them away (DOMAIN §8, C14; ASSURANCE OU3)."""

from collections.abc import Mapping

from chiba_ward.progress.registry import CITY, Measured

SMALLEST_SHOWN = 10


def is_small(measured: Measured) -> bool:
    """Fewer than ten persons behind a number: 1 to 9 counted, or a share of 1 to 9. Zero is no person."""
    size = measured.denominator if measured.denominator is not None else measured.numerator
    return size is not None and 0 < size < SMALLEST_SHOWN


def hidden_wards(values: Mapping[int | None, Measured]) -> frozenset[int]:
    """Wards whose value is hidden. One hidden ward alone could be found by subtracting the others from the
    city's total, so the next smallest is hidden with it."""
    wards = {key: value for key, value in values.items() if key is not CITY}
    small = {key for key, value in wards.items() if is_small(value)}
    others = [(value.denominator or value.numerator or 0, key) for key, value in wards.items() if key not in small]
    behind = [(size, key) for size, key in others if size]
    if len(small) == 1 and CITY in values and behind:
        small.add(min(behind)[1])
    return frozenset(key for key in small if key is not None)
