from celery import shared_task

from chiba_ward.progress import services


@shared_task
def snapshot() -> int:
    """Every five minutes: the pages read what is counted here."""
    return services.snapshot()
