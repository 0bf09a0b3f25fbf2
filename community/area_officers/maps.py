"""The 配置表 as a map of a ward: each district with the number of its line, red where something is missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import AreaTown, Ward
from community.area_officers.selectors import Line
from community.open_data.enums import BoundaryLevel
from community.open_data.geometry import Ring, box_of, is_inside
from community.open_data.maps import View
from community.open_data.models import Boundary


@dataclass(frozen=True)
class Shape:
    """`words` are read where the colour is not seen."""

    number: int
    words: str
    is_gap: bool
    paths: tuple[str, ...]
    x: float
    y: float


@dataclass(frozen=True)
class WardMap:
    ward: Ward
    view: View
    shapes: tuple[Shape, ...]
    sources: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"map-{self.ward.slug}"


def maps_of(lines: Sequence[Line]) -> list[WardMap]:
    """One for each ward of which a boundary is known; what lies on no map stands in the list all the same."""
    found = _boundaries(lines)
    by_ward = defaultdict(list)
    for line in lines:
        if line.area.pk in found and line.area.ward is not None:
            by_ward[line.area.ward].append(line)
    return [_map(ward, some, found) for ward, some in by_ward.items()]


def _boundaries(lines: Iterable[Line]) -> dict[int, list[Boundary]]:
    """By district: its own boundary, else those of its towns."""
    areas = [line.area.pk for line in lines]
    rows = Boundary.objects.current().defer("geometry").select_related("data_file").order_by("pk")
    found = defaultdict(list)
    for one in rows.at_level(BoundaryLevel.DISTRICT).filter(area__in=areas):
        if one.area_id is not None:
            found[one.area_id].append(one)
    left = [area for area in areas if area not in found]
    towns = AreaTown.objects.valid_on().filter(area__in=left, kind=AreaKind.DISTRICT)
    home = dict(towns.order_by("pk").values_list("town", "area"))
    for one in rows.at_level(BoundaryLevel.TOWN).filter(town__in=home):
        if one.town_id is not None:
            found[home[one.town_id]].append(one)
    return dict(found)


def _map(ward: Ward, lines: list[Line], found: dict[int, list[Boundary]]) -> WardMap:
    rings = {line.area.pk: [ring for one in found[line.area.pk] for ring in one.outline] for line in lines}
    view = View([ring for some in rings.values() for ring in some])
    shapes = [_shape(line, rings[line.area.pk], view) for line in lines]
    shapes.sort(key=lambda shape: shape.is_gap)  # drawn last: a shared border is then red
    sources = {one.source for line in lines for one in found[line.area.pk]}
    return WardMap(ward, view, tuple(shapes), tuple(sorted(sources)))


def _shape(line: Line, rings: list[Ring], view: View) -> Shape:
    x, y = view.at(*_label_point(max(rings, key=len)))
    missing = "・".join(str(gap.label) for gap in line.gaps)
    return Shape(
        number=line.number,
        words=f"{line.number} {line.area.name}" + (f"（{missing}）" if missing else ""),
        is_gap=bool(line.gaps),
        paths=tuple(view.path(ring) for ring in rings),
        x=x,
        y=y,
    )


def _label_point(ring: Ring) -> tuple[float, float]:
    """The middle of its points where that lies inside, else half-way through it on that height."""
    longitude = sum(point[0] for point in ring[:-1]) / (len(ring) - 1)
    latitude = sum(point[1] for point in ring[:-1]) / (len(ring) - 1)
    if is_inside((longitude, latitude), [ring]):
        return longitude, latitude
    west, _, east, _ = box_of([ring])
    steps = [west + (east - west) * number / 40 for number in range(1, 40)]
    inside = [step for step in steps if is_inside((step, latitude), [ring])]
    return (inside[len(inside) // 2], latitude) if inside else (longitude, latitude)
