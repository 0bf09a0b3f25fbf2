"""What an administrator owes for files: those without a verdict, and those that the comparison missed."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import AttachmentState
from chiba_ward.casework.models import Attachment, FileCheck
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.casework.querysets import AttachmentQuerySet
from chiba_ward.directory.enums import Role

PATIENCE = dt.timedelta(minutes=30)


def file_duties(actor: Actor) -> Iterable[WorkGroup]:
    """For the system administrator; nothing when all is well."""
    if not actor.has_role(Role.SYSTEM_ADMIN):
        return
    items = tuple(_items())
    if items:
        yield WorkGroup(
            key="files",
            title="添付ファイルの検査と照合",
            items=items,
            count=len(items),
            tone="overdue",
            order=290,
        )


def in_order() -> bool:
    """For /readyz: no file waits for the scanner for long, and the last comparison found no loss."""
    check = _last_check()
    return not _late().exists() and (check is None or not (check.missing or check.damaged))


def _items() -> Iterator[WorkItem]:
    files = reverse("admin:casework_attachment_changelist")
    late = _late().count()
    if late:
        yield WorkItem(
            f"ウイルス検査を待っている添付 {late}件",
            f"{files}?state__in=checking,quarantined",
            tone="overdue",
            note="検査の仕組み(ClamAV)が動いているか確かめてください。",
        )
    check = _last_check()
    if check and (check.missing or check.damaged):
        yield WorkItem(
            f"失われた・壊れたファイル {check.missing + check.damaged}件",
            reverse("admin:casework_filecheck_change", args=[check.pk]),
            tone="overdue",
            note="控えから戻すか、reconcile_files --repair で画面に知らせてください。",
        )


def _late() -> AttachmentQuerySet:
    waiting = Attachment.objects.filter(state__in=[AttachmentState.CHECKING, AttachmentState.QUARANTINED])
    return waiting.filter(created_at__lt=timezone.now() - PATIENCE)


def _last_check() -> FileCheck | None:
    return FileCheck.objects.exclude(finished_at=None).order_by("-id").first()
