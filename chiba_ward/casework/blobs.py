"""Blobs and rows agree, or the difference is found (ASSURANCE FI8).

A blob is written and flushed before its row; a row that goes takes its blob after the commit. A crash between the
two leaves a blob without a row: `reconcile` removes it a day later. A row without a blob is a loss, and is reported.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chiba_ward.casework.models import Attachment, DraftFile, Matter, blob_path
from chiba_ward.compartments import services as compartments

LEAVE_ALONE = dt.timedelta(hours=24)
logger = logging.getLogger(__name__)

Names = Callable[[], "QuerySet[Any, str]"]
_owners: list[tuple[Names, str]] = []


def register_owner(names: Names, sealed_in: str) -> None:
    """Announce a table whose rows own blobs, such as documents; `sealed_in` leads from a row to its compartment."""
    if (names, sealed_in) not in _owners:
        _owners.append((names, sealed_in))


def write(content: bytes) -> str:
    """Store bytes durably under a random name and return it, before the row is written."""
    return default_storage.save(blob_path(Attachment(), ""), ContentFile(content))


def delete_after_commit(name: str | None) -> None:
    """Delete the blob once the transaction that gave up its row is durable."""
    if name:
        transaction.on_commit(partial(delete, name))


def delete(name: str) -> None:
    """Delete one blob now; a failure is logged and left to `reconcile`."""
    try:
        default_storage.delete(name)
    except OSError as error:
        logger.warning("blob %s was not deleted: %s", name, type(error).__name__)


@dataclass(frozen=True)
class Reconciliation:
    """`missing` rows have no blob (a loss); `orphans` are blobs without a row, `removed` those deleted."""

    rows: int
    missing: int
    orphans: int
    removed: int


def reconcile(*, remove: bool = True, now: dt.datetime | None = None) -> Reconciliation:
    """Compare rows and blobs; orphans younger than a day may belong to a transaction under way."""
    now = now or timezone.now()
    stored = set(_stored(""))  # the disk first: a blob is always older than its row
    owned = _owned()
    missing = {name for name in owned - stored if not default_storage.exists(name)}
    orphans = [name for name in sorted(stored - owned) if _age(name, now) > LEAVE_ALONE]
    for name in orphans if remove else ():
        delete(name)
    if missing:
        logger.error("%d rows have lost their file", len(missing))
    return Reconciliation(len(owned), len(missing), len(orphans), len(orphans) if remove else 0)


def _owned() -> set[str]:
    """Also of sealed matters: what is not listed here is deleted from the disk."""
    owned: set[str] = set()
    for compartment in compartments.rounds(Matter.objects.all(), "compartment"):
        with compartments.work(compartment, reason="blobs and rows are compared"), compartments.here():
            for names, sealed_in in _owners:
                owned.update(_of(names(), sealed_in, compartment))
    return owned - {""}


def _of(names: "QuerySet[Any, str]", sealed_in: str, compartment: int | None) -> Iterable[str]:
    """In a compartment its own alone: those of none have had a round of their own."""
    return names if compartment is None else names.filter(**{sealed_in: compartment})


def _of_attachments() -> "QuerySet[Any, str]":
    return Attachment.objects.values_list("blob", flat=True)


def _of_drafts() -> "QuerySet[Any, str]":
    return DraftFile.objects.values_list("blob", flat=True)


register_owner(_of_attachments, "matter__compartment")
register_owner(_of_drafts, "draft__matter__compartment")


def _stored(folder: str) -> Iterator[str]:
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{name}" if folder else name for name in files)
    for name in folders:
        yield from _stored(f"{folder}/{name}" if folder else name)


def _age(name: str, now: dt.datetime) -> dt.timedelta:
    try:
        return now - default_storage.get_modified_time(name)
    except FileNotFoundError:
        return dt.timedelta(0)
