"""Comparing a file with what is known, and writing the difference in one transaction."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from community.open_data.enums import DataKind
from community.open_data.importers import boundaries, records
from community.open_data.importers.records import TARGETS, Key, Record, Target
from community.open_data.importers.report import MOST_NAMES, Report, UnreadableFile
from community.open_data.models import Boundary, DataFile

# Beyond it a single file would hold a page's process too long; the limit of the screen is a row (`FileLimit`).
LIMIT_BYTES = 20 * 1024**2
IMPORT_LOCK = 7033501
BATCH = 500
SECOND = 2


def content_of(path: Path) -> bytes:
    """The bytes of a file that is not too large; its size is asked before it is read. Raises UnreadableFile."""
    try:
        if path.stat().st_size > LIMIT_BYTES:
            raise UnreadableFile("ファイルが大きすぎます（20MBまで）。ファイルを分けてください。")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"ファイルを開けません：{path.name}") from error


def try_out(kind: DataKind, content: bytes) -> Report:
    """What `take_in` would do now; nothing is written. Raises UnreadableFile."""
    report = Report(kind, dry_run=True)
    _compare(kind, _read(kind, content, report), report)
    return report


@transaction.atomic
def take_in(kind: DataKind, content: bytes, data_file: DataFile) -> Report:
    """Write what the file says, under the lock of all imports: two at once would end each other's rows.

    With one rejected line nothing is written. Raises UnreadableFile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    report = Report(kind)
    plan = _compare(kind, _read(kind, content, report), report)
    if report.is_written:
        plan.write(data_file)
    return report


def _read(kind: DataKind, content: bytes, report: Report) -> dict[Key, Record]:
    """The records by their key; one that stands there twice is said once more, or is wrong."""
    source = (
        boundaries.read(content, report)
        if kind == DataKind.BOUNDARIES
        else records.read(kind, content, report)
    )
    found: dict[Key, Record] = {}
    for record in source:
        first = found.setdefault(record.key, record)
        if first is record:
            continue
        if first.values == record.values:
            report.doubt(record.line, "ID", f"{first.line}行目と同じ行です。一つとして扱います。")
        else:
            report.reject(record.line, "ID", f"{first.line}行目と同じIDで、内容が違います：{record.key[1]}")
    return found


class _Plan:
    """What is new, what differs, what is missing."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.new: list[Record] = []
        self.different: list[tuple[models.Model, Record]] = []
        self.gone: list[models.Model] = []

    def write(self, data_file: DataFile) -> None:
        manager = self.target.model._default_manager
        manager.bulk_create([self._row(record, data_file) for record in self.new], batch_size=BATCH)
        if self.different:
            names = sorted({*self.different[0][1].values, "ended_on", "data_file"})
            manager.bulk_update([self._changed(*pair, data_file) for pair in self.different], names, BATCH)
        manager.filter(pk__in=[row.pk for row in self.gone]).update(ended_on=timezone.localdate())

    def _row(self, record: Record, data_file: DataFile) -> models.Model:
        code, identity = record.key
        fields = {**self.target.fixed, **record.values, "data_file": data_file}
        return self.target.model(publisher_code=code, publisher_id=identity, **fields)

    def _changed(self, row: Any, record: Record, data_file: DataFile) -> models.Model:
        for name, value in record.values.items():
            setattr(row, name, value)
        row.ended_on, row.data_file = None, data_file
        return row  # type: ignore[no-any-return]  # a row of the target's table


def _compare(kind: DataKind, found: dict[Key, Record], report: Report) -> _Plan:
    target = TARGETS.get(kind) or _boundaries_of(found.values())
    plan = _Plan(target)
    known = _known(target, {code for code, _ in found})
    for key, record in found.items():
        row = known.pop(key, None)
        if row is None:
            plan.new.append(record)
        elif row.ended_on is not None or _differs(row, record):
            plan.different.append((row, record))
        else:
            report.unchanged += 1
    plan.gone = [row for row in known.values() if row.ended_on is None]
    _count(plan, report)
    return plan


def _boundaries_of(found: Iterable[Record]) -> Target:
    """A file of towns ends no ward."""
    return Target(Boundary, among={"level__in": sorted({record.values["level"] for record in found})})


def _known(target: Target, codes: set[str]) -> dict[Key, Any]:
    of_publisher = target.model._default_manager.filter(publisher_code__in=codes)
    rows: Iterable[Any] = of_publisher.filter(**target.fixed, **target.among).order_by("pk")
    return {(row.publisher_code, row.publisher_id): row for row in rows}


def _differs(row: Any, record: Record) -> bool:
    return any(getattr(row, name) != value for name, value in record.values.items())


def _count(plan: _Plan, report: Report) -> None:
    report.added, report.changed, report.ended = len(plan.new), len(plan.different), len(plan.gone)
    report.ended_names = [str(row) for row in plan.gone[:MOST_NAMES]]
    before = report.changed + report.unchanged + report.ended
    if report.ended * SECOND > before:
        report.doubt(
            0,
            "",
            f"いま載っている{before}件のうち{report.ended}件が終了になります。同じ団体のファイルは、全部の行を一つにして取り込みます。",
        )
