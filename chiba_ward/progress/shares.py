"""Shares by ward, counted from pairs: what most indicators of the modules come down to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from chiba_ward.directory.models import Ward
from chiba_ward.progress.registry import CITY, Measured


def keys() -> list[int | None]:
    """Every ward, and the city."""
    return [*Ward.objects.order_by("pk").values_list("pk", flat=True), CITY]


def shares(rows: Iterable[tuple[int | None, bool]]) -> Mapping[int | None, Measured]:
    """`rows` are pairs of a ward and whether it counts; the city is all of them."""
    part: dict[int | None, int] = defaultdict(int)
    whole: dict[int | None, int] = defaultdict(int)
    for ward, counts in rows:
        for key in {ward, CITY}:
            whole[key] += 1
            part[key] += counts
    return {key: Measured.share(part[key], whole[key]) for key in keys()}
