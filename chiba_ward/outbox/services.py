"""Owe an effect, run it, call it off, look after what is left behind."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min, Model
from django.utils import timezone

from chiba_ward.compartments import services as compartments
from chiba_ward.outbox import publishing
from chiba_ward.outbox.effects import Effect, Payload, effect_of
from chiba_ward.outbox.enums import Outcome
from chiba_ward.outbox.failures import safe_text
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.outbox.querysets import OutboxQuerySet
from chiba_ward.rows.together import Together

log = structlog.get_logger(__name__)
MAX_ATTEMPTS = 10
FIRST_PAUSE = dt.timedelta(seconds=10)
LONGEST_PAUSE = dt.timedelta(hours=4)
# Longer than the hard time limit of a task: whoever held the lease is dead when it ends.
LEASE = dt.timedelta(seconds=120)
GRACE = dt.timedelta(seconds=5)
PUBLISH_AGAIN = dt.timedelta(seconds=30)
SWEEP_BATCH = 500
SEALED_IN = "matter__compartment"
SWEEP_LOCK = 0x0B0C5
_WORD = re.compile(r"[A-Za-z0-9_.:\-]{1,80}")


def owe(
    kind: str,
    payload: Payload,
    *,
    key: str,
    available_at: dt.datetime | None = None,
    matter: Model | None = None,
) -> OutboxEntry:
    """Write the effect into the caller's transaction; after its commit the broker is told.

    The same `key` again gives the entry that stands, whatever became of it. `payload` holds ids and code words;
    anything else is refused with ValueError, so that nothing personal lies in the queue. `matter` is the
    `casework.Matter` that the effect is about: it is owed in that matter's compartment. Works without a broker.
    """
    _refuse_text(kind, key, payload)
    entry, created = OutboxEntry.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": payload,
            "available_at": available_at or timezone.now(),
            "matter_id": matter.pk if matter else None,
        },
    )
    if created and entry.available_at <= timezone.now():
        transaction.on_commit(partial(publishing.publish, entry.pk, _compartment_of(matter)))
    return entry


def owe_new(
    kind: str,
    payload: Payload,
    *,
    key: str,
    available_at: dt.datetime | None = None,
    matter: Model | None = None,
    into: Together,
) -> OutboxEntry:
    """As `owe`, for an effect of a row that is new itself, so that nobody can owe it already; `into` writes it."""
    _refuse_text(kind, key, payload)
    entry = into.new(
        OutboxEntry,
        key=key,
        kind=kind,
        payload=payload,
        available_at=available_at or timezone.now(),
        matter_id=matter.pk if matter else None,
    )
    if entry.available_at <= timezone.now():
        transaction.on_commit(partial(publishing.publish, entry.pk, _compartment_of(matter)))
    return entry


def cancel(key: str) -> bool:
    """Call an effect off. False when it has happened, is happening, or was never owed."""
    with transaction.atomic():
        entry = OutboxEntry.objects.select_for_update().pending().filter(key=key).first()
        now = timezone.now()
        if entry is None or (entry.leased_until and entry.leased_until > now):
            return False
        entry.cancelled_at = now
        entry.save(update_fields=["cancelled_at"])
        return True


def retry(entry: OutboxEntry) -> bool:
    """Give a dead letter all its tries again. False when it is none (any more)."""
    with transaction.atomic():
        revived = (
            OutboxEntry.objects.dead()
            .filter(pk=entry.pk)
            .update(dead_at=None, attempts=0, available_at=timezone.now(), swept_at=None, leased_until=None)
        )
        if revived:
            transaction.on_commit(partial(publishing.publish, entry.pk, _compartment_of(entry.matter)))
        return bool(revived)


def hurry(entries: OutboxQuerySet) -> int:
    """What waits out a pause is due now: the other side is back. The number; the sweep publishes them."""
    now = timezone.now()
    return entries.pending().filter(available_at__gt=now, attempts__gt=0).update(available_at=now)


def _compartment_of(matter: Any) -> int | None:
    """As the caller knows it. Enclosed meanwhile, the entry is not found by the worker, and the sweep brings it."""
    return matter.compartment_id if matter else None


def run_entry(entry_id: int) -> Outcome:
    """Run one entry if it is due and nobody else has it. Any number of calls has one effect.

    One of a sealed matter is found only inside `compartments.work` of its compartment.
    """
    with compartments.here():
        kind = OutboxEntry.objects.due().filter(pk=entry_id).values_list("kind", flat=True).first()
    if kind is None:
        return Outcome.SKIPPED
    try:
        known = effect_of(kind)
    except Exception as error:  # noqa: BLE001  (recorded as the failure of this try)
        return _fail_alone(entry_id, error)
    return _run_outside(entry_id, known) if known.outside else _run_inside(entry_id, known)


def _run_inside(entry_id: int, known: Effect) -> Outcome:
    """Effect and `done_at` in one transaction; a failure undoes the effect and keeps the lock to record itself."""
    assert known.run is not None
    with compartments.atomic():
        entry = _take(entry_id)
        if entry is None:
            return Outcome.SKIPPED
        try:
            with transaction.atomic():
                known.run(entry.payload)
        except Exception as error:  # noqa: BLE001  (recorded as the failure of this try)
            return _fail(entry, error, known)
        _finish(entry)
    return Outcome.DONE


def _run_outside(entry_id: int, known: Effect) -> Outcome:
    """Three steps, see `OutsideEffect`. The lease keeps others away while no lock is held."""
    assert known.outside is not None
    try:
        entry = _begin(entry_id, known)
    except Exception as error:  # noqa: BLE001  (recorded as the failure of this try)
        return _fail_alone(entry_id, error, known)
    if entry is None or entry.done_at:
        return Outcome.DONE if entry else Outcome.SKIPPED
    try:
        result = known.outside.act(entry.payload)
    except Exception as error:  # noqa: BLE001  (recorded as the failure of this try)
        return _fail_outside(entry_id, error, known)
    with compartments.atomic():
        entry = OutboxEntry.objects.select_for_update().get(pk=entry_id)
        known.outside.settle(entry.payload, result)
        if entry.done_at is None:
            _finish(entry)
    return Outcome.DONE


def _begin(entry_id: int, known: Effect) -> OutboxEntry | None:
    assert known.outside is not None
    with compartments.atomic():
        entry = _take(entry_id)
        if entry is None:
            return None
        if not known.outside.begin(entry.payload):
            _finish(entry)
            return entry
        entry.leased_until = timezone.now() + LEASE
        entry.save(update_fields=["leased_until"])
    return entry


def _fail_outside(entry_id: int, error: Exception, known: Effect) -> Outcome:
    assert known.outside is not None
    with compartments.atomic():
        entry = OutboxEntry.objects.select_for_update().get(pk=entry_id)
        if entry.done_at:
            return Outcome.DONE
        known.outside.release(entry.payload)
        return _fail(entry, error, known)


def _fail_alone(entry_id: int, error: Exception, known: Effect | None = None) -> Outcome:
    with compartments.atomic():
        entry = _take(entry_id)
        return _fail(entry, error, known) if entry else Outcome.SKIPPED


def _take(entry_id: int) -> OutboxEntry | None:
    return OutboxEntry.objects.select_for_update(skip_locked=True).due().filter(pk=entry_id).first()


def _finish(entry: OutboxEntry) -> None:
    entry.done_at, entry.leased_until = timezone.now(), None
    entry.save(update_fields=["done_at", "leased_until"])


def _fail(entry: OutboxEntry, error: Exception, known: Effect | None = None) -> Outcome:
    """One try less. After the last the entry is a dead letter, which people see and may revive."""
    now = timezone.now()
    entry.attempts += 1
    entry.last_error = safe_text(error)
    entry.leased_until = None
    entry.available_at = now + pause_after(entry.attempts)
    if entry.attempts >= getattr(settings, "PORTAL_OUTBOX_ATTEMPTS", MAX_ATTEMPTS):
        entry.dead_at = now
        _give_up(entry, known)
    entry.save()
    log.warning("outbox_try_failed", entry=entry.pk, kind=entry.kind, error=entry.last_error)
    return Outcome.DEAD if entry.dead_at else Outcome.FAILED


def _give_up(entry: OutboxEntry, known: Effect | None) -> None:
    """The owner's last word; a failure of its own must not hide the dead letter."""
    if known is None or known.give_up is None:
        return
    try:
        with transaction.atomic():
            known.give_up(entry.payload)
    except Exception as error:  # noqa: BLE001  (the entry becomes a dead letter all the same)
        log.error("outbox_give_up_failed", entry=entry.pk, error=safe_text(error))


