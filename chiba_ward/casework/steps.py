"""Fires what is due: reminders and escalations, once each, whatever beat does (ASSURANCE DU5).

The lock is the step's row with SKIP LOCKED, so that two workers share the work. Each step has a transaction of
its own: one that raises is counted, logged and tried again in the next run, and the others go on.
"""

import datetime as dt
import logging
from collections.abc import Callable

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from chiba_ward.casework.models import Deadline, DeadlineStep
from chiba_ward.compartments import services as compartments
from chiba_ward.outbox.failures import safe_text

Handler = Callable[[Deadline, str], None]
# Shorter than PostgreSQL's deadlock check (1 s): where a handler and a clerk's click wait for each other, the
# handler gives way and comes back in the next run; the clerk sees no error.
LOCK_TIMEOUT_MS = 500
SEALED_IN = "deadline__matter__compartment"

logger = logging.getLogger(__name__)
_handlers: dict[str, Handler] = {}


class UnknownStepError(LookupError):
    """No module registered what to do for this kind of deadline."""


def register_step(kind: str, handler: Handler) -> None:
    """Say what happens when a step of this kind of deadline is due: `handler(deadline, code)`.

    It runs in the transaction that marks the step as fired and must leave effects to the outbox.
    """
    _handlers[kind] = handler


def handled_kinds() -> frozenset[str]:
    """The kinds that have a handler, to be compared with the rules in a test."""
    return frozenset(_handlers)


def fire_due_steps(now: dt.datetime | None = None) -> dict[str, int]:
    """Fire every due step of running deadlines that are not on pause; those that failed before come last.

    Returns the counts `fired`, `failed` and `skipped` (another worker had it, or it was no longer due).
    """
    now = now or timezone.now()
    counts = {"fired": 0, "failed": 0, "skipped": 0}
    for compartment in compartments.rounds(_waiting(now), SEALED_IN):
        with compartments.work(compartment, reason="deadline steps"):
            for step_id in _due(now):
                counts[_try(step_id, now)] += 1
    return counts


def _due(now: dt.datetime) -> list[int]:
    """Of this round: in a compartment its own alone."""
    with compartments.here():
        mine = compartments.of_this_round(_waiting(now), SEALED_IN)
        return list(mine.order_by("failures", "due_at", "id").values_list("id", flat=True))


def _waiting(now: dt.datetime) -> QuerySet[DeadlineStep]:
    return DeadlineStep.objects.filter(
        fired_at__isnull=True,
        due_at__lte=now,
        deadline__met_at__isnull=True,
        deadline__cancelled_at__isnull=True,
        deadline__paused_at__isnull=True,
    )


def _try(step_id: int, now: dt.datetime) -> str:
    try:
        return "fired" if _fire(step_id, now) else "skipped"
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:  # noqa: BLE001  (counted, logged and tried again)
        logger.error("deadline step %s failed: %s", step_id, safe_text(error))
        with compartments.here():
            DeadlineStep.objects.filter(pk=step_id, failures__lt=30_000).update(failures=F("failures") + 1)
        return "failed"


def _fire(step_id: int, now: dt.datetime) -> bool:
    with compartments.atomic():
        return _fire_locked(step_id, now)


def _fire_locked(step_id: int, now: dt.datetime) -> bool:
    # No join here: the deadline is read after the lock is held, as it stands then.
    step = DeadlineStep.objects.select_for_update(skip_locked=True).filter(pk=step_id).first()
    if step is None or step.fired_at or step.due_at > now or not _is_going(step.deadline):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_TIMEOUT_MS}ms"])
    _handler(step.deadline.kind)(step.deadline, step.code)
    step.fired_at = now
    step.save(update_fields=["fired_at"])
    return True


def _is_going(deadline: Deadline) -> bool:
    return not (deadline.met_at or deadline.cancelled_at or deadline.paused_at)


def _handler(kind: str) -> Handler:
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownStepError(kind) from None
