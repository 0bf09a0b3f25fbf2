"""The indicators on a small set counted by hand; one definition of つなぎ完結率."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from chiba_ward.directory.enums import OfficeKind
from chiba_ward.progress import figures, services
from chiba_ward.progress.models import IndicatorValue
from chiba_ward.progress.registry import CITY, Period, indicators
from consultations import indicators as counted
from consultations import indicators_referral
from consultations.models import Consultation, Referral
from tests.consultations.referral_support import ground
from tests.consultations.staff_support import House, at, make_house
from tests.factories import make_office

pytestmark = pytest.mark.django_db
MAY = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))


@pytest.fixture
def house() -> House:
    return make_house()


def filed(house: House, when: str, minutes: int | None = None) -> Consultation:
    with time_machine.travel(at(when), tick=False):
        case = house.case()
    if minutes is not None:
        Consultation.objects.filter(pk=case.pk).update(first_action_minutes=minutes, first_action_at=at(when))
    return case


def sent(case: Consultation, house: House, state: str, contact: str | None = None) -> Referral:
    agency = make_office("見本の機関", kind=OfficeKind.AGENCY)
    reached = {"accepted_by_name": "受手", "first_contact_on": dt.date(2026, 5, 20)} if contact else {}
    declined = {"decline_reason": "理由", "better_place": "別の先"} if state == "declined" else {}
    moment = at("2026-05-18 10:00")
    return Referral.objects.create(
        consultation=case, state=state, route="account", from_office=house.desk, to_office=agency, created_by=house.clerk,
        ground=ground(), basis_note="根拠", purpose="目的", sent_at=moment, opened_at=moment,
        answered_at=moment if reached or declined else None, contact_made_at=at(contact) if contact else None,
        ended_at=moment if state in ("declined", "returned", "recalled") else None, **reached, **declined,
    )  # fmt: skip


def test_received_counts_the_days_in_tokyo_and_every_ward(house: House) -> None:
    other = make_house("wakaba")
    for when in ("2026-05-01 00:00", "2026-05-31 23:59", "2026-04-30 23:59", "2026-06-01 00:00"):
        filed(house, when)
    values = counted.received(MAY)
    assert (values[house.ward.pk].numerator, values[other.ward.pk].numerator, values[CITY].numerator) == (
        2,
        0,
        2,
    )


def test_drills_never_count(house: House) -> None:
    case = filed(house, "2026-05-10 10:00")
    case.matter.is_drill = True
    case.matter.save()
    assert counted.received(MAY)[CITY].numerator == 0


def test_the_median_of_the_first_action_with_its_denominator(house: House) -> None:
    for minutes in (10, 20, 400):
        filed(house, "2026-05-10 10:00", minutes)
    filed(house, "2026-05-10 10:00")
    value = counted.first_action(MAY)[house.ward.pk]
    assert (value.value, value.denominator) == (Decimal("20.0"), 3)


def test_completion_is_contact_made_of_sent(house: House) -> None:
    cases = [filed(house, "2026-05-10 10:00") for _ in range(4)]
    sent(cases[0], house, "contact_made", "2026-05-19 10:00")
    sent(cases[1], house, "sent")
    sent(cases[2], house, "declined")
    sent(cases[3], house, "recalled")
    value = counted.completion(MAY)[house.ward.pk]
    assert (value.numerator, value.denominator, round(value.value or 0, 1)) == (1, 3, Decimal("33.3"))
    share = indicators_referral.completion(MAY.first, MAY.last, house.ward)
    assert (share.part, share.whole) == (value.numerator, value.denominator)
    assert counted.returned(MAY)[house.ward.pk].numerator == 1


def test_completion_is_declared_once() -> None:
    names = [indicator.name for indicator in indicators()]
    assert names.count("つなぎ完結率") == 1
    assert len(names) == len(set(names))
    assert all(indicator.definition for indicator in indicators())


def test_what_stands_open_is_measured_only_now(house: House) -> None:
    filed(house, "2026-05-10 10:00")
    today = Period.month(timezone.localdate())
    assert counted.open_now(today)[CITY].numerator == 1
    assert counted.untaken_now(today)[CITY].numerator == 1
    assert counted.open_now(Period(dt.date(2020, 1, 1), dt.date(2020, 1, 31))) == {}


def test_a_snapshot_is_replaced_and_what_is_gone_goes(house: House) -> None:
    period = Period.month(timezone.localdate())
    services.snapshot([period])
    stale = IndicatorValue.objects.filter(indicator="consultations.received", ward=house.ward).get()
    assert stale.value == 0
    house.case()
    services.snapshot([period])
    rows = IndicatorValue.objects.filter(indicator="consultations.received", ward=house.ward)
    assert [row.value for row in rows] == [1]


def test_the_table_hides_a_ward_and_shows_its_denominators(house: House) -> None:
    wards = [house.ward, make_house("wakaba").ward, make_house("chuo").ward]
    period = Period(dt.date(2026, 5, 1), dt.date(2026, 5, 31))
    for ward, (part, whole) in zip(wards, [(5, 8), (12, 20), (30, 60)], strict=True):
        IndicatorValue.objects.create(
            indicator="referrals.completion",
            version=1,
            ward=ward,
            period_from=period.first,
            period_to=period.last,
            value=100 * part / whole,
            numerator=part,
            denominator=whole,
        )
    IndicatorValue.objects.create(
        indicator="referrals.completion",
        version=1,
        ward=None,
        period_from=period.first,
        period_to=period.last,
        value=53.4,
        numerator=47,
        denominator=88,
    )
    row = next(
        row for row in figures.table(period, wards).rows if row.indicator.code == "referrals.completion"
    )
    assert [cell.text for cell in row.wards] == ["＊", "＊", "50.0％"]
    assert (row.city.text, row.city.of) == ("53.4％", "47／88件")
    assert row.wards[2].of == "30／60件"
    assert row.wards[0].value is None
