"""How large a file of the screen may be. An existing row is never changed."""

from django.db import transaction

from chiba_ward.casework.models import FileLimit
from community.open_data.forms import LIMIT


@transaction.atomic
def load() -> dict[str, int]:
    """The number of rows that were made."""
    _row, is_new = FileLimit.objects.get_or_create(
        kind=LIMIT, defaults={"max_mb": 10, "source": "担当の目安(要確認)"}
    )
    return {"created": int(is_new)}
