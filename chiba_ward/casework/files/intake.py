"""The one door for uploads: from a stream with a claimed name to a clean file without a past."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol

from chiba_ward.casework.files.errors import RejectedUpload, Rejection
from chiba_ward.casework.files.sandbox import run_cleaner

MAX_BYTES = 10 * 1024 * 1024
CHUNK = 64 * 1024

Kind = Literal["jpeg", "png", "pdf"]

EXTENSIONS = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "heic": "heic", "heif": "heic", "pdf": "pdf"}
# Browsers that do not know a type send nothing or the general type: then name, bytes and parser decide alone.
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}
DECLARED = {
    "image/jpeg": "jpeg", "image/jpg": "jpeg", "image/pjpeg": "jpeg", "image/png": "png", "image/x-png": "png",
    "image/heic": "heic", "image/heif": "heic", "application/pdf": "pdf", "application/x-pdf": "pdf",
}  # fmt: skip
CONTENT_TYPES: dict[Kind, str] = {"jpeg": "image/jpeg", "png": "image/png", "pdf": "application/pdf"}
SUFFIXES: dict[Kind, str] = {"jpeg": "jpg", "png": "png", "pdf": "pdf"}


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


def clean_upload(stream: Readable, declared_name: str, declared_type: str = "") -> CleanFile:
    """Check and rebuild one upload.

    At most 10 MB, refused while reading; JPEG, PNG, HEIC (kept as JPEG) and PDF; extension, declared type, first
    bytes and parser must agree; at most 40 million pixels or 200 pages. Raises RejectedUpload.
    """
    claimed = _claimed_kind(declared_name, declared_type)
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        source, target = Path(folder, "source"), Path(folder, "target")
        _spool(stream, source)
        facts = run_cleaner(claimed, source, target)
        content = target.read_bytes()
    return _clean_file(content, facts)


def _claimed_kind(name: str, content_type: str) -> str:
    kind = EXTENSIONS.get(PurePosixPath(name.replace("\\", "/")).suffix.lower().lstrip("."))
    if kind is None:
        raise RejectedUpload(Rejection.TYPE_NOT_ALLOWED)
    declared = content_type.split(";")[0].strip().lower()
    if declared not in UNDECLARED and DECLARED.get(declared) != kind:
        raise RejectedUpload(Rejection.MISMATCH)
    return kind


def _spool(stream: Readable, source: Path) -> None:
    total = 0
    with source.open("wb") as spooled:
        while chunk := stream.read(CHUNK):
            total += len(chunk)
            if total > MAX_BYTES:
                raise RejectedUpload(Rejection.TOO_LARGE)
            spooled.write(chunk)
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
