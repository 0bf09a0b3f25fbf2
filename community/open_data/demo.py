"""The demo city: two districts in each ward, and a dozen of invented places and events, taken in as files are."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from itertools import cycle, islice

from django.utils import timezone

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown, Town, Ward
from community.open_data.enums import DataKind
from community.open_data.importers.columns import ADDRESS, CODE, ID, LATITUDE, LONGITUDE
from community.open_data.models import DataFile
from community.open_data.services import data_files

SOURCE = "見本のデータ（作りごと）"
BODY = "121002"  # 千葉市
SINCE = dt.date(2020, 4, 1)
# Near the office of each ward; where nothing stands, in order that nobody looks for it.
MIDDLE = {
    "chuo": (35.604, 140.123),
    "hanamigawa": (35.686, 140.064),
    "inage": (35.640, 140.107),
    "wakaba": (35.640, 140.170),
    "midori": (35.560, 140.190),
    "mihama": (35.640, 140.065),
}
PLACES = (
    "公民館",
    "コミュニティセンター",
    "図書館分館",
    "スポーツ広場",
    "いきいきプラザ",
    "地区ホール",
    "自然公園",
    "保健センター分室",
)
CHILDCARE = (
    ("保育所", "認可公立保育所"),
    ("こども園", "認定こども園（幼保連携型）"),
    ("幼稚園", "私立幼稚園"),
    ("子育て広場", ""),
)
EVENTS = (
    ("防災のつどい", 6, 10, 12), ("朝のラジオ体操", 9, 7, 7), ("赤ちゃんとあそぼう", 13, 10, 11),
    ("スマートフォン相談会", 16, 13, 15), ("花いっぱい運動", 20, 9, 11), ("昔あそびの会", 24, 14, 16),
    ("健康体操", 27, 10, 11), ("地区の市", 31, 9, 14), ("えほんの会", 34, 11, 12), ("そうじの日", 41, 8, 9),
    ("お茶の会", 48, 13, 15), ("もちつき", 62, 10, 13),
)  # fmt: skip


def load() -> int:
    """Once; the number of rows that were made."""
    if DataFile.objects.exists():
        return 0
    wards = list(Ward.objects.filter(slug__in=MIDDLE).order_by("order"))
    for ward in wards:
        _districts(ward)
    kinds = {DataKind.FACILITIES: _places, DataKind.CHILDCARE: _childcare, DataKind.EVENTS: _events}
    made = 0
    for kind, rows_of in kinds.items():
        found = [row for ward in wards for row in rows_of(ward)]
        name = f"見本_{kind.label}.csv"
        made += data_files.import_at_once(kind, _csv(found), name=name, source=SOURCE).added
    return made


def _districts(ward: Ward) -> None:
    """Those that the organisations have brought, else two invented ones; the towns are dealt out among them."""
    areas = list(Area.objects.filter(kind=AreaKind.DISTRICT, ward=ward).order_by("pk")) or [
        Area.objects.create(
            kind=AreaKind.DISTRICT, ward=ward, name=f"第{number}地区（デモ）", source=SOURCE, valid_from=SINCE
        )
        for number in (1, 2)
    ]
    for area, town in zip(cycle(areas), _towns(ward), strict=False):
        AreaTown.objects.create(area=area, town=town, kind=area.kind, valid_from=SINCE, source=SOURCE)


def _towns(ward: Ward) -> list[Town]:
    return list(Town.objects.valid_on().filter(ward=ward).order_by("kana", "name", "pk"))


def _spread(ward: Ward, number: int) -> Iterator[tuple[int, str, str, str]]:
    """A number, an address in one town after the other, and a point not far from the middle of the ward."""
    names = [town.name for town in _towns(ward)] or [""]
    latitude, longitude = MIDDLE[ward.slug]
    for at, name in enumerate(islice(cycle(names), number)):
        north, east = divmod(at, 4)
        point = (f"{latitude + (north - 1) * 0.008:.6f}", f"{longitude + (east - 1.5) * 0.012:.6f}")
        yield at, f"千葉県千葉市{ward.name}{name}見本番地", *point


def _row(ward: Ward, prefix: str, at: int, address: str, latitude: str, longitude: str) -> dict[str, str]:
    identity = f"{prefix}{ward.order:02}{at + 1:04}"
    where = {ADDRESS: address, LATITUDE: latitude, LONGITUDE: longitude}
    return {CODE: BODY, ID: identity, "地方公共団体名": "千葉県千葉市", **where}


def _places(ward: Ward) -> Iterator[dict[str, str]]:
    for at, *where in _spread(ward, len(PLACES)):
        hours = {
            "利用可能曜日": "火水木金土日",
            "開始時間": "9:00",
            "終了時間": "21:00" if at % 2 else "17:00",
        }
        name = {
            "名称": f"見本{ward.name}{PLACES[at]}",
            "名称_カナ": f"ミホン{at + 1:02}",
            "名称_英字": f"Sample place {at + 1}",
        }
        yield {
            **_row(ward, "AA", at, *where),
            **name,
            **hours,
            "電話番号": f"043-000-{ward.order:02}{at + 1:02}",
        }


def _childcare(ward: Ward) -> Iterator[dict[str, str]]:
    for at, *where in _spread(ward, len(CHILDCARE)):
        name, kind = CHILDCARE[at]
        named = {"名称": f"見本{ward.name}{name}", "名称_カナ": f"ミホン{at + 1:02}", "種別": kind}
        yield {**_row(ward, "DD", at, *where), **named, "電話番号": f"043-000-{ward.order:02}{at + 51:02}"}


def _events(ward: Ward) -> Iterator[dict[str, str]]:
    today = timezone.localdate()
    for at, *where in _spread(ward, len(EVENTS)):
        name, days, first, last = EVENTS[at]
        on = (today + dt.timedelta(days=days)).isoformat()
        when = {"開始日": on, "終了日": on, "開始時間": f"{first:02}:00"}
        if last > first:
            when["終了時間"] = f"{last:02}:00"
        more = {
            "イベント名": f"見本 {name}",
            "場所名称": f"見本{ward.name}{PLACES[at % len(PLACES)]}",
            "料金(基本)": "0",
        }
        yield {**_row(ward, "EE", at, *where), **when, **more}


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
