"""GeoJSON to boundaries: wards, districts or towns, by what their properties say."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, Town, Ward
from community.open_data import geometry
from community.open_data.enums import BoundaryLevel
from community.open_data.importers import values
from community.open_data.importers.decoding import text_of
from community.open_data.importers.places import PlaceFinder, chome
from community.open_data.importers.records import Record
from community.open_data.importers.report import Report, UnreadableFile

# Properties of e-Stat, of 国土数値情報 N03 and of our own export.
CODES = ("lg_code", "N03_007", "団体コード", "全国地方公共団体コード", "CITY_CODE")
WARDS = ("ward", "N03_004", "区名", "区", "CITY_NAME", "GST_NAME")
TOWNS = ("town", "町丁名", "S_NAME", "MOJI")
DISTRICTS = ("district", "地区名", "地区")
NOT_GEOJSON = "GeoJSONとして読めません。「FeatureCollection」のファイルを選んでください。"
MOST_FEATURES = 20_000


@dataclass
class Whole:
    """Everything that the file says of one boundary; a town of several pieces is one boundary."""

    line: int
    level: BoundaryLevel
    ward: Ward
    name: str
    town: Town | None
    area: Area | None
    polygons: list[list[geometry.Ring]]


def read(content: bytes, report: Report) -> Iterator[Record]:
    """Every boundary that can be taken. Raises UnreadableFile."""
    features = _features(content, report)
    finder = PlaceFinder(report)
    areas = {(area.ward_id, area.name): area for area in _districts()}
    wholes: dict[tuple[BoundaryLevel, int, str], Whole] = {}
    for number, feature in enumerate(features, start=1):
        try:
            piece = _piece(number, feature, finder, areas, report)
        except geometry.NoShape as wrong:
            report.reject(number, "geometry", wrong.reason)
        except values.Wrong as wrong:
            report.reject(number, "properties", wrong.reason)
        else:
            whole = wholes.setdefault((piece.level, piece.ward.pk, piece.name), piece)
            if whole is not piece:
                whole.polygons += piece.polygons
    yield from map(_record, wholes.values())


def _districts() -> Any:
    return Area.objects.valid_on().filter(kind=AreaKind.DISTRICT).order_by("pk")


def _features(content: bytes, report: Report) -> list[Any]:
    text, report.encoding = text_of(content)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(NOT_GEOJSON) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise UnreadableFile(NOT_GEOJSON)
    if not features:
        raise UnreadableFile("地物（feature）が一つもありません。")
    if len(features) > MOST_FEATURES:
        raise UnreadableFile(f"地物が多すぎます（{MOST_FEATURES:,}まで）。ファイルを分けてください。")
    return features


def _piece(number: int, feature: Any, finder: PlaceFinder, areas: Any, report: Report) -> Whole:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise values.Wrong("属性（properties）がありません。")
    ward = _ward(properties, finder)
    level, name = _level(properties, ward)
    polygons = geometry.polygons_of(feature.get("geometry"))
    town = finder.town_named(ward, name) if level == BoundaryLevel.TOWN else None
    area = areas.get((ward.pk, name)) if level == BoundaryLevel.DISTRICT else None
    if level == BoundaryLevel.TOWN and town is None:
        report.doubt(
            number, "town", f"{ward.name}の町丁の一覧にない名前です：{name}。地区の地図には出ません。"
        )
    if level == BoundaryLevel.DISTRICT and area is None:
        report.doubt(number, "district", f"{ward.name}の地区の一覧にない名前です：{name}。地図には出ません。")
    return Whole(number, level, ward, name, town, area, polygons)


def _ward(properties: dict[str, Any], finder: PlaceFinder) -> Ward:
    code = values.narrow(_first(properties, CODES))
    ward = finder.by_code.get(code[:5])
    if ward is None:
        given = _first(properties, WARDS)
        ward = next((one for one in finder.wards if given.endswith(one.name)), None)
    if ward is None:
        raise values.Wrong(
            f"千葉市の区ではありません：{code or _first(properties, WARDS) or '区の名前がありません'}"
        )
    return ward


def _level(properties: dict[str, Any], ward: Ward) -> tuple[BoundaryLevel, str]:
    if town := _first(properties, TOWNS):
        return BoundaryLevel.TOWN, _short(chome(town))
    if district := _first(properties, DISTRICTS):
        return BoundaryLevel.DISTRICT, _short(district)
    return BoundaryLevel.WARD, ward.name


def _short(name: str) -> str:
    if len(name) > 80:
        raise values.Wrong("名前が長すぎます（80文字まで）。")
    return name


def _first(properties: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((str(properties[name]).strip() for name in names if properties.get(name)), "")


def _record(whole: Whole) -> Record:
    coordinates = whole.polygons
    identity = whole.name if whole.level != BoundaryLevel.WARD else "区"
    return Record(
        whole.line,
        (whole.ward.code, f"{whole.level}:{identity}"),
        {
            "level": whole.level.value,
            "name": whole.name,
            "ward_id": whole.ward.pk,
            "town_id": whole.town.pk if whole.town else None,
            "area_id": whole.area.pk if whole.area else None,
            "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
            "outline": geometry.outline_of(coordinates),
        },
    )
