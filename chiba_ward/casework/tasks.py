"""Thin: beat calls, a service does the work. Running one twice, or missing a run, is harmless."""

from celery import shared_task

from chiba_ward.casework import drafts, reconciliation, scans, steps
from chiba_ward.casework.file_limits import limit_for
from chiba_ward.casework.search import index

SEARCH_SECONDS = 40.0


@shared_task(ignore_result=True)
def run_due_steps() -> dict[str, int]:
    """Reminders and escalations that are due; every minute."""
    return steps.fire_due_steps()


@shared_task(ignore_result=True)
def purge_drafts() -> int:
    """Drafts past their date; nightly."""
    return drafts.purge()


@shared_task(ignore_result=True)
def reconcile_files() -> bool:
    """Blobs without rows and rows without blobs: a stretch of the night's comparison; False when it is done."""
    return reconciliation.nightly() is not None


@shared_task(ignore_result=True)
def scan_again() -> int:
    """Files without a verdict, once the scanner is back; every five minutes."""
    return scans.look_again()


@shared_task(ignore_result=True)
def purge_infected() -> int:
    """What was in quarantine as long as the limits say; nightly."""
    return scans.purge_infected(limit_for("").keep_infected_days)


@shared_task(ignore_result=True)
def complete_search() -> int:
    """Rows of the search that are missing or no longer as they would be written; every ten minutes, a part of them."""
    return index.complete(SEARCH_SECONDS)
