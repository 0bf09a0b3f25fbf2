"""Where a district or a ward lies, as one point: the middle of the boundary that was published of it."""

from dataclasses import dataclass

from chiba_ward.rows.memory import remembered
from community.open_data.enums import BoundaryLevel
from community.open_data.geometry import COS, box_of
from community.open_data.models import Boundary

KM_PER_DEGREE = 111.2
"""A degree of latitude; of longitude it is COS of that at 35.6 degrees north."""


@dataclass(frozen=True)
class Centre:
    """`area` or `ward` is the key of the place, the other None; degrees."""

    area: int | None
    ward: int | None
    longitude: float
    latitude: float


@remembered
def centres() -> tuple[Centre, ...]:
    """Of every district and ward of which there is a boundary today; without one there is no distance."""
    levels = [BoundaryLevel.DISTRICT, BoundaryLevel.WARD]
    rows = Boundary.objects.current().at_level(BoundaryLevel.DISTRICT).filter(area__isnull=False)
    rows |= Boundary.objects.current().at_level(BoundaryLevel.WARD).filter(ward__isnull=False)
    found = rows.filter(level__in=levels).order_by("pk").values_list("level", "area", "ward", "outline")
    return tuple(_centre(*row) for row in found if row[3])


def _centre(level: str, area: int | None, ward: int | None, outline: list[list[list[float]]]) -> Centre:
    west, south, east, north = box_of(outline)
    is_ward = level == BoundaryLevel.WARD
    return Centre(
        None if is_ward else area, ward if is_ward else None, (west + east) / 2, (south + north) / 2
    )


__all__ = ["COS", "KM_PER_DEGREE", "Centre", "centres"]
