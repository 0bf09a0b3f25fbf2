"""Nobody opens a file before the scanner has said that it is clean, the uploader included (ASSURANCE FI6).

The verdict is asked for by the outbox and recorded in the transaction that ends its entry. A scanner that is away,
slow or not to be understood leaves the file 検査中; after the last try it is 検査できていません, which is no pass either.
`look_again` brings every such file back as soon as the scanner answers.
"""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import blobs, timeline
from chiba_ward.casework.blobs import BlobLost
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.files import scanner
from chiba_ward.casework.files.scanner import PING_SECONDS, SCAN_SECONDS, Clamd, NoVerdict, Trouble, Verdict
from chiba_ward.casework.models import Attachment
from chiba_ward.compartments import services as compartments
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.effects import Payload, TryLater
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.outbox.publishing import Breaker

SCAN = "casework.scan"
BATCH = 500
SEALED_IN = "matter__compartment"
# A file that the scanner itself cannot judge is tried again by hand, or after this.
REST = dt.timedelta(days=1)

logger = logging.getLogger(__name__)
breaker = Breaker()


class ScannerAway(TryLater):
    """No scanner answers; this says nothing about the file."""


class NotJudged(TryLater):
    """The scanner is there and gave no verdict on this file."""


def state_of_a_new_file() -> AttachmentState:
    """検査中 where a scanner is configured; without one a file can be used once it is rebuilt, and is marked."""
    return AttachmentState.CHECKING if scanner.from_settings() else AttachmentState.CLEAN


def owe(attachment: Attachment) -> None:
    """Ask for the verdict in the caller's transaction; nothing to do where no scanner is configured."""
    if attachment.state == AttachmentState.CHECKING:
        outbox.owe(SCAN, {"attachment": attachment.pk}, key=f"scan:{attachment.pk}", matter=attachment.matter)


class ScanEffect:
    """See `outbox.effects.OutsideEffect`. A scan can be repeated at will, so a mark of its start is not needed."""

    def begin(self, payload: Payload) -> bool:
        return Attachment.objects.awaiting_scan().filter(pk=payload["attachment"]).exists()

    def act(self, payload: Payload) -> Verdict:
        """Raises TryLater: away, slow, over its limit, nonsense, or the blob is not whole."""
        with compartments.here():  # closed again before the scanner is spoken to
            attachment = Attachment.objects.get(pk=payload["attachment"])
        try:
            return _verdict_of(attachment)
        except BlobLost as error:
            raise NotJudged("the file is not whole") from error

    def settle(self, payload: Payload, result: Verdict) -> None:
        attachment = Attachment.objects.select_for_update().filter(pk=payload["attachment"]).first()
        if attachment is None or not attachment.awaits_scan:
            return
        attachment.scanned_at = timezone.now()
        if result.infected:
            _shut(attachment, result)
        else:
            _open(attachment)

    def release(self, payload: Payload) -> None:
        """Nothing was marked."""

    def give_up(self, payload: Payload) -> None:
        waiting = Attachment.objects.select_for_update().filter(state=AttachmentState.CHECKING)
        attachment = waiting.filter(pk=payload["attachment"]).first()
        if attachment is None:
            return
        attachment.state = AttachmentState.QUARANTINED
        attachment.save(update_fields=["state"])
        _tell(attachment, "file.not_scanned", Audience.HOUSE)


def look_again() -> int:
    """Once the scanner answers, every file without a verdict gets its turn now; the number. Harmless to repeat.

    What the scanner itself could not judge rests a day between rounds.
    """
    clamd = scanner.from_settings()
    if clamd is None:
        return 0
    rounds = compartments.rounds(Attachment.objects.awaiting_scan(), SEALED_IN)
    return sum(_look_again_in(compartment, clamd) for compartment in rounds)


def _look_again_in(compartment: int | None, clamd: Clamd) -> int:
    with compartments.work(compartment, reason="files without a verdict"), compartments.here():
        return _look_again_here(clamd)


def _look_again_here(clamd: Clamd) -> int:
    rows = compartments.of_this_round(Attachment.objects.awaiting_scan(), SEALED_IN)
    waiting = list(rows.order_by("id").values_list("pk", flat=True)[:BATCH])
    if not waiting or not _answers(clamd):
        return 0
    breaker.reset()
    entries = OutboxEntry.objects.filter(kind=SCAN, payload__attachment__in=waiting).order_by("id")
    pending, dead = list(entries.pending()), list(entries.dead())
    moved = outbox.hurry(entries.filter(last_error__startswith=ScannerAway.__name__))
    moved += sum(outbox.retry(entry) for entry in dead if _is_rested(entry))
    for pk in set(waiting) - {entry.payload["attachment"] for entry in (*pending, *dead)}:
        owe_anew(Attachment.objects.select_related("matter").get(pk=pk))
        moved += 1
    return moved


