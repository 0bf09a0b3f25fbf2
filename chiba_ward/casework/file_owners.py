"""The tables of this package whose rows own blobs, and what becomes of a row that lost its file."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, F, Func, QuerySet, Value

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import reconciliation, scans, timeline
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.models import Attachment, DraftFile
from chiba_ward.casework.reconciliation import Held, Owner


def register() -> None:
    """Files of drafts first: they move to the matters."""
    reconciliation.register_owner(Owner("draft", _of_drafts))
    reconciliation.register_owner(Owner("attachment", _of_matters, give_up=give_up, restore=restore))


def in_folder(rows: QuerySet[Any], folder: str) -> QuerySet[Any]:
    """The rows whose blob lies in a folder of the store; the index on blob needs both conditions.

    `starts_with` and not LIKE: PostgreSQL does not ask an index by LIKE beneath a row policy.
    """
    within = Func(
        F("blob"), Value(f"{folder}/"), function="starts_with", output_field=BooleanField(), arity=2
    )
    return rows.filter(within).exclude(blob="").order_by("blob")


def _of_drafts(folder: str) -> Iterator[Held]:
    for pk, name, sha256 in in_folder(DraftFile.objects.all(), folder).values_list("pk", "blob", "sha256"):
        yield Held(pk, name, sha256)


def _of_matters(folder: str) -> Iterator[Held]:
    rows = in_folder(Attachment.objects.all(), folder)
    for pk, name, sha256, state in rows.values_list("pk", "blob", "sha256", "state"):
        yield Held(pk, name, sha256, is_given_up=state == AttachmentState.LOST)


@transaction.atomic
def give_up(pk: Any) -> bool:
    """Say on every screen that this file is lost, to whoever saw it before."""
    row = Attachment.objects.select_for_update().get(pk=pk)
    if row.state == AttachmentState.LOST:
        return False
    row.state = AttachmentState.LOST
    row.save(update_fields=["state"])
    timeline.record(row.matter, "file.lost", SYSTEM, audience=Audience(row.audience), file=row.display_name)
    return True


@transaction.atomic
def restore(pk: Any) -> bool:
    """The file is back and whole, from a backup: it waits for the scanner like a new one."""
    row = Attachment.objects.select_for_update().get(pk=pk)
    if row.state != AttachmentState.LOST:
        return False
    row.state, row.scanned_at = scans.state_of_a_new_file(), None
    row.save(update_fields=["state", "scanned_at"])
    if row.state == AttachmentState.CHECKING:
        scans.owe_anew(row)
    timeline.record(row.matter, "file.found", SYSTEM, audience=Audience(row.audience), file=row.display_name)
    return True
