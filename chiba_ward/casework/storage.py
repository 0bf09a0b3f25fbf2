"""A file is on the disk before its row is committed (ASSURANCE FI8)."""

import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Django's file system storage with fsync of the file and of its folder, and no public URL."""

    def _save(self, name: str, content: File) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # missing from the stubs
        path = Path(self.path(saved))
        for target in (path, path.parent, path.parent.parent):  # a new folder is an entry of its own parent
            descriptor = os.open(target, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return saved

    def url(self, name: str | None) -> str:
        raise ValueError("添付ファイルは権限を確かめる画面からだけ渡します。")
