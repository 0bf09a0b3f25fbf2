"""Counts by composed conditions are those of the ORM, and nothing of one question stays in the next."""

import datetime as dt

import pytest
from django.db.models import Q
from django.utils import timezone

from chiba_ward.casework.models import Matter, TimelineEntry
from chiba_ward.rows.tally import Condition, composed, tally
from tests.casework.support import make_matter

pytestmark = pytest.mark.django_db
STAND_IN = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


def test_each_condition_counts_what_its_rule_finds() -> None:
    now, matter = timezone.now(), make_matter()
    for hours, kind in ((1, "a"), (2, "a"), (3, "100%")):
        TimelineEntry.objects.create(matter=matter, at=now - dt.timedelta(hours=hours), kind=kind)
    rules = {
        "all": Q(),
        "a": Q(kind="a"),
        "percent": Q(kind="100%"),
        "late": Q(at__lt=STAND_IN) & ~Q(kind="a"),
        "subquery": Q(matter__in=Matter.objects.filter(receipt_no=matter.receipt_no)),
        "nothing": Q(pk__in=[0]),
    }
    conditions = {name: composed(TimelineEntry, rule) for name, rule in rules.items()}
    for hours, late in ((0, 1), (4, 0)):
        known = {STAND_IN: now - dt.timedelta(hours=hours)}
        filled = {name: condition.with_values(known) for name, condition in conditions.items()}
        expected = {"all": 3, "a": 2, "percent": 1, "late": late, "subquery": 3, "nothing": 0}
        assert tally(TimelineEntry.objects.order_by("at"), filled) == expected
    assert tally(TimelineEntry.objects.filter(kind="a"), {"all": Condition()}) == {"all": 2}
    assert tally(TimelineEntry.objects.none(), conditions) == dict.fromkeys(rules, 0)


def test_a_rule_that_joins_is_refused() -> None:
    with pytest.raises(ValueError, match="subquery"):
        composed(TimelineEntry, Q(matter__receipt_no="x"))
