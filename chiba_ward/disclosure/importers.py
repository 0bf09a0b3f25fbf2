"""Lists from another office or town (UTF-8 with or without BOM, cp932): each line is an application of its own.

A list adds and extends. It clears nothing: not by what it says, not by its date and not by whom it leaves out.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Office
from chiba_ward.disclosure import services
from chiba_ward.disclosure.enums import HoldKind, HoldSource, LineKind
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.services import Application
from chiba_ward.disclosure.workflow import NotPossible
from chiba_ward.ui.fields import KanaField, LineField, NameField, PhoneField, WrittenDateField

COLUMNS = ("氏名", "フリガナ", "電話番号", "住所", "種類", "申出日", "期限", "記録")
NEEDED = ("氏名", "申出日")
MOST_LINES = 5000
KINDS = {"": HoldKind.SUPPORT, **{str(kind.label): kind for kind in HoldKind}}
DID = {
    LineKind.REGISTERED: "新しく登録",
    LineKind.EXTENDED: "更新",
    LineKind.OLDER: "いまの申出より古いので変えない",
}


class UnreadableError(Exception):
    """The file as a whole cannot be read; `message` is Japanese and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Line:
    """`column` and `reason` say what is wrong with it; otherwise `did` what became of it."""

    number: int
    did: str = ""
    column: str = ""
    reason: str = ""


@dataclass
class Report:
    is_trial: bool
    lines: list[Line] = field(default_factory=list)
    pks: list[int] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        done = [line.did for line in self.lines if line.did]
        named = {did: done.count(did) for did in DID.values()}
        return {**named, "読めなかった行": sum(bool(line.reason) for line in self.lines)}

    def as_json(self) -> dict[str, Any]:
        """Numbers of lines and reasons; no person."""
        wrong = [line for line in self.lines if line.reason]
        return {
            "dry_run": self.is_trial,
            "counts": self.counts,
            "rejected": [
                {"line": line.number, "column": line.column, "reason": line.reason} for line in wrong
            ],
        }


class _Wrong(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@transaction.atomic
def take_in(content: bytes, *, by: Actor, is_trial: bool, office: Office | None = None) -> Report:
    """Every readable line is taken in, the others are named: a person must not go unprotected for another's typing slip.

    A trial does the same and leaves no trace. Raises UnreadableError.
    """
    report = Report(is_trial)
    for number, row in _rows(content):
        try:
            with transaction.atomic():
                entered = services.enter(_application(row), by=by, office=office)
        except _Wrong as wrong:
            report.lines.append(Line(number, column=wrong.column, reason=wrong.reason))
        except NotPossible as refused:
            report.lines.append(
                Line(number, column=_COLUMN_OF.get(refused.field, ""), reason=refused.message)
            )
        else:
            report.lines.append(Line(number, did=DID[LineKind(entered.line)]))
            report.pks.append(entered.hold.pk)
    if is_trial:
        transaction.set_rollback(True)
        report.pks = []
    return report


_COLUMN_OF = {"name": "氏名", "applied_on": "申出日", "valid_until": "期限"}


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Number of the line in the file, and its cells by the names of the first line."""
    reader = csv.DictReader(io.StringIO(_text(content), newline=""))
    names = [str(name or "").strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise UnreadableError(
            f"1行目に列の名前がありません：{'・'.join(missing)}。見本のとおりにしてください。"
        )
    rows = [(reader.line_num, row) for row in reader]
    if len(rows) > MOST_LINES:
        raise UnreadableError(f"一度に取り込めるのは{MOST_LINES}行までです。ファイルを分けてください。")
    for number, row in rows:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if any(cells.values()):
            yield number, cells


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableError("文字コードが読めません。UTF-8かShift_JISのCSVで保存し直してください。")


def _application(row: dict[str, str]) -> Application:
    if row["種類"] not in KINDS:
        raise _Wrong(
            "種類", f"「{'」「'.join(str(kind.label) for kind in HoldKind)}」のどれかにしてください。"
        )
    person = Known(
        name=_clean(NameField(max_length=80), "氏名", row),
        kana=_clean(KanaField(max_length=120, required=False), "フリガナ", row),
        phone=_clean(PhoneField(required=False), "電話番号", row),
        address=_clean(LineField(max_length=200, required=False), "住所", row),
    )
    return Application(
        person,
        applied_on=_day("申出日", row, required=True) or dt.date.min,
        valid_until=_day("期限", row),
        kind=KINDS[row["種類"]],
        source=HoldSource.NOTIFIED,
        note=_clean(LineField(max_length=300, required=False), "記録", row),
    )


def _day(column: str, row: dict[str, str], *, required: bool = False) -> dt.date | None:
    found: dt.date | None = _clean(WrittenDateField(required=required), column, row)
    return found


def _clean(as_field: Any, column: str, row: dict[str, str]) -> Any:
    as_field.label = column
    try:
        return as_field.clean(row[column])
    except ValidationError as error:
        raise _Wrong(column, " ".join(error.messages)) from error
