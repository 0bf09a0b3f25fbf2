"""A file is on the disk before its row is committed (ASSURANCE FI8)."""

import os
from contextlib import suppress
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Django's file system storage with fsync of the file and of its folder, and no public URL.

    What could not be written whole (a full disk) is taken away again before the error goes on.
    """

    def _save(self, name: str, content: File) -> str:
        try:
            saved: str = super()._save(name, content)  # type: ignore[misc]  # missing from the stubs
            flush(Path(self.path(saved)))
        except OSError:
            with suppress(OSError):
                Path(self.path(name)).unlink()
            raise
        return saved

    def url(self, name: str | None) -> str:
        raise ValueError("添付ファイルは権限を確かめる画面からだけ渡します。")


def flush(path: Path) -> None:
    """Make a file and its place durable: a new folder is an entry of its own parent."""
    for target in (path, path.parent, path.parent.parent):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
