"""Where something lies: ward and 町丁 from its address, and whether its point agrees with them."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from chiba_ward.directory.models import Town, Ward
from community.open_data import geometry
from community.open_data.enums import BoundaryLevel
from community.open_data.importers import values
from community.open_data.importers.columns import (
    ADDRESS,
    ADDRESS_CODE,
    LATITUDE,
    LONGITUDE,
    MUNICIPALITY,
    NUMBER,
    TOWN,
)
from community.open_data.importers.report import Report
from community.open_data.importers.tables import Line
from community.open_data.models import Boundary

CITY = "千葉市"
KANJI = "〇一二三四五六七八九"
CHOME_END = re.compile(r"[一二三四五六七八九十]+丁目$")
CHOME = re.compile(r"(\d{1,2})丁目")
# A few hundred metres: a boundary is drawn with fewer points than the ground has corners.
NEAR = Decimal("0.003")


def chome(text: str) -> str:
    """東千葉３丁目 and 東千葉3丁目 as the directory writes them: 東千葉三丁目."""
    return CHOME.sub(lambda found: f"{_kanji(int(found[1]))}丁目", values.narrow(text))


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{KANJI[tens]}十"
    return head + (KANJI[ones] if ones or not tens else "")


@dataclass(frozen=True)
class Place:
    ward: Ward | None
    town: Town | None
    address: str
    latitude: Decimal | None
    longitude: Decimal | None


class PlaceFinder:
    """Reads wards, towns and boundaries once for a whole file."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.wards = list(Ward.objects.order_by("order"))
        self.by_code = {ward.code[:5]: ward for ward in self.wards}
        self.towns: dict[int, list[Town]] = defaultdict(list)
        for town in Town.objects.valid_on().order_by("pk"):
            self.towns[town.ward_id].append(town)
        for towns in self.towns.values():
            towns.sort(key=lambda town: -len(town.name))  # the longest name first
        current = Boundary.objects.current().at_level(BoundaryLevel.WARD).order_by("pk")
        self.shapes = {row.ward_id: row.outline for row in current}

    def place_of(self, line: Line) -> Place:
        """Says of the line what is doubtful. Raises `CellWrong` for a point that is none."""
        address = line[ADDRESS] or "".join(
            (line["所在地_都道府県"], line[MUNICIPALITY], line[TOWN], line[NUMBER])
        )
        latitude, longitude = self._point(line)
        ward = self._ward(line, address)
        if ward is None and latitude is not None and longitude is not None:
            ward = self._ward_around(line, latitude, longitude)
        if ward is None:
            self.report.doubt(
                line.number, ADDRESS, "千葉市の区が分かりません。区・地区のページには出ません。"
            )
            return Place(None, None, address, latitude, longitude)
        self._compare(line, ward, latitude, longitude)
        return Place(ward, self._town(ward, line, address), address, latitude, longitude)

    def town_named(self, ward: Ward, name: str) -> Town | None:
        """The 町丁, else the town that the directory has not divided into 丁目."""
        wanted = chome(name)
        known = {town.name: town for town in self.towns[ward.pk]}
        return known.get(wanted) or known.get(CHOME_END.sub("", wanted))

    # --- the steps

    def _ward(self, line: Line, address: str) -> Ward | None:
        code = values.narrow(line[ADDRESS_CODE])
        if ward := self.by_code.get(code[:5]):
            return ward
        within = f"{line[MUNICIPALITY]} {address}"
        if CITY not in within:
            return None
        after = within.split(CITY, 1)[1]
        return next(
            (ward for ward in self.wards if after.startswith(ward.name) or f"{CITY}{ward.name}" in within),
            None,
        )

    def _ward_around(self, line: Line, latitude: Decimal, longitude: Decimal) -> Ward | None:
        point = (float(longitude), float(latitude))
        for ward in self.wards:
            if geometry.is_inside(point, self.shapes.get(ward.pk, [])):
                self.report.doubt(
                    line.number, ADDRESS, f"住所に区がないので、位置から{ward.name}としました。"
                )
                return ward
        return None

    def _town(self, ward: Ward, line: Line, address: str) -> Town | None:
        rest = address.split(ward.name, 1)[-1] if ward.name in address else line[TOWN] or address
        written = chome("".join(rest.split()))
        return next((town for town in self.towns[ward.pk] if written.startswith(town.name)), None)

    def _point(self, line: Line) -> tuple[Decimal | None, Decimal | None]:
        latitude, longitude = _degree(line, LATITUDE), _degree(line, LONGITUDE)
        if latitude is None and longitude is None:
            self.report.doubt(line.number, LATITUDE, "緯度・経度がありません。地図には出ません。")
            return None, None
        if latitude is None or longitude is None:
            lacking = LATITUDE if latitude is None else LONGITUDE
            self.report.doubt(line.number, lacking, "緯度と経度の片方がありません。地図には出ません。")
            return None, None
        if values.is_in_japan(latitude, longitude):
            return latitude, longitude
        if values.is_in_japan(longitude, latitude):
            self.report.doubt(line.number, LATITUDE, "緯度と経度が逆のようです。入れ替えて取り込みます。")
            return longitude, latitude
        raise CellWrong(LATITUDE, f"日本の中の位置ではありません（{latitude}、{longitude}）。")

    def _compare(self, line: Line, ward: Ward, latitude: Decimal | None, longitude: Decimal | None) -> None:
        shape = self.shapes.get(ward.pk)
        if shape is None or latitude is None or longitude is None:
            return
        if not _is_near((latitude, longitude), shape):
            self.report.doubt(
                line.number, LATITUDE, f"位置が{ward.name}の外です。住所か緯度・経度を確かめてください。"
            )


class CellWrong(values.Wrong):
    """The same, with the column it is about."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _degree(line: Line, column: str) -> Decimal | None:
    try:
        return values.degree(line[column])
    except values.Wrong as wrong:
        raise CellWrong(column, wrong.reason) from None


def _is_near(point: tuple[Decimal, Decimal], shape: list[geometry.Ring]) -> bool:
    """Inside, or a step of `NEAR` away from the inside."""
    latitude, longitude = point
    steps = ((0, 0), (NEAR, 0), (-NEAR, 0), (0, NEAR), (0, -NEAR))
    around = ((float(longitude + east), float(latitude + north)) for east, north in steps)
    return any(geometry.is_inside(one, shape) for one in around)
