"""進行管理台帳: registered once, evaluated on a day that moves, ended with a reason; for the family section alone."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.models import ReadLogEntry
from chiba_ward.casework import my_work
from consultations.centre.enums import Category, EndReason, EntryState
from consultations.centre.models import Evaluation, EvaluationInterval, ProgressEntry
from consultations.centre.services import entries
from consultations.centre.services.succession import take_over
from consultations.models import Consultation
from consultations.services import closing
from consultations.workflow.errors import Refused
from tests.centre import sections as world
from tests.centre.sections import Sections, browser
from tests.factories import make_office, make_posting


def evaluated(wards: Sections, entry: ProgressEntry, **more: Any) -> Evaluation:
    given = {
        "on": world.in_days(0),
        "finding": world.FINDING,
        "category": Category.PROTECTION,
        "next_on": world.in_days(60),
    }
    return entries.evaluate(entry.pk, by=wards.by, **(given | more))


def test_it_is_registered_for_the_family_section_alone(wards: Sections) -> None:
    entry = world.registered(wards)
    assert entry.office == wards.desk
    assert ProgressEntry.objects.visible_to(wards.by).get() == entry
    for other in (wards.there, wards.foreigner, world.act_as(wards.elder)):
        assert not ProgressEntry.objects.visible_to(other).exists()
    line = wards.case.matter.timeline.get(kind="centre.registered")
    assert (line.audience, line.data) == ("house", {"category": "要支援"})


def test_who_has_no_right_registers_nothing(wards: Sections) -> None:
    for other in (wards.there, wards.foreigner, world.act_as(wards.elder)):
        with pytest.raises(Consultation.DoesNotExist):
            entries.register(
                wards.case.pk, by=other, category="support", lead=wards.desk, next_on=world.in_days(9)
            )
    for posting in (wards.receiver, wards.stranger, wards.elder):
        address = reverse("centre:register", args=[wards.case.receipt_no])
        assert browser(posting).get(address).status_code == 404


def test_one_entry_at_a_time(wards: Sections) -> None:
    entry = world.registered(wards)
    with pytest.raises(Refused, match="すでに進行管理台帳に載っています"):
        world.registered(wards)
    entries.end(entry.pk, by=wards.by, reason=EndReason.IMPROVED)
    assert world.registered(wards).pk != entry.pk
    assert ProgressEntry.objects.filter(consultation=wards.case).count() == 2


def test_a_day_of_the_past_is_refused_beside_its_field(wards: Sections) -> None:
    with pytest.raises(Refused, match="あすからあとの日") as refused:
        world.registered(wards, next_on=world.in_days(0))
    assert refused.value.field == "next_on"
    entry = world.registered(wards)
    with pytest.raises(Refused, match="あすからあとの日"):
        evaluated(wards, entry, next_on=world.in_days(0))
    with pytest.raises(Refused, match="今日までの日") as refused:
        evaluated(wards, entry, on=world.in_days(1))
    assert refused.value.field == "on"
    assert not Evaluation.objects.exists()


def test_a_case_that_has_ended_is_not_registered(wards: Sections) -> None:
    closing.withdraw(wards.case.pk, by=wards.by, reason="本人の申し出")
    with pytest.raises(Refused, match="終わった相談"):
        world.registered(wards)


def test_an_evaluation_moves_the_date_and_stays(wards: Sections) -> None:
    entry = world.registered(wards)
    made = evaluated(wards, entry)
    entry = ProgressEntry.objects.get(pk=entry.pk)
    assert (entry.category, entry.next_on) == (Category.PROTECTION, world.in_days(60))
    assert Evaluation.objects.get(pk=made.pk).finding == world.FINDING
    for act in (lambda: Evaluation.objects.update(category="support"), made.delete):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            act()
    assert Evaluation.objects.count() == 1


def test_another_lead_is_named(wards: Sections) -> None:
    entry, school = world.registered(wards), make_office("見本小学校")
    entries.name_lead(entry.pk, by=wards.by, lead=school)
    assert ProgressEntry.objects.get(pk=entry.pk).lead == school
    assert wards.case.matter.timeline.get(kind="centre.lead_named").data["office"] == "見本小学校"


def test_it_ends_with_a_reason(wards: Sections) -> None:
    entry = world.registered(wards)
    with pytest.raises(Refused, match="理由の説明") as refused:
        entries.end(entry.pk, by=wards.by, reason=EndReason.OTHER)
    assert refused.value.field == "note"
    entries.end(entry.pk, by=wards.by, reason=EndReason.OTHER, note="施設に入った検印")
    entry = ProgressEntry.objects.get(pk=entry.pk)
    assert (entry.state, entry.ended_by, entry.ended_note) == (
        EntryState.ENDED,
        wards.clerk,
        "施設に入った検印",
    )
    for act in (lambda: evaluated(wards, entry), lambda: entries.end(entry.pk, by=wards.by, reason="age")):
        with pytest.raises(Refused, match="状態が変わっています"):
            act()


def test_it_does_not_end_while_something_hangs_on_it(wards: Sections) -> None:
    entry = world.registered(wards)
    world.drafted(wards, entry)
    with pytest.raises(Refused, match="続いているサポートプラン"):
        entries.end(entry.pk, by=wards.by, reason=EndReason.AGE)
    other = world.registered(wards, case=world.filed(wards.ward, wards.clerk))
    world.asked(wards, other)
    with pytest.raises(Refused, match="移管の返事を待っています"):
        entries.end(other.pk, by=wards.by, reason=EndReason.AGE)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("entry_ended_with_reason", {"state": "ended", "ended_at": timezone.now()}),
        ("entry_ended_with_reason", {"ended_reason": "age"}),
        (
            "entry_other_reason_is_told",
            {"state": "ended", "ended_reason": "other", "ended_at": timezone.now()},
        ),
    ],
)
def test_the_database_refuses_half_an_end(wards: Sections, name: str, fields: dict[str, Any]) -> None:
    entry = world.registered(wards)
    if "other" in name:
        fields = fields | {"ended_by": wards.clerk}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ProgressEntry.objects.filter(pk=entry.pk).update(**fields)


def test_the_database_refuses_a_second_entry_and_a_next_date_before_the_day(wards: Sections) -> None:
    entry = world.registered(wards)
    twin = {
        "consultation": wards.case,
        "office": wards.desk,
        "category": "support",
        "lead": wards.desk,
        "next_on": world.in_days(3),
        "registered_by": wards.clerk,
    }
    with pytest.raises(IntegrityError, match="entry_once_at_a_time"), transaction.atomic():
        ProgressEntry.objects.create(**twin)
    look = {"entry": entry, "by": wards.clerk, "category": "support", "on": world.in_days(0)}
    with pytest.raises(IntegrityError, match="evaluation_next_after_this"), transaction.atomic():
        Evaluation.objects.create(**look, finding="x", next_on=world.in_days(0))
    with pytest.raises(IntegrityError, match="evaluation_says_what_was_found"), transaction.atomic():
        Evaluation.objects.create(**look, finding="", next_on=world.in_days(3))


def test_every_constraint_speaks_japanese() -> None:
    from django.apps import apps

    for model in apps.get_app_config("centre").get_models():
        for constraint in model._meta.constraints:
            if "sequence" not in constraint.name:
                assert re.search("[ぁ-ん]", str(constraint.violation_error_message)), constraint.name


# --- pages


def test_the_form_suggests_the_interval_and_keeps_what_was_typed(wards: Sections) -> None:
    EvaluationInterval.objects.update(months=2)
    client, address = browser(wards.clerk), reverse("centre:register", args=[wards.case.receipt_no])
    from consultations.centre.intervals import months_on

    expected = months_on(timezone.localdate(), 2)
    page = client.get(address).content.decode()
    assert re.search(rf'name="next_on_month"[^>]*value="{expected.month}"', page)
    data = {"category": "expectant", "lead": wards.desk.pk, **world.day("next_on", world.in_days(-4))}
    answer = client.post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "次回評価日は、あすからあとの日にしてください。" in page
    assert re.search(r'value="expectant"[^>]*checked', page)
    assert not ProgressEntry.objects.exists()
    answer = client.post(address, data | world.day("next_on", world.in_days(4)))
    assert answer.headers["Location"] == reverse("centre:entry", args=[ProgressEntry.objects.get().pk])


def test_months_are_counted_to_the_last_of_a_shorter_one() -> None:
    import datetime as dt

    from consultations.centre.intervals import months_on

    assert months_on(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
    assert months_on(dt.date(2026, 9, 15), 3) == dt.date(2026, 12, 15)
    assert months_on(dt.date(2026, 12, 1), 12) == dt.date(2027, 12, 1)


def test_an_act_that_is_refused_keeps_its_words(wards: Sections) -> None:
    entry = world.registered(wards)
    client = browser(wards.clerk)
    address = reverse("centre:act", args=[entry.pk, "evaluate"])
    data = {"evaluate-finding": world.FINDING, "evaluate-category": "support"}
    data |= world.day("evaluate-on", world.in_days(2)) | world.day("evaluate-next_on", world.in_days(40))
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert world.FINDING in answer.content.decode()
    assert "評価した日は、今日までの日にしてください。" in answer.content.decode()
    assert client.post(address, data | world.day("evaluate-on", world.in_days(0))).status_code == 302
    assert world.FINDING in client.get(reverse("centre:entry", args=[entry.pk])).content.decode()
    assert client.post(reverse("centre:act", args=[entry.pk, "nowhere"]), {}).status_code == 404
    entries.end(entry.pk, by=wards.by, reason=EndReason.AGE)
    late = client.post(address, data)
    assert late.status_code == 409
    assert "この操作はもうできません" in late.content.decode()


def test_the_list_has_tabs_filters_and_no_words(wards: Sections) -> None:
    client, address = browser(wards.clerk), reverse("centre:ledger")
    empty = client.get(address).content.decode()
    assert "台帳は、まだ空です" in empty
    assert "進行管理台帳に載せる" in empty
    late = world.registered(wards)
    soon = world.registered(
        wards, case=world.filed(wards.ward, wards.clerk), category="expectant", next_on=world.in_days(9)
    )
    far = world.registered(wards, case=world.filed(wards.ward, wards.clerk), next_on=world.in_days(70))
    gone = world.registered(wards, case=world.filed(wards.ward, wards.clerk))
    entries.end(gone.pk, by=wards.by, reason=EndReason.IMPROVED)
    world.late(wards, late)
    expected = {"": {late}, "late": {late}, "soon": {soon}, "all": {late, soon, far}, "ended": {gone}}
    for tab, found in expected.items():
        page = client.get(address, {"tab": tab}).content.decode()
        assert keys(page) == {entry.pk for entry in found}, tab
        assert world.CONCERN not in page
        assert world.MOTHER not in page
    narrowed = client.get(address, {"tab": "all", "category": "expectant"}).content.decode()
    assert keys(narrowed) == {soon.pk}
    number = far.consultation.receipt_no
    assert keys(client.get(address, {"tab": "all", "number": number}).content.decode()) == {far.pk}
    nobody = client.get(address, {"tab": "all", "category": "protection"}).content.decode()
    assert "この条件の相談はありません" in nobody
    assert browser(wards.stranger).get(address).status_code == 404
    assert browser(wards.elder).get(address).status_code == 404
    assert not keys(browser(wards.receiver).get(address, {"tab": "all"}).content.decode())


def keys(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r"/admin/centre/entries/(\d+)/", page)}


def test_the_file_and_the_paper_hold_the_rows_of_the_list(wards: Sections) -> None:
    entry = world.registered(wards)
    other = world.registered(wards, case=world.filed(wards.ward, wards.clerk), category="expectant")
    client, query = browser(wards.clerk), {"tab": "all", "category": "expectant"}
    text = client.get(reverse("centre:ledger_csv"), query).content.decode("utf-8-sig")
    assert other.consultation.receipt_no in text
    assert entry.consultation.receipt_no not in text
    assert "特定妊婦" in text
    assert ReadLogEntry.objects.filter(kind="progress_entry", verb="export", ids=[other.pk]).exists()
    paper = client.get(reverse("centre:ledger_print"), query).content.decode()
    assert other.consultation.receipt_no in paper
    assert entry.consultation.receipt_no not in paper
    for view in ("ledger_csv", "ledger_print"):
        assert browser(wards.stranger).get(reverse(f"centre:{view}")).status_code == 404


# --- the day's work, the case screen, 組織改正


def test_what_is_late_stands_in_the_days_work(wards: Sections, django_assert_num_queries: Any) -> None:
    entry = world.registered(wards)
    [work] = [one for one in my_work.groups_for(wards.by) if one.key == "centre.evaluations"]
    assert work.count == 0
    world.late(wards, entry)
    [work] = [one for one in my_work.groups_for(wards.by) if one.key == "centre.evaluations"]
    assert (work.count, work.items[0].label) == (1, wards.case.receipt_no)
    assert work.items[0].note == "3日過ぎています"
    from consultations.centre.work import groups

    with django_assert_num_queries(1):
        assert list(groups(wards.by))
    for other in (wards.foreigner, world.act_as(wards.elder)):
        with django_assert_num_queries(0):
            assert list(groups(other)) == []


def test_the_card_stands_on_the_case_screen(wards: Sections) -> None:
    client, address = browser(wards.clerk), reverse("staff:case", args=[wards.case.receipt_no])
    assert "進行管理台帳に載せる" in client.get(address).content.decode()
    entry = world.registered(wards)
    page = client.get(address).content.decode()
    assert reverse("centre:entry", args=[entry.pk]) in page
    assert reverse("centre:register", args=[wards.case.receipt_no]) not in page


def test_the_card_asks_nothing_more(wards: Sections, django_assert_max_num_queries: Any) -> None:
    """As many statements with an entry as without one, and as many as in a section that has no card."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = browser(wards.clerk), reverse("staff:case", args=[wards.case.receipt_no])
    client.get(address)
    with CaptureQueriesContext(connection) as without:
        client.get(address)
    world.registered(wards)
    client.get(address)
    with CaptureQueriesContext(connection) as with_entry:
        client.get(address)
    assert len(with_entry) <= len(without)
    assert not [one for one in with_entry if one["sql"].startswith('SELECT "centre_')]


def test_the_new_section_keeps_the_ledger(wards: Sections) -> None:
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    heir = make_office("新しいこども課", ward=wards.ward, routing_code="KODOMO")
    clerk = world.act_as(make_posting("AB", office=heir))
    assert take_over(wards.desk, heir) == 3  # the entry, its lead, and what it has asked for
    found = ProgressEntry.objects.visible_to(clerk).get()
    assert found.lead == heir
    transfer.refresh_from_db()
    assert transfer.from_office == heir
    assert not ProgressEntry.objects.visible_to(wards.by).exists()
    assert take_over(wards.desk, heir) == 0
