from celery import shared_task

from community.matching.services import listings


@shared_task(ignore_result=True)
def expire() -> int:
    """What is still open though its last day has passed."""
    return listings.expire_due()
