"""The wall costs no index: what every page asks is planned as without it (docs/adr/0019-compartments.md)."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from chiba_ward.casework.file_owners import in_folder
from chiba_ward.casework.models import Attachment, TimelineEntry
from consultations.models import Consultation
from consultations.views.staff.queue import BY_RISK
from tests.compartments import walls
from tests.consultations.staff_support import House, by, make_house

pytestmark = pytest.mark.django_db
MANY = 3000


@pytest.fixture
def city() -> House:
    """A house with some cases of its section among thousands that the desk has."""
    house = make_house()
    case = house.case()
    for _ in range(3):
        Consultation.objects.filter(pk=house.case().pk).update(desk_office=house.section)
    columns = [field.column for field in Consultation._meta.concrete_fields if field.column != "matter_id"]
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_matter (id, receipt_no, kind, is_drill, created_at)"
            " SELECT 1000000 + n, 'T-' || n, 'consultation', false, now() FROM generate_series(1, %s) n",
            [MANY],
        )
        cursor.execute(
            f"INSERT INTO consultations_consultation (matter_id, {named})"
            f" SELECT 1000000 + n, {named} FROM consultations_consultation, generate_series(1, %s) n"
            " WHERE matter_id = %s",
            [MANY, case.pk],
        )
        cursor.execute(
            "INSERT INTO casework_timelineentry (matter_id, at, kind, audience, actor_label, text, data)"
            " SELECT 1000000 + n, now(), 'x', 'house', 'x', '', '{}' FROM generate_series(1, %s) n",
            [MANY],
        )
    return house


def plan_of(rows: Any) -> str:
    plan: str = rows.explain()
    return plan


def test_the_triage_list(city: House) -> None:
    """The desk with thousands of cases, in its order, and a section with a few: by the index of the queue."""
    assert walls.counted("consultations_consultation") > MANY
    for person in (city.clerk, city.worker):
        actor = replace(by(person), compartments=frozenset())  # as in a request
        plan = plan_of(Consultation.objects.visible_to(actor).open().order_by(*BY_RISK)[:50])
        assert re.search(r"Index Scan (using|on) consultation_", plan), plan
        assert "Seq Scan" not in plan
        assert (
            "compartment_is_open(compartment_id)" in plan
        )  # the wall stands in it, asked of sealed rows alone


def test_the_history_of_one_case(city: House) -> None:
    case = Consultation.objects.order_by("pk")[0]
    plan = plan_of(TimelineEntry.objects.filter(matter=case.matter).order_by("at", "pk"))
    assert "Index Cond: (matter_id =" in plan  # whichever of its indexes
    assert "Index Scan using casework_matter_pkey" in plan
    assert "Seq Scan" not in plan


def test_files_of_one_folder(city: House) -> None:
    """By `starts_with`: LIKE would be asked of every row, after the wall."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = plan_of(in_folder(Attachment.objects.all(), "ab"))
    assert "Index Scan using attachment_owns_its_blob" in plan
    assert "~>=~" in plan
