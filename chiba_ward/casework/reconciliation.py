"""Rows and blobs agree, or the difference is found, told, and put right where that is safe (ASSURANCE FI8).

The store is walked one of its 256 folders at a time, so that memory does not grow with it. Within a folder the disk
is read before the rows, because a blob is always older than its row; what has no row is left alone for a day, because
its transaction may still be under way.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from chiba_ward.casework import blobs
from chiba_ward.casework.models import FileCheck
from chiba_ward.compartments import services as compartments

LEAVE_ALONE = dt.timedelta(hours=24)
KEPT_FINDINGS = 100
FOLDERS = (*(f"{number:02x}" for number in range(256)), blobs.QUARANTINE)
NIGHTS = 7  # in as many nights every blob is read through
BUDGET_SECONDS = 40.0  # of a task, which may take a minute
A_NIGHT = dt.timedelta(hours=20)
# What is not listed here is deleted from the disk: rows of sealed matters, too, by their names alone.
REASON = "files and rows are compared"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """A row that owns a blob. `is_given_up`: it is known, and shown, that its file is lost."""

    pk: Any
    name: str
    sha256: str
    is_given_up: bool = False


def _never(pk: Any) -> bool:
    return False


@dataclass(frozen=True)
class Owner:
    """A table whose rows own blobs. `rows` yields those whose blob lies in a folder; `give_up` deals with a loss and
    `restore` with a file that is whole again; each says whether it changed something."""

    table: str
    rows: Callable[[str], Iterable[Held]]
    give_up: Callable[[Any], bool] = _never
    restore: Callable[[Any], bool] = _never


_owners: list[Owner] = []


def register_owner(owner: Owner) -> None:
    """Announce a table. Where a blob changes its table, the one that it leaves is announced first: seen in this
    order it is found in at least one of them."""
    if owner.table not in [known.table for known in _owners]:
        _owners.append(owner)


@dataclass
class Report:
    """What a comparison found; `findings` is cut off, the numbers are not."""

    rows: int = 0
    blobs: int = 0
    verified: int = 0
    missing: int = 0
    damaged: int = 0
    orphans: int = 0
    leftovers: int = 0
    repaired: int = 0
    findings: list[dict[str, str]] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """A row that lost its file is a loss; the rest is litter."""
        return not (self.missing or self.damaged)

    def note(self, what: str, **facts: object) -> None:
        setattr(self, what, getattr(self, what) + 1)
        if len(self.findings) < KEPT_FINDINGS:
            self.findings.append({"what": what, **{name: str(value) for name, value in facts.items()}})


class StoreAway(Exception):
    """There are rows and not one blob: the store is not mounted, and nothing is concluded from that."""


def reconcile(
    *, repair: bool = False, deep: Collection[str] = FOLDERS, now: dt.datetime | None = None
) -> Report:
    """Compare everything at once, and read the blobs in the folders `deep` through.

    Blobs without a row are removed a day later. `repair` also gives up rows whose file is lost, so that screens say
    so, and takes those back whose file is whole again. Raises StoreAway.
    """
    report, walk = Report(), _Walk(repair, deep, now or timezone.now())
    if repair:
        _require_store()
    for folder in FOLDERS:
        with compartments.everywhere(REASON):
            walk.compare(folder, report)
    walk.note_strangers(report)
    return report


def record(report: Report, *, started_at: dt.datetime) -> FileCheck:
    """Keep the result where administrators see it."""
    check = FileCheck(started_at=started_at)
    _finish(check, report)
    return check


def nightly(*, budget: float = BUDGET_SECONDS, now: dt.datetime | None = None) -> FileCheck | None:
    """One stretch of tonight's comparison, begun or gone on with; None when it is done or somebody else is at it.

    A seventh of the store is read through each night. Repeated and missed runs are harmless.
    """
    now, began = now or timezone.now(), time.monotonic()
    with compartments.everywhere(REASON):
        check = _check_of_tonight(now)
        if check is None:
            return None
        report = Report(**{one.name: getattr(check, one.name) for one in fields(Report)})
        night = timezone.localdate(check.started_at).toordinal() % NIGHTS
        walk = _Walk(repair=False, deep=FOLDERS[night::NIGHTS], now=now)
        while check.position < len(FOLDERS) and time.monotonic() - began < budget:
            walk.compare(FOLDERS[check.position], report)
            check.position += 1
        if check.position < len(FOLDERS):
            _keep(check, report)
        else:
            walk.note_strangers(report)
            _finish(check, report)
    return check


def _check_of_tonight(now: dt.datetime) -> FileCheck | None:
    latest = FileCheck.objects.filter(started_at__gt=now - A_NIGHT).order_by("-id")
    found = latest.select_for_update(skip_locked=True).first()
    if found:
        return None if found.finished_at else found
    return None if latest.exists() else FileCheck.objects.create(started_at=now)


def _keep(check: FileCheck, report: Report) -> None:
    for name, value in vars(report).items():
        setattr(check, name, value)
    check.save()


def _finish(check: FileCheck, report: Report) -> None:
    if not report.agrees:
        logger.error("files and rows differ: %d missing, %d damaged", report.missing, report.damaged)
    check.position, check.finished_at = len(FOLDERS), timezone.now()
    _keep(check, report)


def _require_store() -> None:
    if any(path for folder in FOLDERS for path in _stored(folder)):
        return
    with compartments.everywhere(REASON):
        has_rows = any(held for folder in FOLDERS for owner in _owners for held in owner.rows(folder))
    if has_rows:
        raise StoreAway


@dataclass(frozen=True)
class _Walk:
    repair: bool
    deep: Collection[str]
    now: dt.datetime

    def compare(self, folder: str, report: Report) -> None:
        stored, owned = set(_stored(folder)), set()
        report.blobs += len(stored)
        for owner in _owners:
            for held in owner.rows(folder):
                owned.add(held.name)
                report.rows += 1
                self._look_at(owner, held, stored, report, is_deep=folder in self.deep)
        for name in sorted(stored - owned):
            # Asked again right before: a row may have come since.
            if self._is_old(name) and not _is_owned(name, folder):
                report.note("orphans", blob=name)
                blobs.delete(name)

    def note_strangers(self, report: Report) -> None:
        """Files beside the folders of the store, left by another hand: told, and left to whoever put them there."""
        root = Path(settings.MEDIA_ROOT)
        for path in sorted(root.iterdir()) if root.is_dir() else []:
            if path.is_file() and self._is_old(path.name):
                report.note("leftovers", blob=path.name)

    def _look_at(self, owner: Owner, held: Held, stored: set[str], report: Report, *, is_deep: bool) -> None:
        if held.is_given_up:
            report.repaired += self.repair and _is_whole(held) and owner.restore(held.pk)
            return
        what = "" if held.name in stored or default_storage.exists(held.name) else "missing"
        if is_deep and not what:
            report.verified += 1
            what = "" if _is_whole(held) else "damaged"
        if what:
            report.note(what, table=owner.table, row=held.pk, blob=held.name)
            report.repaired += self.repair and owner.give_up(held.pk)

    def _is_old(self, name: str) -> bool:
        try:
            return self.now - default_storage.get_modified_time(name) > LEAVE_ALONE
        except FileNotFoundError:
            return False


def _is_whole(held: Held) -> bool:
    try:
        with default_storage.open(held.name, "rb") as opened:
            return blobs.digest_of(opened) == held.sha256
    except OSError:
        return False


def _is_owned(name: str, folder: str) -> bool:
    return any(held.name == name for owner in _owners for held in owner.rows(folder))


def _stored(folder: str) -> Iterator[str]:
    """Names below a folder of the store, as rows have them."""
    root = Path(settings.MEDIA_ROOT)
    for path in (root / folder).rglob("*"):
        if path.is_file():
            yield str(path.relative_to(root))
