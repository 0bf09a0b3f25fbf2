"""Lines of the standard tables to rows: what each column becomes, and what is wrong with it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from community.open_data.enums import DataKind, FacilityKind
from community.open_data.importers import values
from community.open_data.importers.columns import CODE, FORMATS, ID, LATITUDE, LONGITUDE, NAME
from community.open_data.importers.places import CellWrong, PlaceFinder
from community.open_data.importers.report import Report
from community.open_data.importers.tables import Line, lines_of
from community.open_data.models import Facility, PublicEvent

Key = tuple[str, str]
# Whole words of prose keep their width; everything else is compared and shown in one.
NARROW = frozenset(
    {"電話番号", "連絡先電話番号", "内線番号", "連絡先内線番号", "FAX番号", "郵便番号", "法人番号", "POIコード", "町字ID",
     "定員", "収容定員", "URL", "料金(基本)", "開始時間", "終了時間"}
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One row as the file has it: whose it is, and what the columns of the table shall hold."""

    line: int
    key: Key
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """The table of a kind of file. `fixed` is what every row of it has; `among` narrows which of its rows a file of one
    publisher may change or end."""

    model: type[models.Model]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    among: Mapping[str, Any] = field(default_factory=dict)


TARGETS: dict[DataKind, Target] = {
    DataKind.FACILITIES: Target(Facility, {"kind": FacilityKind.PUBLIC}),
    DataKind.CHILDCARE: Target(Facility, {"kind": FacilityKind.CHILDCARE}),
    DataKind.EVENTS: Target(PublicEvent),
}


def read(kind: DataKind, content: bytes, report: Report) -> Iterator[Record]:
    """Every line that can be taken; what is wrong or doubtful goes to the report. Raises UnreadableFile."""
    finder, build = PlaceFinder(report), BUILDERS[kind]
    form = FORMATS[kind]
    for line in lines_of(content, form, report):
        try:
            key = (values.body_code(_needed(line, CODE)), values.narrow(_needed(line, ID)))
            found = {**_located(kind, line, finder), **build(line, report)}
            _fits(TARGETS[kind].model, {**found, "publisher_id": key[1]})
        except CellWrong as wrong:
            report.reject(line.number, wrong.column, wrong.reason)
        except values.Wrong as wrong:
            report.reject(line.number, CODE, wrong.reason)
        else:
            yield Record(line.number, key, found)


def _needed(line: Line, column: str) -> str:
    if not line[column]:
        raise CellWrong(column, f"「{column}」がありません。")
    return line[column]


def _located(kind: DataKind, line: Line, finder: PlaceFinder) -> dict[str, Any]:
    place = finder.place_of(line)
    return {
        "ward_id": place.ward.pk if place.ward else None,
        "town_id": place.town.pk if place.town else None,
        "address": place.address,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "cells": {**_cells(kind, line), **_point(place.latitude, place.longitude)},
    }


def _cells(kind: DataKind, line: Line) -> dict[str, str]:
    """Every column that is not empty, codes and numbers in one width."""
    written = {name: line[name] for name in FORMATS[kind].columns if line[name]}
    return {name: values.narrow(text) if name in NARROW else text for name, text in written.items()} | {
        CODE: values.body_code(line[CODE]),
        ID: values.narrow(line[ID]),
    }


def _point(latitude: Any, longitude: Any) -> dict[str, str]:
    """As it was understood: full width and the wrong way round go out right again."""
    return (
        {LATITUDE: str(latitude), LONGITUDE: str(longitude)}
        if latitude is not None
        else {LATITUDE: "", LONGITUDE: ""}
    )


def _facility(line: Line, report: Report) -> dict[str, Any]:
    for column in ("開始時間", "終了時間"):
        _told_clock(line, column, report, latest=True)
    return {
        "name": _needed(line, NAME),
        "name_kana": line["名称_カナ"],
        "name_en": line["名称_英字"],
        "category": line["種別"],
        "telephone": values.narrow(line["電話番号"]),
        "url": _address_of_page(line, report),
    }


def _event(line: Line, report: Report) -> dict[str, Any]:
    starts_on = _day(line, "開始日")
    if starts_on is None:
        raise CellWrong("開始日", "「開始日」がありません。")
    ends_on = _day(line, "終了日") or starts_on
    if ends_on < starts_on:
        raise CellWrong("終了日", "終了日が開始日より前です。")
    starts_at, ends_at = (_told_clock(line, column, report) for column in ("開始時間", "終了時間"))
    if starts_at and ends_at and starts_on == ends_on and ends_at < starts_at:
        report.doubt(line.number, "終了時間", "終了時間が開始時間より前です。終了時間は空欄として扱います。")
        ends_at = None
    return {
        "name": _needed(line, "イベント名"),
        "name_kana": line["イベント名_カナ"],
        "name_en": line["イベント名_英字"],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": line["場所名称"],
        "telephone": values.narrow(line["連絡先電話番号"]),
        "url": _address_of_page(line, report),
    }


BUILDERS: dict[DataKind, Callable[[Line, Report], dict[str, Any]]] = {
    DataKind.FACILITIES: _facility,
    DataKind.CHILDCARE: _facility,
    DataKind.EVENTS: _event,
}


def _day(line: Line, column: str) -> Any:
    try:
        return values.day(line[column])
    except values.Wrong as wrong:
        raise CellWrong(column, wrong.reason) from None


def _told_clock(line: Line, column: str, report: Report, *, latest: bool = False) -> Any:
    """An impossible time is a doubt: the event takes place all the same. Doors may close at 24:00 (`latest`)."""
    if latest and values.narrow(line[column]) == "24:00":
        return None
    try:
        return values.clock(line[column])
    except values.Wrong as wrong:
        report.doubt(line.number, column, f"{wrong.reason}文字のまま載せます。")
        return None


def _address_of_page(line: Line, report: Report) -> str:
    """A link of a public page leads to the web and nowhere else."""
    url = values.narrow(line["URL"])
    if url and not url.lower().startswith(("https://", "http://")):
        report.doubt(line.number, "URL", "http で始まっていないので、リンクにはしません。")
        return ""
    return url


def _fits(model: type[models.Model], found: dict[str, Any]) -> None:
    """Raises CellWrong where a text is longer than its column."""
    for name, value in found.items():
        column: Any = model._meta.get_field(name)
        most = getattr(column, "max_length", None)
        if most and isinstance(value, str) and len(value) > most:
            raise CellWrong(
                str(column.verbose_name), f"長すぎます（{most}文字まで。いまは{len(value)}文字）。"
            )
