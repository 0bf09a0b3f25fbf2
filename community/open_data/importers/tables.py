"""A table, from CSV or Excel, as lines with cells under the names of the standard format."""

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from chiba_ward.ui.cells import TRIGGERS
from community.open_data.importers.columns import Format
from community.open_data.importers.decoding import ZIP, text_of
from community.open_data.importers.report import Report, UnreadableFile

LONGEST_CELL = 20_000
MOST_LINES = 20_000
# A workbook is a ZIP: what it unpacks to is asked before it is unpacked.
MOST_UNPACKED = 200 * 1024**2
FORMULA = ("=", "+", "@", "＝", "＋", "＠")
# Prose; everything else is one line, however a spreadsheet broke it.
SEVERAL_LINES = frozenset(
    {"説明", "備考", "料金(詳細)", "アクセス方法", "駐車場情報", "連絡先備考（その他、SNSなど）"}
)
Raw = tuple[int, list[str]]


@dataclass(frozen=True)
class Line:
    """`cells` are those of the known columns, trimmed; an empty cell and a missing one are the same."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def lines_of(content: bytes, form: Format, report: Report) -> Iterator[Line]:
    """Every line that has anything in it. Sets the encoding. Raises UnreadableFile, also while it is read."""
    raw = _workbook(content, report) if content.startswith(ZIP) else _csv(content, report)
    first = next(raw, None)
    if first is None:
        raise UnreadableFile("空のファイルです。")
    header = _header(first[1], form, report)
    width, number = len(first[1]), 0
    for at, cells in raw:
        number += 1
        if number > MOST_LINES:
            raise UnreadableFile(f"一度に取り込めるのは{MOST_LINES:,}行までです。ファイルを分けてください。")
        if any(cell.strip() for cell in cells) and _is_sound(at, cells, width, report):
            yield Line(at, _named(at, cells, header, report))
    if not number:
        raise UnreadableFile("見出しだけで、データの行がありません。")


# --- the two kinds of file


def _csv(content: bytes, report: Report) -> Iterator[Raw]:
    text, report.encoding = text_of(content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = 0
    try:
        for row in reader:
            number, before = before + 1, reader.line_num
            yield number, row
    except csv.Error as error:
        raise UnreadableFile(
            f'{before + 1}行目から先をCSVとして読めません。引用符（"）の閉じ忘れか、長すぎる行がないか見てください。'
        ) from error


def _workbook(content: bytes, report: Report) -> Iterator[Raw]:
    """The first sheet. Formulas come as they are written: what they would show stands in no file."""
    report.encoding = "xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise UnreadableFile("エクセルのファイルが大きすぎます。CSVで保存し直してください。")
        book = load_workbook(io.BytesIO(content), read_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(
            "エクセル（.xlsx）として読めません。エクセルで開いて保存し直すか、CSVにしてください。"
        ) from error
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_written(value) for value in row]
    finally:
        book.close()


def _written(value: Any) -> str:
    """A cell of Excel as it would stand in a CSV of the standard format."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if not (value.hour or value.minute) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# --- header and cells


def plain(text: str) -> str:
    """For comparing headings: one width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _header(cells: list[str], form: Format, report: Report) -> dict[int, str]:
    known = {plain(title): name for title, name in form.spellings().items()}
    names = {at: known[plain(cell)] for at, cell in enumerate(cells) if plain(cell) in known}
    missing = [name for name in form.needed if name not in names.values()]
    if missing:
        raise UnreadableFile(
            f"1行目に見出しがありません：{'、'.join(missing)}。「{form.title}」のファイルか、文字コードを確かめてください。"
        )
    twice = {name for name in names.values() if list(names.values()).count(name) > 1}
    if twice:
        raise UnreadableFile(f"1行目に同じ見出しが二つあります：{'、'.join(sorted(twice))}。")
    unknown = [cell.strip() for cell in cells if cell.strip() and plain(cell) not in known]
    if unknown:
        report.doubt(1, "、".join(unknown)[:200], "標準の形式にない列です。取り込みません。")
    return names


def _is_sound(at: int, cells: list[str], width: int, report: Report) -> bool:
    """Whether the line can be told apart into columns; says what is wrong."""
    if any("\x00" in cell for cell in cells):
        report.reject(at, "", "使えない文字（NUL）が入っています。消してから取り込んでください。")
        return False
    if any(len(cell) > LONGEST_CELL for cell in cells):
        report.reject(at, "", f"長すぎる欄があります（{LONGEST_CELL:,}文字まで）。")
        return False
    if any(cell.strip() for cell in cells[width:]):
        report.reject(
            at, "", f"列が見出しより多くあります（{len(cells)}列）。区切りの「,」や引用符を確かめてください。"
        )
        return False
    if len(cells) < width:
        report.doubt(at, "", f"列が見出しより少ないので、右の{width - len(cells)}列は空欄として扱います。")
    return True


def _named(at: int, cells: list[str], header: dict[int, str], report: Report) -> dict[str, str]:
    named = {}
    for place, name in header.items():
        value = _own(_clean(cells[place])) if place < len(cells) else ""
        if value.startswith(FORMULA):
            report.doubt(at, name, "式の形をしています。式としては扱わず、文字のまま取り込みます。")
        named[name] = value if name in SEVERAL_LINES else value.replace("\n", " ")
    return named


def _clean(cell: str) -> str:
    """Line ends of one kind, no other control characters, no spaces around."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc").strip()


def _own(cell: str) -> str:
    """An export puts an apostrophe before what a spreadsheet would take for a formula; here it goes again."""
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" \u3000").startswith(TRIGGERS) else cell
