"""Compartments, seats and moves from the command line, in clear words where something is wrong."""

import io

import pytest
from django.core.management import CommandError, call_command

from chiba_ward.casework.models import Matter
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import CompartmentSeat
from chiba_ward.directory.enums import Role
from tests.compartments import walls
from tests.consultations.staff_support import by, make_house
from tests.factories import make_posting

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_from_the_compartment_to_the_enclosed_matter() -> None:
    house = make_house()
    case = house.case()
    label = said("compartment", "make")
    said("compartment", "admit", label, f"--email={house.clerk.person.email}", "--reason=決裁1号")
    said("compartment", "admit", label, f"--office={house.section.code}", "--role=SC", "--reason=決裁2号")
    assert "移しました" in said("enclose", case.receipt_no, label)
    assert not Matter.objects.filter(pk=case.pk).exists()
    for posting in (house.clerk, house.worker):
        with compartments.opened(by(posting)):
            assert Matter.objects.filter(pk=case.pk).exists()
    first = CompartmentSeat.objects.order_by("pk")[0]
    assert "決裁1号" in said("compartment", "show", label)
    said("compartment", "dismiss", str(first.pk))
    assert "終了" in said("compartment", "show", label)
    assert compartments.ids_of(by(house.clerk)) == frozenset()


def test_what_is_wrong_is_said() -> None:
    house = make_house()
    case, label = house.case(), said("compartment", "make")
    auditor = make_posting(Role.AUDITOR).person.email
    wrong = [
        ("enclose", "S-1", label),
        ("enclose", case.receipt_no, "区画-XXXXXX"),
        ("compartment", "admit", label, "--email=nobody@example.test", "--reason=x"),
        ("compartment", "admit", label, f"--email={auditor}", "--reason=x"),
        ("compartment", "admit", "区画-XXXXXX", "--email=x", "--reason=x"),
        ("compartment", "dismiss", "0"),
    ]
    for words in wrong:
        with pytest.raises(CommandError, match=r"[ぁ-ん]"):
            said(*words)
    walls.enclose(case.matter)
    with pytest.raises(CommandError, match="見つかりません"):
        said("enclose", case.receipt_no, label)