def owe_anew(attachment: Attachment) -> None:
    """Ask for a verdict that was not asked for yet, or once more."""
    key = f"scan:{attachment.pk}:{timezone.now().timestamp():.3f}"
    outbox.owe(SCAN, {"attachment": attachment.pk}, key=key, matter=attachment.matter)


def scan_anew(attachment: Attachment) -> bool:
    """A person asks for another verdict: after a false alarm, or a change of the scanner. False for a clean file."""
    with transaction.atomic():
        locked = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if locked.state not in (AttachmentState.QUARANTINED, AttachmentState.INFECTED) or not locked.blob:
            return False
        locked.state, locked.signature, locked.scanned_at = AttachmentState.CHECKING, "", None
        locked.save(update_fields=["state", "signature", "scanned_at"])
        owe_anew(locked)
    return True


def purge_infected(days: int, now: dt.datetime | None = None) -> int:
    """Delete what has been in quarantine for `days`; the row stays and says what became of the file."""
    before = (now or timezone.now()) - dt.timedelta(days=days)
    old = Attachment.objects.filter(state=AttachmentState.INFECTED, scanned_at__lt=before).exclude(blob="")
    gone = 0
    for compartment in compartments.rounds(old, SEALED_IN):
        with compartments.work(compartment, reason="infected files past their date"):
            with compartments.here():
                mine = compartments.of_this_round(old, SEALED_IN).order_by("id")
                keys = list(mine.values_list("pk", flat=True)[:BATCH])
            for pk in keys:
                _delete_infected(pk)
            gone += len(keys)
    return gone


def _delete_infected(pk: int) -> None:
    with compartments.atomic():
        row = Attachment.objects.select_for_update().get(pk=pk)
        blobs.delete_after_commit(row.blob.name)
        row.blob.name = ""
        row.save(update_fields=["blob"])


def _verdict_of(attachment: Attachment) -> Verdict:
    clamd = scanner.from_settings()
    if clamd is None:
        raise ScannerAway("no scanner is configured")
    if breaker.resting:
        raise ScannerAway("the scanner was away a moment ago")
    with blobs.open_whole(attachment.blob.name or "", attachment.sha256) as stream:
        try:
            return clamd.scan(stream, SCAN_SECONDS)
        except NoVerdict as unknown:
            raise _whose_fault(clamd, unknown) from unknown


def _whose_fault(clamd: Clamd, unknown: NoVerdict) -> TryLater:
    """Away, when it does not answer a simple question either: then the others need not try for a while."""
    if unknown.trouble in (Trouble.AWAY, Trouble.SLOW) and not _answers(clamd):
        breaker.trip()
        return ScannerAway(unknown.trouble)
    return NotJudged(unknown.trouble)


def _answers(clamd: Clamd) -> bool:
    try:
        clamd.ping(PING_SECONDS)
    except NoVerdict:
        return False
    return True


def _is_rested(entry: OutboxEntry) -> bool:
    if entry.last_error.startswith(ScannerAway.__name__):
        return True
    return entry.dead_at is not None and entry.dead_at < timezone.now() - REST


def _open(attachment: Attachment) -> None:
    was = attachment.state
    attachment.state, attachment.signature = AttachmentState.CLEAN, ""
    if blobs.in_quarantine(attachment.blob.name or ""):
        attachment.blob.name = blobs.moved(attachment.blob.name or "", to_quarantine=False)
    attachment.save()
    if was == AttachmentState.QUARANTINED:
        _tell(attachment, "file.scanned_after_all", Audience.HOUSE)


def _shut(attachment: Attachment, verdict: Verdict) -> None:
    """Out of everybody's reach, and said where the file was to be seen. What was found is for the administrator."""
    logger.error("attachment %s is infected: %s", attachment.pk, verdict.signature)
    attachment.state, attachment.signature = AttachmentState.INFECTED, verdict.signature
    if not blobs.in_quarantine(attachment.blob.name or ""):
        attachment.blob.name = blobs.moved(attachment.blob.name or "", to_quarantine=True)
    attachment.save()
    _tell(attachment, "file.infected", Audience(attachment.audience))


def _tell(attachment: Attachment, kind: str, audience: Audience) -> None:
    facts: dict[str, Any] = {"file": attachment.display_name}
    timeline.record(attachment.matter, kind, SYSTEM, audience=audience, **facts)
