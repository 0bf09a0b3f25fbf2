"""Is the process alive, and can it serve? Two answers for a load balancer, without any detail (ASSURANCE AV3)."""

import tempfile
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from chiba_ward.access.public import public

log = structlog.get_logger(__name__)
# By name: the outbox and the files lie above this package.
OUTBOX_HEALTH = "chiba_ward.outbox.services.health"
FILES_IN_ORDER = "chiba_ward.casework.file_duties.in_order"
OLDEST_OWED_SECONDS = 30 * 60


@public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anything else: a restart would not help against a dead database."""
    return _answer("ok", 200)


@public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The process can serve people. Which part fails is written to the log, never told to the public."""
    failing = [name for name, holds in CHECKS.items() if not _safely(holds)]
    if failing:
        log.error("not_ready", failing=failing)
        return _answer("unavailable", 503)
    late = [name for name, holds in LATE.items() if not _safely(holds)]
    if late:
        log.error("behind", late=late)
    return _answer("behind" if late else "ok", 200)


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def media_is_writable() -> bool:
    settings.PORTAL_MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.PORTAL_MEDIA_ROOT) as probe:
        return probe.write(b"ready") == 5


def outbox_moves() -> bool:
    """No effect is owed for longer than half an hour."""
    health = import_string(OUTBOX_HEALTH)()
    return bool(health.oldest_seconds <= OLDEST_OWED_SECONDS)


def files_in_order() -> bool:
    """No file waits for the scanner for long, and none was found lost or damaged."""
    return bool(import_string(FILES_IN_ORDER)())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_applied,
    "media": media_is_writable,
}
# A stopped worker must not take the pages away: filings need PostgreSQL and nothing else (DESIGN §2 rule 6).
LATE: dict[str, Callable[[], bool]] = {"outbox": outbox_moves, "files": files_in_order}


def _safely(holds: Callable[[], bool]) -> bool:
    try:
        return holds()
    except (DatabaseError, OSError):
        log.exception("readiness_check_failed")
        return False


def _answer(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
