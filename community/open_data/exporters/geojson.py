"""Boundaries as GeoJSON, with the properties that the importer reads."""

import json
from collections.abc import Iterable, Iterator

from community.open_data.enums import BoundaryLevel
from community.open_data.models import Boundary

NAMED = {BoundaryLevel.TOWN: "town", BoundaryLevel.DISTRICT: "district"}


def lines(rows: Iterable[Boundary]) -> Iterator[str]:
    """A FeatureCollection, one feature a line."""
    yield '{"type":"FeatureCollection","features":['
    for number, row in enumerate(rows):
        feature = {"type": "Feature", "properties": _properties(row), "geometry": row.geometry}
        yield ("," if number else "") + "\n" + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
    yield "\n]}\n"


def _properties(row: Boundary) -> dict[str, str]:
    named = NAMED.get(BoundaryLevel(row.level))
    ward = row.ward.name if row.ward else ""
    return {"lg_code": row.publisher_code, "ward": ward} | ({named: row.name} if named else {})
