"""Shapes in degrees without a geographic database: rings, a point inside, and fewer points for a map.

A ring is a list of [longitude, latitude]. Over a ward, degrees are flat enough; a metre north is a metre east times COS.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from community.open_data.models.base import EAST, NORTH, SOUTH, WEST

Point = Sequence[float]
Ring = list[list[float]]
COS = math.cos(math.radians(35.6))  # Chiba City lies at 35.6 degrees north
# A map is about 600 px wide: a four-hundredth of the shape is less than two of them.
DETAIL = 400
MOST_POINTS = 200_000


class NoShape(ValueError):
    """What stands there is no polygon; `reason` is Japanese."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def polygons_of(geometry: Any) -> list[list[Ring]]:
    """The polygons, each its outer ring and its holes, of a GeoJSON Polygon or MultiPolygon. Raises NoShape."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise NoShape("形が面（Polygon・MultiPolygon）ではありません。")
    given = geometry.get("coordinates")
    found = [given] if kind == "Polygon" else given
    if not isinstance(found, list) or not found:
        raise NoShape("形に座標がありません。")
    polygons = [_polygon(one) for one in found]
    if sum(len(ring) for polygon in polygons for ring in polygon) > MOST_POINTS:
        raise NoShape(f"形の点が多すぎます（{MOST_POINTS:,}まで）。簡単な形のファイルにしてください。")
    return polygons


def _polygon(given: Any) -> list[Ring]:
    if not isinstance(given, list) or not given:
        raise NoShape("形に座標がありません。")
    return [_ring(ring) for ring in given]


def _ring(given: Any) -> Ring:
    if not isinstance(given, list) or len(given) < 4:
        raise NoShape("形の輪に、点が4つ以上必要です。")
    ring = [_point(one) for one in given]
    if ring[0] != ring[-1]:
        raise NoShape("形の輪が閉じていません。はじめと終わりを同じ点にしてください。")
    return ring


def _point(given: Any) -> list[float]:
    try:
        longitude, latitude = (float(value) for value in given[:2])
    except (TypeError, ValueError, OverflowError):
        raise NoShape("座標が数字ではありません。") from None
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise NoShape("座標が日本の外です。経度・緯度の順か、測地系を確かめてください。")
    return [round(longitude, 6), round(latitude, 6)]


def is_inside(point: Point, rings: Iterable[Ring]) -> bool:
    """Even-odd: inside one outer ring and no hole."""
    inside = False
    for ring in rings:
        inside ^= _crossings_are_odd(point, ring)
    return inside


def _crossings_are_odd(point: Point, ring: Ring) -> bool:
    x, y = point[0], point[1]
    odd = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def outline_of(polygons: list[list[Ring]]) -> list[Ring]:
    """The outer rings with as few points as a map shows; the largest always stays."""
    outer = [polygon[0] for polygon in polygons]
    west, south, east, north = box_of(outer)
    step = max(east - west, north - south) / DETAIL
    thin = [_thinned(ring, step) for ring in outer]
    kept = [ring for ring in thin if len(ring) >= 4]
    return kept or [max(outer, key=len)]


def box_of(rings: Iterable[Ring]) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    points = [point for ring in rings for point in ring]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def _thinned(ring: Ring, step: float) -> Ring:
    """Douglas and Peucker (1973), with a stack and not by recursion: a coast has more points than Python has frames.

    A ring ends where it begins, so it is cut at its farthest point and both halves are thinned."""
    far = max(range(len(ring)), key=lambda at: _distance(ring[at], ring[0], ring[0]))
    keep = {0, far, len(ring) - 1}
    waiting = [(0, far), (far, len(ring) - 1)]
    while waiting:
        first, last = waiting.pop()
        inner = range(first + 1, last)
        if not inner:
            continue
        worst = max(inner, key=lambda at: _distance(ring[at], ring[first], ring[last]))
        if _distance(ring[worst], ring[first], ring[last]) > step:
            keep.add(worst)
            waiting += [(first, worst), (worst, last)]
    return [ring[at] for at in sorted(keep)]


def _distance(point: Point, first: Point, last: Point) -> float:
    """From the stretch between the two, in degrees of latitude."""
    x, y = (point[0] - first[0]) * COS, point[1] - first[1]
    dx, dy = (last[0] - first[0]) * COS, last[1] - first[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, (x * dx + y * dy) / length)) if length else 0.0
    return math.hypot(x - along * dx, y - along * dy)
