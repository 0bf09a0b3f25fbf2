"""1-3 in numbers: each moves when a record changes, and small cells are masked."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Period
from consultations.models import Consultation
from consultations.support import indicators
from consultations.support.models import Meeting, RoleTask
from consultations.support.services import meetings, tasks
from tests.support import household as world
from tests.support.household import Household


def month() -> Period:
    return Period.month(timezone.localdate())


def test_lead_named_within_14_days(house: Household) -> None:
    world.several_fields(house)
    long_ago = timezone.now() - dt.timedelta(days=15)
    period = Period.year(timezone.localdate())
    Consultation.objects.filter(pk=house.case.pk).update(received_at=long_ago)
    assert indicators.lead_named(period)[CITY].value == 0
    meeting = world.held(house)
    meetings.set_review(
        meeting.pk,
        by=house.by,
        review_on=timezone.localdate() + dt.timedelta(days=30),
        lead_office=house.agency,
        lead_name="見本 主担当",
    )
    assert indicators.lead_named(period)[CITY].value == 0
    Meeting.objects.filter(pk=meeting.pk).update(lead_named_at=long_ago + dt.timedelta(days=13))
    found = indicators.lead_named(period)
    assert found[CITY].value == 100
    assert CITY in masking.hidden(found)
    assert (found[house.desk.ward_id].numerator, found[house.desk.ward_id].denominator) == (1, 1)


def test_roles_overdue(house: Household) -> None:
    meeting = world.held(house)
    today = timezone.localdate()
    for _ in range(2):
        tasks.give(meeting.pk, by=house.by, office=house.agency, what="訪ねる", due_on=today)
    assert indicators.tasks_overdue(month())[CITY].value == 0
    late = RoleTask.objects.order_by("pk")[0]
    RoleTask.objects.filter(pk=late.pk).update(due_on=today - dt.timedelta(days=1))
    assert indicators.tasks_overdue(month())[CITY].value == 50
    tasks.done(late.pk, by=house.partner, result="訪ねた")
    assert indicators.tasks_overdue(month())[CITY].value == 0


def test_days_from_request_to_meeting(house: Household) -> None:
    assert indicators.days_to_meeting(month())[CITY].value is None
    meeting = world.held(house)
    asked = timezone.localdate() - dt.timedelta(days=9)
    Meeting.objects.filter(pk=meeting.pk).update(requested_on=asked)
    assert indicators.days_to_meeting(month())[CITY].value == Decimal(9)
