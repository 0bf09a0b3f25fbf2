"""Reading a table that a city hands over, and telling line by line what is wrong with it."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LIMIT_BYTES = 20 * 1024 * 1024
Columns = Mapping[str, tuple[str, ...]]


class UnreadableTable(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Complaint:
    """`line` counts as a spreadsheet does: the header is line 1."""

    line: int
    column: str
    reason: str


@dataclass
class ImportReport:
    """What an import did, or would have done. With one rejected line nothing is written at all."""

    created: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    rejected: list[Complaint] = field(default_factory=list)
    doubtful: list[Complaint] = field(default_factory=list)
    dry_run: bool = False

    @property
    def written(self) -> bool:
        return not self.dry_run and not self.rejected

    def count(self, what: str, number: int = 1) -> None:
        self.created[what] = self.created.get(what, 0) + number

    def reject(self, line: int, column: str, reason: str) -> None:
        self.rejected.append(Complaint(line, column, reason))

    def doubt(self, line: int, column: str, reason: str) -> None:
        self.doubtful.append(Complaint(line, column, reason))

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "written": self.written}


@dataclass(frozen=True)
class Line:
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_table(path: Path, columns: Columns, required: tuple[str, ...]) -> Iterator[Line]:
    """Lines with cells under our own column names, whatever name the file gives them.

    Reads UTF-8 with or without BOM and cp932. Raises UnreadableTable.
    """
    rows = csv.reader(io.StringIO(_text(path), newline=""))
    header = _header(next(rows, []), columns, required)
    return _lines(rows, header)


def _lines(rows: Any, header: dict[int, str]) -> Iterator[Line]:
    before = 1
    try:
        for row in rows:
            number, before = before + 1, rows.line_num
            if any(cell.strip() for cell in row):
                yield Line(number, {name: row[at].strip() for at, name in header.items() if at < len(row)})
    except csv.Error as error:
        raise UnreadableTable(f"{before + 1}行目から先をCSVとして読めません({error})。") from error


def _header(cells: list[str], columns: Columns, required: tuple[str, ...]) -> dict[int, str]:
    known = {title: name for name, titles in columns.items() for title in titles}
    header = {at: known[cell.strip()] for at, cell in enumerate(cells) if cell.strip() in known}
    missing = [columns[name][0] for name in required if name not in header.values()]
    if missing:
        raise UnreadableTable(f"1行目に見出しがありません: {'、'.join(missing)}")
    return header


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise UnreadableTable("ファイルが大きすぎます(20MBまで)。")
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableTable(f"ファイルを開けません: {path.name}") from error
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableTable("文字コードが分かりません。UTF-8 か Shift_JIS(cp932)で保存し直してください。")
