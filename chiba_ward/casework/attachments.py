"""Files of matters and drafts: cleaned, stored under random names, served only to whoever may see them."""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chiba_ward.access.actor import Actor
from chiba_ward.casework import blobs
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.files import CleanFile, RejectedUpload, clean_upload
from chiba_ward.casework.models import Attachment, Draft, DraftFile, Matter, StoredFile

MAX_PER_ACTION = 5
MAX_PER_DAY = 20
SANDBOX = "sandbox; default-src 'none'"

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=StoredFile)


class TooManyFiles(RejectedUpload):
    """More files than one message, draft or day may carry (ASSURANCE FI2)."""

    def __init__(self) -> None:
        ValueError.__init__(self, "too_many_files")
        self.code = "too_many_files"  # type: ignore[assignment]  # a count, not a property of one file
        self.message = _(
            "ファイルは一度に5つまで、1日に20個まで送れます。いらないものを外して、送り直してください。"
        )


def attach(
    matter: Matter, upload: UploadedFile, by: Actor, *, audience: Audience = Audience.CITIZEN
) -> Attachment:
    """Clean one upload and keep it with the matter. Raises RejectedUpload, whose `message` is for the person."""
    return attach_all(matter, [upload], by, audience=audience)[0]


def attach_all(
    matter: Matter, uploads: Iterable[UploadedFile], by: Actor, *, audience: Audience = Audience.CITIZEN
) -> list[Attachment]:
    """The files of one action, all or none: at most 5, and 20 a day for those who are not staff.

    Cleaning takes seconds and happens before anything is locked. Raises RejectedUpload.
    """
    chosen = list(uploads)
    if len(chosen) > MAX_PER_ACTION:
        raise TooManyFiles
    clean = [_cleaned(upload) for upload in chosen]
    with transaction.atomic():
        Matter.objects.select_for_update().get(pk=matter.pk)
        if not by.is_staff and _today(matter) + len(clean) > MAX_PER_DAY:
            raise TooManyFiles
        number = matter.attachments.count()
        return [
            _keep(Attachment(matter=matter, audience=audience, added_by=by.label[:160]), file, number + place)
            for place, file in enumerate(clean, start=1)
        ]


def add_to_draft(draft: Draft, upload: UploadedFile) -> DraftFile:
    """Clean one upload and keep it with the unfinished form; at most 5. Raises RejectedUpload."""
    clean = _cleaned(upload)
    with transaction.atomic():
        Draft.objects.select_for_update().get(pk=draft.pk)
        kept = draft.files.count()
        if kept >= MAX_PER_ACTION:
            raise TooManyFiles
        return _keep(DraftFile(draft=draft), clean, kept + 1)


def remove_from_draft(draft: Draft, file_id: int) -> bool:
    """Take one file out of the draft; False when it is not there (any more)."""
    with transaction.atomic():
        file = draft.files.select_for_update().filter(pk=file_id).first()
        if file is None:
            return False
        blobs.delete_after_commit(file.blob.name)
        file.delete()
        for number, kept in enumerate(draft.files.order_by("id"), start=1):
            kept.display_name = _named(kept.display_name, number)
            kept.save(update_fields=["display_name"])
        return True


def move_draft_files(
    draft: Draft, matter: Matter, by: Actor, *, audience: Audience = Audience.CITIZEN
) -> list[Attachment]:
    """Hand the draft's files to the matter; the blobs stay where they are. Called inside `drafts.submit_once`."""
    return [] if draft.has_files is False else _move(draft, matter, by, audience)


@transaction.atomic
def _move(draft: Draft, matter: Matter, by: Actor, audience: Audience) -> list[Attachment]:
    number = matter.attachments.count()
    moved = [
        Attachment.objects.create(
            matter=matter,
            audience=audience,
            added_by=by.label[:160],
            blob=file.blob.name,
            display_name=_named(file.display_name, number + place),
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            created_at=file.created_at,
        )
        for place, file in enumerate(draft.files.order_by("id"), start=1)
    ]
    draft.files.all().delete()
    return moved


def serve(attachment: Attachment) -> FileResponse:
    """The file as a download that no browser runs: attachment, nosniff, sandbox, never cached (ASSURANCE FI7).

    The caller has asked `matters.may_see_file`. Raises Http404 for a file in quarantine or lost from the disk.
    """
    if attachment.state != AttachmentState.CLEAN:
        raise Http404
    return serve_blob(attachment.blob, attachment.display_name, attachment.content_type)


def serve_blob(blob: FieldFile, filename: str, content_type: str, *, inline: bool = False) -> FileResponse:
    """A stored blob with the headers of `serve`; the Japanese name is encoded as RFC 6266 asks."""
    try:
        opened = blob.open("rb")
    except FileNotFoundError as error:
        logger.error("the blob %s is missing", blob.name)
        raise Http404 from error
    response = FileResponse(opened, as_attachment=not inline, filename=filename, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _cleaned(upload: UploadedFile) -> CleanFile:
    upload.seek(0)
    return clean_upload(upload, upload.name or "", upload.content_type or "")


def _keep(row: Row, clean: CleanFile, number: int) -> Row:
    row.display_name = clean.display_name(number)
    row.content_type, row.size, row.sha256 = clean.content_type, clean.size, clean.sha256
    row.blob.name = blobs.write(clean.content)
    row.save()
    return row


def _today(matter: Matter) -> int:
    return matter.attachments.filter(created_at__gt=timezone.now() - dt.timedelta(days=1)).count()


def _named(name: str, number: int) -> str:
    return f"添付{number}.{name.rsplit('.', 1)[-1]}"
