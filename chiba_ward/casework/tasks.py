"""Thin: beat calls, a service does the work. Running one twice, or missing a run, is harmless."""

from dataclasses import asdict

from celery import shared_task

from chiba_ward.casework import blobs, drafts, steps
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
def reconcile_files() -> dict[str, int]:
    """Blobs without rows and rows without blobs; nightly."""
    return asdict(blobs.reconcile())


@shared_task(ignore_result=True)
def complete_search() -> int:
    """Rows of the search that are missing or no longer as they would be written; every ten minutes, a part of them."""
    return index.complete(SEARCH_SECONDS)
