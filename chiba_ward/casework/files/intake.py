"""The one door for uploads: from a stream with a claimed name to a clean file without a past."""

from __future__ import annotations

import errno
import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Literal, Protocol

from chiba_ward.casework.files import first_look
from chiba_ward.casework.files.errors import RejectedUpload, Rejection
from chiba_ward.casework.files.sandbox import run_cleaner

MAX_BYTES = 10 * 1024 * 1024
CHUNK = 64 * 1024
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Kind = Literal["jpeg", "png", "pdf"]

EXTENSIONS = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "heic": "heic", "heif": "heic", "pdf": "pdf"}
# Often sent, never accepted: the refusal says what to send instead (docs/adr/0016).
REFUSED = {
    Rejection.OFFICE_FILE: "doc docx docm dot dotx dotm xls xlsx xlsm xlsb csv ppt pptx pptm odt ods odp rtf txt jtd "
    "pages numbers key",
    Rejection.ARCHIVE: "zip lzh rar 7z gz tgz tar bz2 xz",
    Rejection.FILM_OR_SOUND: "mp4 mov avi wmv m4v 3gp webm mkv mpg mpeg mp3 m4a wav aac amr flac ogg",
}
REFUSED_EXTENSIONS = {end: code for code, ends in REFUSED.items() for end in ends.split()}
# Browsers that do not know a type send nothing or the general type: then name, bytes and parser decide alone.
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}
DECLARED = {
    "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/pjpeg": "jpeg", "image/png": "png", "image/x-png": "png",
    "image/heic": "heic", "image/heif": "heic", "application/pdf": "pdf", "application/x-pdf": "pdf",
}  # fmt: skip
CONTENT_TYPES: dict[Kind, str] = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
SUFFIXES: dict[Kind, str] = {"jpeg": "jpg", "png": "png", "pdf": "pdf"}

logger = logging.getLogger(__name__)


class Readable(Protocol):
    """A binary stream, such as Django's UploadedFile."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class CleanFile:
    """A re-encoded picture or a rebuilt PDF. The name it came with is not kept anywhere."""

    content: bytes
    kind: Kind
    sha256: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @property
    def pixels(self) -> int | None:
        """Width times height, None for a PDF."""
        return self.width * self.height if self.width and self.height else None

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.kind]

    def display_name(self, number: int) -> str:
        """The name under which people see it: `添付1.jpg`."""
        return f"添付{number}.{SUFFIXES[self.kind]}"


def clean_upload(
    stream: Readable, declared_name: str, declared_type: str = "", *, max_bytes: int = MAX_BYTES
) -> CleanFile:
    """Check and rebuild one upload.

    At most `max_bytes`, refused while reading; JPEG, PNG, HEIC (kept as JPEG) and PDF; extension, declared type,
    first bytes and parser must agree; at most 40 million pixels or 200 pages; nothing that the scanner knows.
    Raises RejectedUpload, and nothing of the file is left anywhere.
    """
    try:
        claimed = _claimed_kind(declared_name, declared_type)
        with full_disk_told(), tempfile.TemporaryFile(prefix="intake-") as source:
            _spool(stream, source, max_bytes)
            first_look.refuse_infected(source)
            facts, content = run_cleaner(claimed, source)
        return _clean_file(content, facts)
    except RejectedUpload as refused:
        logger.info("upload refused: %s", refused.code)
        raise


@contextmanager
def full_disk_told() -> Iterator[None]:
    """A disk without space is told to the person, who can go on without the file (ASSURANCE F8)."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        logger.error("no space for an upload: %s", errno.errorcode[error.errno])
        raise RejectedUpload(Rejection.NO_SPACE) from error


def _claimed_kind(name: str, content_type: str) -> str:
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip(".")
    kind = EXTENSIONS.get(extension)
    if kind is None:
        raise RejectedUpload(REFUSED_EXTENSIONS.get(extension, Rejection.TYPE_NOT_ALLOWED))
    declared = content_type.split(";")[0].strip().lower()
    if declared not in UNDECLARED and DECLARED.get(declared) != kind:
        raise RejectedUpload(Rejection.MISMATCH)
    return kind


def _spool(stream: Readable, source: IO[bytes], max_bytes: int) -> None:
    total = 0
    while chunk := stream.read(CHUNK):
        total += len(chunk)
        if total > max_bytes:
            raise RejectedUpload(Rejection.TOO_LARGE, mb=max_bytes // 1024**2)
        source.write(chunk)
    source.flush()
    if total == 0:
        raise RejectedUpload(Rejection.EMPTY)


def _clean_file(content: bytes, facts: dict[str, object]) -> CleanFile:
    sha256 = hashlib.sha256(content).hexdigest()
    match facts:
        case {"kind": "pdf", "pages": int(pages)}:
            return CleanFile(content, "pdf", sha256, pages=pages)
        case {"kind": "jpeg", "width": int(width), "height": int(height)}:
            return CleanFile(content, "jpeg", sha256, width=width, height=height)
        case {"kind": "png", "width": int(width), "height": int(height)}:
            return CleanFile(content, "png", sha256, width=width, height=height)
    raise RejectedUpload(Rejection.TOO_HEAVY)
