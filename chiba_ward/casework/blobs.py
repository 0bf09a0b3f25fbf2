"""Files without names of people: written before their row, deleted after it, read only when they are whole (FI8).

A blob is written and flushed before its row is committed; a row that goes takes its blob after the commit. A crash
between the two leaves a blob without a row, which `reconciliation` finds; a row without a blob is a loss.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from chiba_ward.casework.models import Attachment, blob_path
from chiba_ward.casework.storage import flush

QUARANTINE = "quarantine"
CHUNK = 256 * 1024
logger = logging.getLogger(__name__)


class BlobLost(Exception):
    """The blob is gone, or is not what was written: it is not handed out."""


def write(content: bytes) -> str:
    """Store bytes durably under a random name and return it, before the row is written. Raises OSError."""
    return default_storage.save(blob_path(Attachment(), ""), ContentFile(content))


@contextmanager
def undone_on_error() -> Iterator[list[str]]:
    """Names that are appended are deleted again when the block fails.

    To be left before the commit: a connection that breaks during COMMIT may have committed, and the rows then need
    their blobs.
    """
    written: list[str] = []
    try:
        yield written
    except BaseException:
        for name in written:
            delete(name)
        raise


def delete_after_commit(name: str | None) -> None:
    """Delete the blob once the transaction that gave up its row is durable."""
    if name:
        transaction.on_commit(partial(delete, name))


def delete(name: str) -> None:
    """Delete one blob now; a failure is logged and left to the reconciliation."""
    try:
        default_storage.delete(name)
    except OSError as error:
        logger.warning("blob %s was not deleted: %s", name, type(error).__name__)


def open_whole(name: str, sha256: str) -> File:
    """The blob for reading from its first byte, after all of it was compared with its row. Raises BlobLost.

    What was compared is what is handed out: the same open file.
    """
    opened = _open(name)
    if digest_of(opened) != sha256:
        opened.close()
        logger.error("the blob %s is not what was written", name)
        raise BlobLost(name)
    opened.seek(0)
    return opened


def _open(name: str) -> File:
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError as error:
        logger.error("the blob %s is missing", name)
        raise BlobLost(name) from error


def digest_of(stream: IO[bytes] | File) -> str:
    """SHA-256 of the rest of the stream, in bounded memory."""
    seen = hashlib.sha256()
    while part := stream.read(CHUNK):
        seen.update(part)
    return seen.hexdigest()


def in_quarantine(name: str) -> bool:
    return name.startswith(f"{QUARANTINE}/")


def moved(name: str, *, to_quarantine: bool) -> str:
    """The blob under a second name, in or out of the quarantine; the first one goes after the commit.

    Both names lead to the same bytes in between, so that a crash leaves the row with a file either way. A link needs
    no space on a disk that may be full; where the file system has none, the bytes are copied.
    """
    new = (f"{QUARANTINE}/" if to_quarantine else "") + blob_path(Attachment(), "")
    path = Path(default_storage.path(new))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(default_storage.path(name), path)
        os.utime(path)  # as old as the blob, it would be taken for litter until its row is committed
        flush(path)
    except OSError:
        with default_storage.open(name, "rb") as content:
            new = default_storage.save(new, content)
    delete_after_commit(name)
    return new


def free_mb() -> int:
    """Space left where blobs are kept, in MB."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 1024**2
