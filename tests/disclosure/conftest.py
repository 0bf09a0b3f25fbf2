"""A ward, its people, and a woman who must not be found."""

import datetime as dt

import pytest
from django.utils import timezone

from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.models import DisclosureHold
from consultations.models import Consultation
from consultations.services.filing import Person
from tests.consultations.staff_support import House, by, make_house

NAME, KANA = "金糸 雀子", "キンシ スズメコ"
PHONE, ADDRESS = "09012349876", "緑区おゆみ野九丁目99-8 金糸雀荘105"
CARD = {
    "preferred": "letter",
    "name": NAME,
    "address": ADDRESS,
    "phone": PHONE,
    "may_write": True,
    "may_call": True,
}
WOMAN = Known(name=NAME, kana=KANA, phone=PHONE, address=ADDRESS)


@pytest.fixture
def house() -> House:
    return make_house()


def application(person: Known = WOMAN, days: int = 0, **more: object) -> disclosure.Application:
    """Applied so many days ago."""
    return disclosure.Application(
        person,
        applied_on=timezone.localdate() - dt.timedelta(days=days),
        **more,  # type: ignore[arg-type]
    )


def entered(house: House, person: Known = WOMAN, days: int = 0, **more: object) -> DisclosureHold:
    return disclosure.enter(application(person, days, **more), by=by(house.clerk)).hold


def her_case(house: House, concern: str = "引っ越し先のことで相談", **more: object) -> Consultation:
    person = Person(name=NAME, kana=KANA, phone=PHONE, address=ADDRESS)
    return house.case(concern, consulter=person, contact=dict(CARD), **more)


@pytest.fixture
def her_hold(house: House) -> DisclosureHold:
    return entered(house)