def pause_after(attempts: int) -> dt.timedelta:
    """10 s, 30 s, 90 s … up to 4 hours: ten tries span about fourteen hours."""
    return min(FIRST_PAUSE * int(3 ** max(attempts - 1, 0)), LONGEST_PAUSE)


def sweep() -> int:
    """Publish again what is due and silent, at most a batch; the number published.

    Two sweeps at once, or none for an hour, are harmless: the rows say what is due, and the advisory lock of
    PostgreSQL lets one through. What sealed matters owe is swept apart, one compartment after the other.
    """
    published = 0
    for compartment in compartments.rounds(_silent(timezone.now()), SEALED_IN):
        with compartments.work(compartment, reason="outbox sweep"):
            published += _sweep_round()
    return published


def _silent(now: dt.datetime) -> OutboxQuerySet:
    return OutboxEntry.objects.forgotten(now, grace=GRACE, again=PUBLISH_AGAIN)


def _sweep_round() -> int:
    with compartments.atomic():
        if not _lock_sweep():
            return 0
        now = timezone.now()
        silent = compartments.of_this_round(_silent(now), SEALED_IN).order_by("available_at", "id")
        published = _publish_all(list(silent.values_list("pk", flat=True)[:SWEEP_BATCH]))
        OutboxEntry.objects.filter(pk__in=published).update(swept_at=now)
    return len(published)


