"""Restrictions of the demo city: one that holds, one past its date, one that waits for a second person. Invented people."""

import datetime as dt

from django.utils import timezone

from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.marks import Known
from consultations.demo.stories import clerk_of

PEOPLE = (
    (Known("見本 守子", "ミホン モリコ", "043-000-9001", "見本区まもり町1-2-3"), 40, 325),
    (Known("見本 過子", "ミホン スギコ", "043-000-9002", "見本区すぎ町4-5-6"), 380, -15),
    (Known("見本 待子", "ミホン マチコ", "043-000-9003", "見本区まち町7-8-9"), 200, 165),
)


def load(ward: str = "midori") -> int:
    clerk, today = clerk_of(ward), timezone.localdate()
    for person, since, left in PEOPLE:
        made = disclosure.enter(
            disclosure.Application(
                person,
                applied_on=today - dt.timedelta(days=since),
                valid_until=today + dt.timedelta(days=left),
                note="見本の申出書",
            ),
            by=clerk,
        )
    disclosure.propose(made.hold.pk, by=clerk, reason="本人から取下げの申出（見本）")
    return len(PEOPLE)
