"""What a request may bring, while it comes in (ASSURANCE FI2, F8).

A file that is too large, one too many, or one for which there is no space is read and thrown away; the rest of the
form goes on, so that what a person typed is kept and the reason stands beside the field. What is kept has no name on
the disk: a worker that is killed leaves nothing of it.
"""

from __future__ import annotations

import io
import tempfile
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from chiba_ward.casework.files.errors import Rejection
from chiba_ward.casework.files.intake import NO_SPACE

# Above what any row of FileLimit allows; the exact limit is asked for where the file is cleaned.
CEILING = 20 * 1024**2
MOST_FILES = 10
IN_MEMORY = 512 * 1024


class BoundedUpload(UploadedFile):
    """An upload; `problem` says why its content was thrown away, and `size` is then what came."""

    problem: Rejection | None = None


class BoundedUploadHandler(FileUploadHandler):
    """The only handler: counts bytes and files, and keeps each in memory or in a file without a name."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._files = 0
        self._problem: Rejection | None = None
        self.file: IO[bytes] = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        self._problem = Rejection.TOO_MANY_AT_ONCE if self._files > MOST_FILES else None
        # Closed by the request, which holds it from `file_complete` on.
        self.file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Returns nothing: no other handler gets the bytes."""
        if self._problem:
            return
        if start + len(raw_data) > CEILING:
            self._drop(Rejection.TOO_LARGE)
            return
        try:
            self.file.write(raw_data)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            self._drop(Rejection.NO_SPACE)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        upload = BoundedUpload(
            file=self.file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        upload.problem = self._problem
        return upload

    def upload_interrupted(self) -> None:
        self.file.close()

    def _drop(self, why: Rejection) -> None:
        self._problem = why
        self.file.close()
        self.file = io.BytesIO()
