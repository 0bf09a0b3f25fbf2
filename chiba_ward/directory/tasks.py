"""Thin: beat calls, a service does the work. Running one twice, or missing a run, is harmless."""

from celery import shared_task

from chiba_ward.directory import succession


@shared_task(ignore_result=True)
def take_over() -> int:
    """What belongs to offices that are no more goes to their successors; every few minutes, so also at midnight."""
    return succession.take_over_all()
