"""Thin: beat calls, a service does the work. Running one twice, or missing a run, is harmless."""

from celery import shared_task

from community.circulars.services import circulars


@shared_task(ignore_result=True)
def end_due() -> int:
    """Circulars whose last day has passed; every night, and what was missed the night after."""
    return circulars.end_due()
