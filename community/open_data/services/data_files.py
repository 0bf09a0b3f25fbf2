"""A file on its way in: checked and kept, then taken in or given up. The command does both at once."""

import datetime as dt
import hashlib

from django.db import transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from community.open_data import importers
from community.open_data.enums import DataKind, FileState
from community.open_data.importers import Report, UnreadableFile
from community.open_data.models import DataFile
from community.open_data.workflow.errors import Refused

NAME, SOURCE = 150, 200
# Nobody comes back to a check of yesterday; what the file held is not kept for them.
KEPT_FOR = dt.timedelta(days=1)
SETTLED = "このファイルは、もう取り込んだか、取りやめています。"


def check(kind: DataKind, content: bytes, *, name: str, source: str, by: Actor) -> DataFile:
    """Try the file out and keep it with its report until somebody decides. Raises UnreadableFile."""
    report = importers.try_out(kind, content)
    with transaction.atomic():
        _give_up_old_ones()
        data_file = _new(kind, content, name, source)
        data_file.checked_by = by.posting
        _note(data_file, report)
        data_file.save()
    return data_file


def take(pk: int, *, by: Actor) -> DataFile:
    """Take in what was checked, as everything stands now. Raises `DataFile.DoesNotExist`, `Refused`."""
    with transaction.atomic():
        data_file = _locked(pk, by)
        if data_file.state != FileState.CHECKED:
            raise Refused(SETTLED)
        report = _taken_in(data_file)
        _note(data_file, report)
        if report.is_written:
            data_file.take(by=by.posting, at=timezone.now())
        data_file.save()
    if not report.is_written:
        raise Refused(
            "誤りのある行があるので、取り込んでいません。ファイルを直して、もう一度えらんでください。"
        )
    return data_file


def discard(pk: int, *, by: Actor) -> DataFile:
    """Give it up; the report stays. Raises `DataFile.DoesNotExist`, `Refused`."""
    with transaction.atomic():
        data_file = _locked(pk, by)
        try:
            data_file.discard(by=by.posting, at=timezone.now())
        except TransitionNotAllowed:
            raise Refused(SETTLED) from None
        data_file.save()
    return data_file


def import_at_once(kind: DataKind, content: bytes, *, name: str, source: str) -> Report:
    """For the command: taken in where no line is wrong, else nothing is left. Raises UnreadableFile."""
    with transaction.atomic():
        data_file = _new(kind, content, name, source)
        data_file.save()
        report = importers.take_in(kind, content, data_file)
        _note(data_file, report)
        data_file.take(by=None, at=timezone.now())
        data_file.save()
        transaction.set_rollback(not report.is_written)
    return report


def _new(kind: DataKind, content: bytes, name: str, source: str) -> DataFile:
    return DataFile(
        kind=kind,
        name=name[-NAME:],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        source=source[:SOURCE],
        content=content,
    )


def _note(data_file: DataFile, report: Report) -> None:
    data_file.encoding, data_file.counts = report.encoding, report.counts
    data_file.lines = [*report.lines(), *_ended(report)]


def _ended(report: Report) -> list[dict[str, object]]:
    """Which rows a newer file leaves out, by name: whoever decides must see them."""
    names = report.ended_names
    return [{"line": 0, "column": "", "reason": f"終了になります：{name}", "kind": "ended"} for name in names]


def _taken_in(data_file: DataFile) -> Report:
    try:
        return importers.take_in(DataKind(data_file.kind), bytes(data_file.content or b""), data_file)
    except UnreadableFile as error:
        raise Refused(error.message) from error


def _locked(pk: int, by: Actor) -> DataFile:
    return DataFile.objects.filter(rows(by, "open_data.import")).select_for_update(of=("self",)).get(pk=pk)


def _give_up_old_ones() -> None:
    old = DataFile.objects.filter(state=FileState.CHECKED, checked_at__lt=timezone.now() - KEPT_FOR)
    for data_file in old.select_for_update(skip_locked=True).order_by("pk"):
        data_file.discard(by=None, at=timezone.now())
        data_file.save()
