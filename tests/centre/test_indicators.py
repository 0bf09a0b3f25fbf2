"""1-2 in numbers: the share of late evaluations moves when a record changes, and small cells are masked."""

import datetime as dt

from django.utils import timezone

from chiba_ward.casework.models import Matter
from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Period
from consultations.centre.indicators import evaluations_overdue
from consultations.centre.services import entries, transfers
from tests.centre import sections as world
from tests.centre.sections import Sections


def month() -> Period:
    return Period.month(timezone.localdate())


def test_it_moves_when_a_record_changes(wards: Sections) -> None:
    assert evaluations_overdue(month())[CITY].value is None
    entry = world.registered(wards)
    world.registered(wards, case=world.filed(wards.ward, wards.clerk))
    assert evaluations_overdue(month())[wards.ward.pk].value == 0
    world.late(wards, entry)
    found = evaluations_overdue(month())
    assert (found[wards.ward.pk].numerator, found[wards.ward.pk].denominator) == (1, 2)
    assert found[CITY].value == 50
    assert {wards.ward.pk, CITY} <= masking.hidden(found)
    entries.evaluate(
        entry.pk,
        by=wards.by,
        on=world.in_days(0),
        finding="x",
        category="support",
        next_on=world.in_days(60),
    )
    assert evaluations_overdue(month())[CITY].value == 0


def test_it_goes_along_to_the_other_ward(wards: Sections) -> None:
    entry = world.registered(wards)
    world.late(wards, entry)
    transfers.accept(world.asked(wards, entry).pk, by=wards.there)
    found = evaluations_overdue(month())
    assert found[wards.ward.pk].denominator == 0
    assert found[wards.other_ward.pk].value == 100


def test_drills_ended_ones_and_other_months_do_not_count(wards: Sections) -> None:
    entry = world.registered(wards)
    world.late(wards, entry)
    assert evaluations_overdue(Period.month(timezone.localdate() - dt.timedelta(days=62))) == {}
    Matter.objects.filter(pk=wards.case.pk).update(is_drill=True)
    assert evaluations_overdue(month())[CITY].denominator == 0
    Matter.objects.filter(pk=wards.case.pk).update(is_drill=False)
    assert evaluations_overdue(month())[CITY].denominator == 1
    entries.end(entry.pk, by=wards.by, reason="age")
    assert evaluations_overdue(month())[CITY].denominator == 0