def _publish_all(ids: list[int]) -> list[int]:
    published = []
    for entry_id in ids:
        if not publishing.publish(entry_id, compartments.at_work()):
            break
        published.append(entry_id)
    return published


def _lock_sweep() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SWEEP_LOCK])
        return bool(cursor.fetchone()[0])


def run_pending_now(limit: int = 1000) -> int:
    """Run everything due in this process, for tests and the `drain_outbox` command; the number of runs.

    Effects owed by effects are run too. A failed one waits for its pause.
    """
    runs = 0
    while runs < limit and (done := _run_round(limit - runs)):
        runs += done
    return runs


def _run_round(limit: int) -> int:
    done = 0
    for compartment in compartments.rounds(OutboxEntry.objects.due(), SEALED_IN):
        with compartments.work(compartment, reason="effects run at once"):
            with compartments.here():
                due = compartments.of_this_round(OutboxEntry.objects.due(), SEALED_IN).order_by("id")
                ids = list(due.values_list("pk", flat=True)[: limit - done])
            outcomes = [run_entry(entry_id) for entry_id in ids]
        done += sum(outcome is not Outcome.SKIPPED for outcome in outcomes)
    return done


@dataclass(frozen=True)
class Health:
    """`oldest_seconds` is how long the oldest due entry has waited since its time came."""

    pending: int
    dead: int
    oldest_seconds: float


def health() -> Health:
    """What /readyz and the operators' page show; three counts over partial indexes."""
    now = timezone.now()
    oldest = OutboxEntry.objects.due(now).aggregate(oldest=Min("available_at"))["oldest"]
    return Health(
        pending=OutboxEntry.objects.pending().count(),
        dead=OutboxEntry.objects.dead().count(),
        oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
    )


def _refuse_text(kind: str, key: str, payload: Payload) -> None:
    words = [kind, *(part for part in (key[:80], key[80:]) if part), *payload, *payload.values()]
    for word in words:
        if isinstance(word, bool) or not isinstance(word, int | str):
            raise ValueError("an outbox payload holds whole numbers and code words only")
        if isinstance(word, str) and not _WORD.fullmatch(word):
            raise ValueError("an outbox payload holds ids and code words, never text")
