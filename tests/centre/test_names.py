"""The name of the centre is a row: renamed, every screen, menu, paper and figure follows; no file of the code knows it."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.ways_in import ways_in
from chiba_ward.casework import my_work
from chiba_ward.directory.enums import Role
from chiba_ward.progress.registry import indicators
from chiba_ward.rows import memory
from consultations.centre import documents as prints
from consultations.centre import initial, names
from consultations.centre.models import CentreName, EvaluationInterval
from tests.centre import sections as world
from tests.centre.sections import Sections, browser
from tests.conftest import SignIn

OLD, NEW = "こども家庭センター", "わかばの家検印"


def renamed() -> None:
    today = timezone.localdate()
    CentreName.objects.get(name=OLD).delete()
    CentreName.objects.create(name=NEW, law="条例検印", valid_from=today)


def test_each_day_has_its_name(wards: Sections) -> None:
    first = dt.date(2024, 4, 1)
    assert names.on(first - dt.timedelta(days=1)).name == "子ども家庭総合支援拠点"
    assert names.on(first).name == OLD
    assert names.on(dt.date(2000, 1, 1)).name == "子ども家庭総合支援拠点"  # before the first: the first
    CentreName.objects.create(name="緑の家", law="x", ward=wards.other_ward, valid_from=first)
    assert names.of_actor(wards.there).name == "緑の家"
    assert names.of_actor(wards.by).name == OLD


def test_without_a_row_nothing_breaks(wards: Sections) -> None:
    CentreName.objects.all().delete()
    memory.forget()
    page = browser(wards.clerk).get(reverse("centre:ledger"))
    assert page.status_code == 200
    assert "名称の登録がありません" in page.content.decode()


def test_renamed_every_screen_follows(wards: Sections) -> None:
    entry = world.registered(wards)
    plan, transfer = world.drafted(wards, entry), world.asked(wards, entry)
    world.late(wards, entry)
    other = world.filed(wards.ward, wards.clerk)
    pages = [
        reverse("admin:index"),
        reverse("centre:ledger"),
        reverse("centre:ledger_print"),
        reverse("centre:entry", args=[entry.pk]),
        reverse("centre:plan", args=[plan.pk]),
        reverse("centre:plan_new", args=[entry.pk]),
        reverse("centre:transfers"),
        reverse("centre:register", args=[other.receipt_no]),
        reverse("staff:case", args=[wards.case.receipt_no]),
    ]
    client = browser(wards.clerk)
    for page in pages:
        assert OLD in client.get(page).content.decode(), page
    renamed()
    for page in pages:
        text = client.get(page).content.decode()
        assert NEW in text, page
        assert OLD not in text, page
    assert OLD not in client.get(reverse("centre:transfer", args=[transfer.pk])).content.decode()


def ways_of(request: Any) -> list[str]:
    return [label for _, links in ways_in(request) for label, _ in links]


def test_renamed_menu_work_paper_and_figure_follow(wards: Sections, rf: Any) -> None:
    entry = world.registered(wards)
    plan = world.drafted(wards, entry)
    world.late(wards, entry)
    renamed()
    request = rf.get("/")
    request.actor = wards.by
    assert f"{NEW}の進行管理台帳" in ways_of(request)
    request.actor = wards.foreigner
    assert not [label for label in ways_of(request) if "進行管理台帳" in label or "移管" in label]
    titles = [one.title for one in my_work.groups_for(wards.by) if one.key.startswith("centre.")]
    assert all(title.startswith(NEW) for title in titles)
    assert len(titles) == 2
    context = prints.paper_context(prints.ROWS.get(pk=plan.pk))
    assert (context["centre"].name, context["centre"].law) == (NEW, "条例検印")
    [figure] = [one for one in indicators() if one.code == "centre.evaluations_overdue"]
    assert NEW in figure.name
    assert NEW in figure.definition


def test_no_file_of_the_code_knows_the_name() -> None:
    """But the initial rows. A word of the code would stay when the city renames it (DOMAIN §5 1-2 f)."""
    base = Path(settings.BASE_DIR)
    files = [
        path
        for root in ("consultations", "chiba_ward", "templates")
        for path in (base / root).rglob("*")
        if path.suffix in (".py", ".html") and "/initial/" not in path.as_posix()
    ]
    assert len(files) > 500
    known = [path.name for path in files if re.search("こども家庭センター|支援拠点", path.read_text())]
    assert known == []


def test_two_names_a_day_are_refused(wards: Sections) -> None:
    twin = CentreName(name="もう一つ", law="x", valid_from=dt.date(2025, 4, 1))
    with pytest.raises(ValidationError, match="同じ日に二つの名称は持てません"):
        twin.full_clean()
    with pytest.raises(IntegrityError, match="centre_one_name_a_day"), transaction.atomic():
        twin.save()
    with pytest.raises(IntegrityError, match="evaluation_within_a_year"), transaction.atomic():
        EvaluationInterval.objects.update(months=13)


def test_initial_rows_are_made_once_and_a_renamed_one_stays(wards: Sections) -> None:
    CentreName.objects.filter(name=OLD).update(name=NEW)
    assert not any(initial.load().values())
    assert set(CentreName.objects.values_list("name", flat=True)) == {"子ども家庭総合支援拠点", NEW}


def test_the_administrator_edits_the_rows_and_nobody_else(wards: Sections, as_role: SignIn) -> None:
    row = CentreName.objects.get(name=OLD)
    address = reverse("admin:centre_centrename_change", args=[row.pk])
    assert browser(wards.clerk).get(address).status_code == 404
    admin = as_role(Role.SYSTEM_ADMIN)
    data = {"name": NEW, "law": row.law, "valid_from": "2024-04-01", "source": "市の規則"}
    assert admin.post(address, data).status_code == 302
    assert names.of_actor(wards.by).name == NEW
