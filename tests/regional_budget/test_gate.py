"""No amount leaves before its own stage is published, whatever else is."""

import datetime as dt

import pytest
from django.utils import timezone

from regional_issues.budget.enums import OPENED_BY, Amount, StageKind
from regional_issues.budget.models import BudgetLine, BudgetStage, BudgetYear
from regional_issues.budget.public import public_lines
from tests.circulars.rounds import make_round

CANARY = dict(zip(Amount, (700000001, 700000002, 700000003, 700000004), strict=True))
pytestmark = pytest.mark.django_db


@pytest.fixture
def line(clean_slate: None) -> BudgetLine:
    make_round()
    from chiba_ward.directory.models import Posting

    posting = Posting.objects.order_by("pk")[0]
    year = BudgetYear.objects.create(fiscal_year=2027)
    office = posting.post.office
    for kind in StageKind:
        BudgetStage.objects.create(year=year, kind=kind, deadline=dt.date(2026, 10, 1), owner_office=office)
    return BudgetLine.objects.create(
        year=year, name="水辺の清掃", bureau=office, **{one.value: yen for one, yen in CANARY.items()}
    )


def publish(line: BudgetLine, kind: StageKind, at: dt.datetime) -> None:
    from chiba_ward.directory.models import Posting

    posting = Posting.objects.order_by("pk")[0]
    BudgetStage.objects.filter(year=line.year, kind=kind).update(published_at=at, published_by=posting)


def test_nothing_is_public_at_first(line: BudgetLine) -> None:
    assert list(public_lines()) == []


@pytest.mark.parametrize("kind", list(StageKind))
def test_a_stage_opens_its_own_amount_alone(line: BudgetLine, kind: StageKind) -> None:
    publish(line, kind, timezone.now() - dt.timedelta(minutes=1))
    shown = repr(list(public_lines()))
    assert {one for one, yen in CANARY.items() if str(yen) in shown} == {
        one for one, opener in OPENED_BY.items() if opener == kind
    }


def test_a_publication_to_come_opens_nothing(line: BudgetLine) -> None:
    for kind in StageKind:
        publish(line, kind, timezone.now() + dt.timedelta(hours=1))
    assert list(public_lines()) == []
