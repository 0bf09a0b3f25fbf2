"""The map of a ward or a district: its boundary and its places, as one SVG file without tiles and without style."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from community.open_data.enums import BoundaryLevel
from community.open_data.geometry import COS, Ring, box_of
from community.open_data.models import Boundary
from community.open_data.models.base import Located
from community.open_data.selectors import Around

WIDTH, MARGIN, TALLEST = 640, 24, 640


@dataclass(frozen=True)
class Pin:
    number: int
    name: str
    x: float
    y: float


def boundaries_of(around: Around) -> list[Boundary]:
    """Of a district its own boundary, else those of its towns; of a ward the ward. Empty where none is known."""
    rows = Boundary.objects.current().defer("geometry").select_related("data_file").order_by("pk")
    if around.area is None:
        return list(rows.at_level(BoundaryLevel.WARD).of_ward(around.ward))
    own = list(rows.at_level(BoundaryLevel.DISTRICT).filter(area=around.area))
    return own or list(rows.at_level(BoundaryLevel.TOWN).of_district(around.area))


def sources_of(boundaries: Sequence[Boundary]) -> list[str]:
    return sorted({row.source for row in boundaries})


def svg_of(around: Around, boundaries: Sequence[Boundary], places: Sequence[Located]) -> str:
    """The map, whose numbers are those of the list: the place that stands first is 1. Empty without a boundary."""
    shapes = [ring for row in boundaries for ring in row.outline]
    if not shapes:
        return ""
    view = View(shapes)
    pins = [
        Pin(number, place.name, *view.at(float(place.longitude), float(place.latitude)))
        for number, place in enumerate(places, start=1)
        if place.longitude is not None and place.latitude is not None
    ]
    context = {
        "around": around,
        "view": view,
        "paths": [view.path(ring) for ring in shapes],
        "pins": [pin for pin in pins if view.holds(pin)],
    }
    return render_to_string("open_data/map.svg", context)


class View:
    """Degrees to the units of the picture: north is up, and a kilometre is as long east as north."""

    def __init__(self, shapes: Sequence[Ring]) -> None:
        west, south, east, north = box_of(shapes)
        wide, high = max((east - west) * COS, 1e-6), max(north - south, 1e-6)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
        self.west, self.north = west, north
        self.width = round(wide * self.scale + 2 * MARGIN)
        self.height = round(high * self.scale + 2 * MARGIN)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * COS * self.scale + MARGIN
        return round(x, 1), round((self.north - latitude) * self.scale + MARGIN, 1)

    def path(self, ring: Ring) -> str:
        points = " L".join("{} {}".format(*self.at(*point)) for point in ring[:-1])
        return f"M{points}Z"

    def holds(self, pin: Pin) -> bool:
        """A doubtful point may lie outside; it would be drawn over nothing."""
        return 0 <= pin.x <= self.width and 0 <= pin.y <= self.height
