"""Encodings, spellings and defects of the standard tables: what is taken, what is named, what is refused as a whole."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from community.open_data.enums import DataKind
from community.open_data.importers import UnreadableFile
from community.open_data.models import DataFile, Facility, PublicEvent
from tests.open_data.conftest import TakeIn

HEAD = "全国地方公共団体コード,ID,名称,所在地_連結表記,緯度,経度"
GOOD = "121002,A1,見本の場所,千葉市中央区見本町1,35.6,140.1"
EVENT = "全国地方公共団体コード,ID,イベント名,開始日,終了日,開始時間,終了時間,所在地_連結表記,緯度,経度"


def table(*lines: str, head: str = HEAD) -> str:
    return "\n".join([head, *lines]) + "\n"


def told(report: Any) -> list[tuple[int, str, bool]]:
    return [(one.line, one.column, one.is_rejected) for one in report.findings]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_every_encoding_says_the_same(encoding: str, take_in: TakeIn) -> None:
    report = take_in(DataKind.FACILITIES, table(GOOD).encode(encoding))
    assert (report.added, report.findings) == (1, [])
    assert Facility.objects.get().name == "見本の場所"
    assert DataFile.objects.get().encoding == report.encoding


def test_a_whole_file_of_the_new_format(take_in: TakeIn) -> None:
    report = take_in(DataKind.FACILITIES, "facilities.csv")
    assert (report.added, report.rejected) == (3, 0)
    assert told(report) == [(5, "緯度", False)], (
        "the third has no point; embedded line ends keep the numbers right"
    )
    hall, library, plaza = Facility.objects.order_by("publisher_id")
    assert (hall.ward.slug, hall.town.name, hall.cell("説明")) == (
        "chuo",
        "見本町",
        "会議室が三つ。\n入口は二つ。",
    )
    assert (str(library.latitude), library.telephone) == ("35.600100", "043-000-0002")
    assert (library.town.name, library.hours) == ("海辺二丁目", "月火水木金 9:00〜24:00")
    assert (plaza.ward.slug, plaza.has_point) == ("wakaba", False)


def test_a_whole_file_of_the_old_format(take_in: TakeIn) -> None:
    report = take_in(DataKind.CHILDCARE, "childcare_old.csv")
    assert (report.added, report.findings) == (2, [])
    nursery = Facility.objects.of_kind("childcare").order_by("publisher_id")[0]
    assert (nursery.category, nursery.cell("収容定員")) == ("認可公立保育所", "90")


def test_days_and_times_of_events(take_in: TakeIn) -> None:
    report = take_in(DataKind.EVENTS, "events.csv")
    assert report.added == 3
    assert told(report) == [(3, "終了時間", False)]
    assert "25:00" in report.findings[0].reason
    first, market, _past = PublicEvent.objects.order_by("publisher_id")
    span = (first.starts_on, first.ends_on, first.starts_at, first.ends_at)
    assert [value.isoformat() for value in span] == ["2036-05-01", "2036-05-02", "10:00:00", "15:30:00"]
    assert (market.starts_on.isoformat(), market.ends_at, first.fee) == ("2036-05-03", None, "500円")


def test_excel(take_in: TakeIn) -> None:
    book = Workbook()
    for row in (
        [*HEAD.split(",")],
        ["121002", "A1", "=1+1", "千葉市中央区見本町1", 35.6, 140.1],
        [121002, 2, "二つめ", None, None, None],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    report = take_in(DataKind.FACILITIES, file.getvalue())
    assert (report.encoding, report.added) == ("xlsx", 2)
    assert (2, "名称", False) in told(report), "a formula is named, and stays text"
    assert sorted(Facility.objects.values_list("publisher_id", "name")) == [("2", "二つめ"), ("A1", "=1+1")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空のファイル"),
        (b" \r\n\r\n", "空のファイル"),
        (b"\x89PNG\r\n\x1a\n" + bytes(400), "画像（PNG）"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04not a workbook", "エクセル"),
        (table(GOOD).encode("utf-16-le"), "文字コード"),
        (b"\xff\xff\xff\xff" * 10, "文字コード"),
        (table(GOOD).encode("euc-jp"), ""),
        ("名称,住所\nあ,い\n".encode(), "見出しがありません"),
        (HEAD.encode(), "データの行がありません"),
        ((HEAD + ",ID\n" + GOOD + ",x\n").encode(), "同じ見出し"),
        (table('121002,A1,"閉じない').encode(), "CSVとして読めません"),
        (table("121002,A1," + "あ" * 200_000).encode(), "CSVとして読めません"),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused_as_a_whole(content: bytes, words: str, take_in: TakeIn) -> None:
    with pytest.raises(UnreadableFile) as refused:
        take_in(DataKind.FACILITIES, content)
    assert words in refused.value.message
    assert not DataFile.objects.exists()


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("121002,A2,,千葉市中央区見本町1,35.6,140.1", "名称", "ありません"),
        ("121002,,名前,千葉市中央区見本町1,35.6,140.1", "ID", "ありません"),
        ("12,A2,名前,千葉市中央区見本町1,35.6,140.1", "全国地方公共団体コード", "6けた"),
        ("121002,A2,名前,千葉市中央区見本町1,北緯,140.1", "緯度", "数字"),
        ("121002,A2,名前,千葉市中央区見本町1,1e999999,140.1", "緯度", "数字"),
        ("121002,A2,名前,千葉市中央区見本町1,NaN,140.1", "緯度", "数字"),
        ("121002,A2,名前,千葉市中央区見本町1,51.5,-0.1", "緯度", "日本の中"),
        ("121002,A2,名前,千葉市中央区見本町1,35.6,140.1,多い", "", "列が見出しより多く"),
        ("121002,A2,名\0前,千葉市中央区見本町1,35.6,140.1", "", "NUL"),
        (f"121002,A2,{'長' * 201},千葉市中央区見本町1,35.6,140.1", "名称", "長すぎます"),
        ("121002,A1,べつの名前,千葉市中央区見本町1,35.6,140.1", "ID", "2行目と同じID"),
    ],
)
def test_one_wrong_line_and_nothing_is_written(line: str, column: str, words: str, take_in: TakeIn) -> None:
    report = take_in(DataKind.FACILITIES, table(GOOD, line).encode())
    assert [one for one in told(report) if one[2]] == [(3, column, True)]
    assert words in next(one.reason for one in report.findings if one.is_rejected)
    assert (report.rejected, report.is_written) == (1, False)
    assert not Facility.objects.exists()
    assert not DataFile.objects.exists()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("121002,A2,名前,千葉市中央区見本町1,140.1,35.6", "緯度"),
        ("121002,A2,名前,千葉市中央区見本町1,,", "緯度"),
        ("121002,A2,名前,千葉市中央区見本町1,35.6,", "経度"),
        ("121002,A2,名前,金沢市見本町1,35.6,140.1", "所在地_連結表記"),
        ("121002,A2,名前,千葉市中央区見本町1,36.2,140.1", "緯度"),
        ("121002,A2,名前,千葉市中央区見本町1,35.6", ""),
        (GOOD, "ID"),
        ("121002,A2,＝HYPERLINK(1),千葉市中央区見本町1,35.6,140.1", "名称"),
    ],
)
def test_a_doubt_is_told_and_the_line_is_taken(line: str, column: str, take_in: TakeIn) -> None:
    take_in(DataKind.BOUNDARIES, "boundaries.geojson")
    report = take_in(DataKind.FACILITIES, table(GOOD, line).encode())
    assert (3, column, False) in told(report)
    assert (report.rejected, report.is_written, report.doubtful) == (0, True, 1)


def test_swapped_degrees_are_set_right(take_in: TakeIn) -> None:
    take_in(DataKind.FACILITIES, table("121002,A2,名前,千葉市中央区見本町1,140.1,35.6").encode())
    found = Facility.objects.get()
    assert (str(found.latitude), str(found.longitude)) == ("35.600000", "140.100000")


@pytest.mark.parametrize(
    ("day", "column"),
    [
        ("2036-02-30", "開始日"),
        ("令和50年13月1日", "開始日"),
        ("", "開始日"),
        ("2036-05-02,2036-05-01", "終了日"),
    ],
)
def test_an_impossible_day_is_wrong(day: str, column: str, take_in: TakeIn) -> None:
    days = day if "," in day else f"{day},"
    line = f"121002,E1,見本,{days},,,千葉市中央区見本町1,35.6,140.1"
    report = take_in(DataKind.EVENTS, table(line, head=EVENT).encode())
    assert told(report) == [(2, column, True)]


def test_a_link_of_a_public_page_leads_to_the_web_alone(take_in: TakeIn) -> None:
    lines = table("121002,A1,名前,千葉市中央区見本町1,35.6,140.1,javascript:alert(1)", head=f"{HEAD},URL")
    report = take_in(DataKind.FACILITIES, lines.encode())
    assert (2, "URL", False) in told(report)
    assert Facility.objects.get().url == ""


def test_a_point_of_an_address_without_a_ward_tells_the_ward(take_in: TakeIn) -> None:
    take_in(DataKind.BOUNDARIES, "boundaries.geojson")
    take_in(DataKind.FACILITIES, table("121002,A1,名前,見本町1,35.6,140.1").encode())
    assert Facility.objects.get().ward.slug == "chuo"


def test_unknown_columns_are_told_once(take_in: TakeIn) -> None:
    report = take_in(
        DataKind.FACILITIES,
        table(f"{GOOD},x", f"{GOOD.replace('A1', 'A2')},y", head=f"{HEAD},謎の列").encode(),
    )
    assert told(report) == [(1, "謎の列", False)]
