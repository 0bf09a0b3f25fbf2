"""Files of matters and drafts: cleaned, stored under random names, scanned, served only to whoever may see them."""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.http import FileResponse, Http404
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import blobs, scans
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.file_limits import limit_for
from chiba_ward.casework.files import CleanFile, RejectedUpload, Rejection, clean_upload
from chiba_ward.casework.files.intake import full_disk_told
from chiba_ward.casework.models import Attachment, Draft, DraftFile, FileLimit, Matter, StoredFile

SANDBOX = "sandbox; default-src 'none'"
DAY = dt.timedelta(days=1)
MB = 1024**2

Row = TypeVar("Row", bound=StoredFile)


def attach(
    matter: Matter, upload: UploadedFile, by: Actor, *, audience: Audience = Audience.CITIZEN
) -> Attachment:
    """Clean one upload and keep it with the matter. Raises RejectedUpload, whose `message` is for the person."""
    return attach_all(matter, [upload], by, audience=audience)[0]


def attach_all(
    matter: Matter, uploads: Iterable[UploadedFile], by: Actor, *, audience: Audience = Audience.CITIZEN
) -> list[Attachment]:
    """The files of one action, all or none, within the limits of `FileLimit`; those of a day are not for staff.

    What is too much is refused before anything is taken apart. Cleaning takes seconds and happens before anything is
    locked. Each file waits for the scanner, where there is one. Raises RejectedUpload.
    """
    chosen, limit = list(uploads), limit_for(matter.kind)
    if len(chosen) > limit.per_action:
        raise RejectedUpload(Rejection.TOO_MANY_AT_ONCE, count=limit.per_action)
    _require_room(matter, limit, by, [upload.size or 0 for upload in chosen])
    clean = [_cleaned(upload, limit) for upload in chosen]
    with transaction.atomic(), blobs.undone_on_error() as written:
        Matter.objects.select_for_update().get(pk=matter.pk)
        _require_room(matter, limit, by, [file.size for file in clean])
        number = matter.attachments.count()
        return [
            _kept(_attachment(matter, audience, by), file, number + place, written)
            for place, file in enumerate(clean, start=1)
        ]


def add_to_draft(draft: Draft, upload: UploadedFile) -> DraftFile:
    """Clean one upload and keep it with the unfinished form. Raises RejectedUpload."""
    limit = limit_for(draft.kind)
    _require_place(draft, limit)
    clean = _cleaned(upload, limit)
    with transaction.atomic(), blobs.undone_on_error() as written:
        Draft.objects.select_for_update().get(pk=draft.pk)
        _require_place(draft, limit)
        return _kept(DraftFile(draft=draft), clean, draft.files.count() + 1, written)


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
    moved = []
    for place, file in enumerate(draft.files.order_by("id"), start=1):
        row = _attachment(matter, audience, by)
        row.blob.name, row.created_at = file.blob.name, file.created_at
        row.display_name = _named(file.display_name, number + place)
        row.content_type, row.size, row.sha256 = file.content_type, file.size, file.sha256
        row.save()
        scans.owe(row)
        moved.append(row)
    draft.files.all().delete()
    return moved


def serve(attachment: Attachment) -> FileResponse:
    """The file as a download that no browser runs: attachment, nosniff, sandbox, never cached (ASSURANCE FI7).

    The caller has asked `matters.may_see_file`. Raises Http404 for a file that is not clean, and BlobLost.
    """
    if attachment.state != AttachmentState.CLEAN:
        raise Http404
    name, kind = attachment.display_name, attachment.content_type
    return serve_blob(attachment.blob.name or "", attachment.sha256, name, kind)


def serve_blob(
    name: str, sha256: str, filename: str, content_type: str, *, inline: bool = False
) -> FileResponse:
    """A stored blob with the headers of `serve`; the Japanese name is encoded as RFC 6266 asks. Raises BlobLost."""
    if blobs.in_quarantine(name):
        raise Http404
    opened = blobs.open_whole(name, sha256)
    response = FileResponse(opened, as_attachment=not inline, filename=filename, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _cleaned(upload: UploadedFile, limit: FileLimit) -> CleanFile:
    """Raises RejectedUpload, also for what the request's own bounds have cut off (`files.upload_handler`)."""
    problem: Rejection | None = getattr(upload, "problem", None)
    if problem is None and blobs.free_mb() < limit.keep_free_mb:
        problem = Rejection.NO_SPACE
    if problem:
        raise RejectedUpload(problem, mb=limit.max_mb, count=limit.per_action)
    upload.seek(0)
    return clean_upload(upload, upload.name or "", upload.content_type or "", max_bytes=limit.max_mb * MB)


def _require_room(matter: Matter, limit: FileLimit, by: Actor, sizes: list[int]) -> None:
    """What one matter may hold, and take in within a day; staff decide for themselves. Raises RejectedUpload."""
    if by.is_staff:
        return
    held = matter.attachments.aggregate(count=Count("id"), size=Sum("size", default=0))
    too_many = held["count"] + len(sizes) > limit.per_matter
    if too_many or held["size"] + sum(sizes) > limit.mb_per_matter * MB:
        raise RejectedUpload(Rejection.TOO_MANY_IN_ALL, count=limit.per_matter, mb=limit.mb_per_matter)
    today = matter.attachments.filter(created_at__gt=timezone.now() - DAY).count()
    if today + len(sizes) > limit.per_day:
        raise RejectedUpload(Rejection.TOO_MANY_TODAY, count=limit.per_day)


def _require_place(draft: Draft, limit: FileLimit) -> None:
    if draft.files.count() >= limit.per_action:
        raise RejectedUpload(Rejection.TOO_MANY_AT_ONCE, count=limit.per_action)


def _attachment(matter: Matter, audience: Audience, by: Actor) -> Attachment:
    return Attachment(
        matter=matter, audience=audience, added_by=by.label[:160], state=scans.state_of_a_new_file()
    )


def _kept(row: Row, clean: CleanFile, number: int, written: list[str]) -> Row:
    row.display_name = clean.display_name(number)
    row.content_type, row.size, row.sha256 = clean.content_type, clean.size, clean.sha256
    with full_disk_told():
        row.blob.name = blobs.write(clean.content)
    written.append(row.blob.name)
    row.save()
    if isinstance(row, Attachment):
        scans.owe(row)
    return row


def _named(name: str, number: int) -> str:
    return f"添付{number}.{name.rsplit('.', 1)[-1]}"
