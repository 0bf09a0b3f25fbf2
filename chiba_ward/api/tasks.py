"""Thin: beat calls, a service does the work. Safe to repeat, safe to miss."""

from celery import shared_task

from chiba_ward.api import idempotency


@shared_task(ignore_result=True)
def purge_keys() -> int:
    """Keys against repetition past their 48 hours; nightly."""
    return idempotency.purge()
