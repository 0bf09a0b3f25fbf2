"""How long a circular stands at first. An existing row is never changed."""

from django.db import transaction

from community.circulars.enums import SenderKind
from community.circulars.models import PostingPeriod

DAYS = {SenderKind.CITY: 30, SenderKind.ORG: 14}
SOURCE = "市の要領は未確認。広報の一か月と、班を一回りする二週間として置いた"


@transaction.atomic
def load() -> dict[str, int]:
    """The number of rows that were made."""
    made = [
        PostingPeriod.objects.get_or_create(sender=sender, defaults={"days": days, "source": SOURCE})[1]
        for sender, days in DAYS.items()
    ]
    return {"created": sum(made)}
