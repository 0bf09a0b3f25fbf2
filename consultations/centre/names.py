"""What the centre is called today: a row, never a word of the code (DOMAIN §5 1-2 f)."""

import datetime as dt

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.rows.memory import remembered
from consultations.centre.models import CentreName

UNNAMED = CentreName(name="（名称の登録がありません）", law="")


def of_actor(actor: Actor) -> CentreName:
    return on(timezone.localdate(), actor.ward_id)


def on(day: dt.date, ward: int | None = None) -> CentreName:
    """The name of that day for this ward, else for all; where there is a gap, the last one before, else the first."""
    rows = [row for row in _rows() if row.ward_id in (ward, None)]
    rows.sort(key=lambda row: (row.ward_id is not None, row.valid_from), reverse=True)
    valid = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)]
    before = [row for row in rows if row.valid_from <= day]
    return next(iter(valid or before or rows[::-1]), UNNAMED)


@remembered
def _rows() -> tuple[CentreName, ...]:
    return tuple(CentreName.objects.order_by("-valid_from", "pk"))
