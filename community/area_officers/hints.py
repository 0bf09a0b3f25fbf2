"""How many districts wait for their 引継書, read with the posting of whoever sits in a 総務課 (`access.duties`).

The first page of that section is the busiest of a ward, and has no question to spare (tests/baselines). The condition is
`AssignmentQuerySet.awaiting`; tests/area_officers compares the two.
"""

from typing import Any

from chiba_ward.access import duties
from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Posting

KEPT = "_areas_awaiting"
# SOMU is `relations.GENERAL_AFFAIRS`.
NUMBER = """
CASE WHEN directory_office.routing_code = 'SOMU' THEN (
    SELECT count(*) FROM area_officers_areaassignment one
    JOIN directory_area area ON area.id = one.area_id
    JOIN directory_posting officer ON officer.id = one.officer_id
    WHERE area.ward_id = directory_office.ward_id AND one.state <> 'ended'
        AND (one.until <= %(day)s OR officer.ends_on <= %(day)s)
) END"""


def announce() -> None:
    """From `AppConfig.ready`."""
    duties.bring_along(NUMBER, _keep)


def awaiting_of(actor: Actor) -> int | None:
    """None where no number was brought along, as outside of a request."""
    number: int | None = getattr(actor.posting, KEPT, None)
    return number


def _keep(posting: Posting, value: Any) -> None:
    if value is not None:
        setattr(posting, KEPT, int(value))
