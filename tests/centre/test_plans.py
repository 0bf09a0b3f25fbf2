"""サポートプラン: written with the person, handed over on a day, on paper behind the disclosure gate."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.disclosure import gate
from chiba_ward.disclosure import services as disclosure
from chiba_ward.documents import registry
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from consultations.centre import documents as prints
from consultations.centre.enums import EndReason, PlanState
from consultations.centre.models import ChildSupportPlan
from consultations.centre.services import entries, plans
from consultations.models import Party
from consultations.protection.services import confirming
from consultations.services import persons
from consultations.workflow.errors import Refused
from tests.centre import sections as world
from tests.centre.sections import Sections, browser
from tests.protection.support import inside


@pytest.fixture
def plan(wards: Sections) -> ChildSupportPlan:
    return world.drafted(wards, world.registered(wards))


def fresh(plan: ChildSupportPlan) -> ChildSupportPlan:
    return ChildSupportPlan.objects.get(pk=plan.pk)


def test_drafted_handed_ended(wards: Sections, plan: ChildSupportPlan) -> None:
    assert (plan.state, plan.sequence) == (PlanState.DRAFTED, 1)
    plans.change(plan.pk, by=wards.by, **world.words(wards, wish="書き直した検印"))
    assert fresh(plan).wish == "書き直した検印"
    plans.hand(plan.pk, by=wards.by, handed_on=world.in_days(0))
    assert (fresh(plan).state, fresh(plan).handed_by) == (PlanState.HANDED, wards.clerk)
    with pytest.raises(Refused, match="書き直せません"):
        plans.change(plan.pk, by=wards.by, **world.words(wards))
    with pytest.raises(Refused, match="状態が変わっています"):
        plans.hand(plan.pk, by=wards.by, handed_on=world.in_days(0))
    plans.end(plan.pk, by=wards.by, note="目標がかなった")
    assert fresh(plan).state == PlanState.ENDED
    assert world.drafted(wards, plan.entry).sequence == 2
    kinds = list(wards.case.matter.timeline.filter(kind__startswith="centre.plan").order_by("pk"))
    assert [one.kind for one in kinds][:3] == [
        "centre.plan_started",
        "centre.plan_handed",
        "centre.plan_ended",
    ]
    assert {one.audience for one in kinds} == {"house"}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("ends_on", {"ends_on": -1}), ("evaluate_on", {"evaluate_on": -1})],
)
def test_days_in_the_wrong_order_are_refused(wards: Sections, field: str, wrong: dict[str, int]) -> None:
    entry = world.registered(wards)
    days = {name: world.in_days(days) for name, days in wrong.items()}
    with pytest.raises(Refused, match="より後") as refused:
        plans.start(entry.pk, by=wards.by, **world.words(wards, **days))
    assert refused.value.field == field


def test_made_with_somebody_of_this_case(wards: Sections) -> None:
    entry = world.registered(wards)
    other = world.filed(wards.ward, wards.clerk).parties.get(kind="consulter")
    with pytest.raises(Refused, match="この相談の人の中から") as refused:
        plans.start(entry.pk, by=wards.by, **world.words(wards, made_with=other))
    assert refused.value.field == "made_with"


def test_not_handed_over_tomorrow(wards: Sections, plan: ChildSupportPlan) -> None:
    with pytest.raises(Refused, match="今日までの日"):
        plans.hand(plan.pk, by=wards.by, handed_on=world.in_days(1))


def test_no_plan_for_an_entry_that_has_ended(wards: Sections) -> None:
    entry = world.registered(wards)
    entries.end(entry.pk, by=wards.by, reason=EndReason.AGE)
    with pytest.raises(Refused, match="台帳から外した"):
        world.drafted(wards, entry)


def test_nobody_else_sees_or_writes_it(wards: Sections, plan: ChildSupportPlan) -> None:
    for other in (wards.there, wards.foreigner, world.act_as(wards.elder)):
        assert not ChildSupportPlan.objects.visible_to(other).exists()
        with pytest.raises(ChildSupportPlan.DoesNotExist):
            plans.end(plan.pk, by=other, note="x")
    client = browser(wards.stranger)
    assert client.get(reverse("centre:plan", args=[plan.pk])).status_code == 404
    assert client.post(reverse("centre:plan_print", args=[plan.pk])).status_code == 404
    assert client.get(reverse("centre:plan_new", args=[plan.entry_id])).status_code == 404


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("child_plan_ends_after_start", {"ends_on": world.in_days(-9)}),
        ("child_plan_evaluated_after_start", {"evaluate_on": world.in_days(-9)}),
        ("child_plan_handed_on_a_day", {"state": "handed"}),
        ("child_plan_handed_on_a_day", {"handed_on": world.in_days(0)}),
        ("child_plan_ended_with_note", {"state": "ended", "ended_at": timezone.now()}),
        ("child_plan_ended_with_note", {"ended_at": timezone.now()}),
    ],
)
def test_the_database_refuses_half_a_plan(
    wards: Sections, plan: ChildSupportPlan, name: str, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ChildSupportPlan.objects.filter(pk=plan.pk).update(**fields)


def test_a_form_that_is_refused_keeps_what_was_typed(wards: Sections) -> None:
    entry, client = world.registered(wards), browser(wards.clerk)
    address = reverse("centre:plan_new", args=[entry.pk])
    assert "サポートプランを作る" in client.get(address).content.decode()
    data = {"made_with": wards.mother.pk, "wish": world.WISH, "issues": "住まい", "support": "訪ねる"}
    data |= world.day("starts_on", world.in_days(0)) | world.day("evaluate_on", world.in_days(30))
    wrong = client.post(address, data | world.day("ends_on", world.in_days(-3)))
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "期間のおわりは、期間のはじめより後にしてください。" in page
    assert world.WISH in page
    done = client.post(address, data | world.day("ends_on", world.in_days(90)))
    plan = ChildSupportPlan.objects.get()
    assert done.headers["Location"] == reverse("centre:plan", args=[plan.pk])
    page = client.get(done.headers["Location"]).content.decode()
    assert world.WISH in page
    handed = client.post(
        reverse("centre:plan_act", args=[plan.pk, "hand"]), world.day("hand-handed_on", world.in_days(0))
    )
    assert handed.status_code == 302
    late = client.post(reverse("centre:plan_act", args=[plan.pk, "change"]), {})
    assert late.status_code == 409


# --- paper and the gate


def printed(wards: Sections, plan: ChildSupportPlan) -> Document:
    browser(wards.clerk).post(reverse("centre:plan_print", args=[plan.pk]))
    document = Document.objects.latest("created_at")
    documents.make(document.pk)
    return Document.objects.get(pk=document.pk)


def text_of(plan: ChildSupportPlan) -> str:
    from django.template.loader import render_to_string

    return render_to_string("centre/documents/plan.html", prints.paper_context(prints.ROWS.get(pk=plan.pk)))


def test_the_paper_is_made_and_read_by_the_section_alone(wards: Sections, plan: ChildSupportPlan) -> None:
    document = printed(wards, plan)
    assert document.state == "done"
    assert registry.may_see(document, wards.by)
    for other in (wards.there, wards.foreigner, world.act_as(wards.elder)):
        assert not registry.may_see(document, other)
    text = text_of(plan)
    for word in (world.WISH, world.MOTHER, "若葉区 こども家庭課", "こども家庭センター（児童福祉法10条の2）"):
        assert word in text


def test_of_a_person_who_must_not_be_found_no_name_and_no_section(
    wards: Sections, plan: ChildSupportPlan
) -> None:
    """The section tells the ward. What was printed before closes; the screen says why, without a name."""
    before = printed(wards, plan)
    disclosure.hold_for(wards.case.matter, by=wards.by, note="職員の判断")
    text = text_of(plan)
    assert world.MOTHER not in text
    assert "若葉区" not in text
    assert text.count(gate.HIDDEN) == 2
    assert world.WISH in text
    assert not registry.may_see(before, wards.by)
    assert registry.may_see(printed(wards, plan), wards.by)
    page = browser(wards.clerk).get(reverse("centre:plan", args=[plan.pk])).content.decode()
    assert gate.ADVICE in page


def test_a_notifier_who_is_set_apart_does_not_stay_in_the_plan(wards: Sections) -> None:
    """A neighbour had told; then a human confirms abuse: with whom the plan was made is empty, the plan stays."""
    wards.case = world.filed(wards.ward, wards.clerk, consultant_kind="neighbour")
    plan = world.drafted(wards, world.registered(wards))
    confirming.confirm(wards.case.pk, by=wards.by, kinds=["abuse_child"])
    with inside():
        kept = ChildSupportPlan.objects.get(pk=plan.pk)
        assert kept.made_with is None
        assert kept.wish == world.WISH
        assert not Party.objects.filter(consultation=wards.case, kind="consulter").exists()
    assert not ChildSupportPlan.objects.exists()


def test_with_whom_a_plan_was_made_is_not_removed(wards: Sections) -> None:
    child = persons.add(wards.case.pk, by=wards.by, relation="長女", name="見本 長女")
    plan = plans.start(world.registered(wards).pk, by=wards.by, **world.words(wards, made_with=child))
    with pytest.raises(Refused, match="消せません"):
        persons.remove(wards.case.pk, child.pk, by=wards.by)
    assert fresh(plan).made_with == child
