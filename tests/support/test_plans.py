"""支援プラン and 役割分担: signed, decided on consent, in each agency's queue, ended with a named lead (J6)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.casework import my_work
from consultations.services import closing, referrals
from consultations.support.enums import MeetingKind, PlanState
from consultations.support.models import Meeting, RoleTask, SupportPlan
from consultations.support.services import plans, tasks
from consultations.workflow.errors import Refused
from tests.support import household as world
from tests.support.household import Household

VISIT = "週に一度訪ねる検印役割"


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def written(house: Household) -> tuple[SupportPlan, Meeting]:
    """A meeting on consent was held; the plan has a task for the agency, nobody has signed."""
    meeting = world.held(house, MeetingKind.MULTI_LAYER, house.father)
    plan = plans.start(house.case.pk, by=house.by, goal="家族が安心して暮らす", issues="介護と孤立")
    plans.add_person(plan.pk, by=house.by, party=house.father)
    tasks.plan_task(plan.pk, by=house.by, office=house.agency, what=VISIT, due_on=in_days(14))
    return plan, meeting


def signed(house: Household) -> tuple[SupportPlan, Meeting]:
    plan, meeting = written(house)
    person = plan.people.get()
    plans.sign(plan.pk, person.pk, by=house.by, agreed_on=timezone.localdate(), paper_place="書庫A")
    return plan, meeting


def decided(house: Household) -> SupportPlan:
    plan, meeting = signed(house)
    return plans.decide(plan.pk, by=house.by, meeting=meeting, monitor_on=in_days(30))


def test_nobody_hears_of_a_draft(house: Household) -> None:
    plan, _ = written(house)
    assert not RoleTask.objects.visible_to(house.partner).exists()
    assert not SupportPlan.objects.visible_to(house.partner).exists()
    client = world.browser(house.worker)
    assert client.get(reverse("support_partner:plan", args=[plan.pk])).status_code == 404


def test_it_is_decided_when_everybody_has_signed(house: Household) -> None:
    plan, meeting = written(house)
    with pytest.raises(Refused, match="全員の署名"):
        plans.decide(plan.pk, by=house.by, meeting=meeting, monitor_on=in_days(30))
    person = plan.people.get()
    with pytest.raises(IntegrityError, match="plan_signature_has_place"), transaction.atomic():
        plan.people.update(agreed_on=timezone.localdate())
    plans.sign(plan.pk, person.pk, by=house.by, agreed_on=timezone.localdate(), paper_place="書庫A")
    plans.decide(plan.pk, by=house.by, meeting=meeting, monitor_on=in_days(30))
    assert world.fresh(plan).state == PlanState.DECIDED
    assert SupportPlan.objects.visible_to(house.partner).get() == plan
    assert not SupportPlan.objects.visible_to(house.foreigner).exists()


def test_it_is_decided_in_a_meeting_on_consent_alone(house: Household) -> None:
    plan, _ = signed(house)
    statutory = world.held(house, MeetingKind.STATUTORY, house.father)
    for meeting in (statutory, None):
        with pytest.raises(Refused, match="重層的支援会議"):
            plans.decide(plan.pk, by=house.by, meeting=meeting, monitor_on=in_days(30))


def test_an_agency_that_may_not_hear_has_no_task(house: Household) -> None:
    plan, meeting = signed(house)
    tasks.plan_task(plan.pk, by=house.by, office=house.second, what=VISIT, due_on=in_days(14))
    with pytest.raises(Refused, match="同意のない対象者"):
        plans.decide(plan.pk, by=house.by, meeting=meeting, monitor_on=in_days(30))


def test_a_withdrawn_consent_ends_the_tasks(house: Household) -> None:
    plan = decided(house)
    grant = house.case.consents.get(person=house.father, to_office=house.agency)
    referrals.withdraw_consent(grant.pk, by=house.by)
    assert not RoleTask.objects.visible_to(house.partner).exists()
    assert not SupportPlan.objects.visible_to(house.partner).exists()
    assert SupportPlan.objects.visible_to(house.by).get() == plan


def test_it_ends_with_a_named_lead(house: Household) -> None:
    plan = decided(house)
    with pytest.raises(IntegrityError, match="plan_closed_with_lead"), transaction.atomic():
        SupportPlan.objects.filter(pk=plan.pk).update(state=PlanState.CLOSED, closed_at=timezone.now())
    plans.close(plan.pk, by=house.by, lead_office=house.agency, lead_name="見本 主担当", note="落ち着いた")
    plan = world.fresh(plan)
    assert plan.lead_office == house.agency
    assert not RoleTask.objects.visible_to(house.partner).exists()


def test_its_day_comes_into_the_work_of_the_day(house: Household) -> None:
    plan = decided(house)
    keys = {group.key for group in my_work.groups_for(house.by)}
    assert "support.monitor" not in keys
    SupportPlan.objects.filter(pk=plan.pk).update(monitor_on=timezone.localdate())
    [group] = [group for group in my_work.groups_for(house.by) if group.key == "support.monitor"]
    assert group.items[0].label == house.case.receipt_no
    plans.monitor(plan.pk, by=house.by, next_on=in_days(60), text="元気だった")
    assert "support.monitor" not in {group.key for group in my_work.groups_for(house.by)}


def test_a_role_lies_in_the_agencys_queue(house: Household) -> None:
    meeting = world.held(house, MeetingKind.STATUTORY, house.son)
    with pytest.raises(Refused, match="構成員の課・機関"):
        tasks.give(meeting.pk, by=house.by, office=house.second, what=VISIT, due_on=in_days(7))
    task = tasks.give(meeting.pk, by=house.by, office=house.agency, what=VISIT, due_on=in_days(7))
    client = world.browser(house.worker)
    listed = client.get(reverse("support_partner:tasks"))
    assert house.case.receipt_no in listed.content.decode()
    address = reverse("support_partner:task", args=[task.pk])
    assert VISIT in client.get(address).content.decode()
    refused = client.post(reverse("support_partner:task_done", args=[task.pk]), {"result": ""})
    assert refused.status_code == 422
    assert "したこと・結果を入力してください" in refused.content.decode()
    client.post(reverse("support_partner:task_done", args=[task.pk]), {"result": "訪ねて話した"})
    assert world.fresh(task).done_by == house.worker
    stranger = world.browser(house.stranger)
    assert stranger.get(address).status_code == 404
    assert (
        stranger.post(reverse("support_partner:task_done", args=[task.pk]), {"result": "x"}).status_code
        == 404
    )


def test_a_late_role_is_called_late(house: Household) -> None:
    meeting = world.held(house)
    task = tasks.give(meeting.pk, by=house.by, office=house.agency, what=VISIT, due_on=in_days(0))
    RoleTask.objects.filter(pk=task.pk).update(due_on=in_days(-1))
    [group] = [one for one in my_work.groups_for(house.partner) if one.key == "support.tasks"]
    assert group.count == 1
    assert "過ぎています" in group.items[0].note
    page = world.browser(house.worker).get(reverse("support_partner:tasks") + "?tab=late")
    assert "期限を過ぎています" in page.content.decode()


# --- 課題①: closing


def test_several_fields_are_not_closed_alone_without_a_word(house: Household) -> None:
    world.several_fields(house)
    with pytest.raises(Refused, match="分野が二つ以上") as refused:
        closing.close(house.case.pk, by=house.by, outcome="advised")
    assert refused.value.field == "single_reason"
    case = closing.close(
        house.case.pk, by=house.by, outcome="advised", single_reason="すでに別の機関が世帯を支えている"
    )
    assert case.single_reason == "すでに別の機関が世帯を支えている"
    assert case.joint_decision == ""


def test_the_database_refuses_it_too(house: Household) -> None:
    world.several_fields(house)
    rows = type(house.case).objects.filter(pk=house.case.pk)
    ended = {"state": "closed", "closed_at": timezone.now(), "outcome": "advised"}
    with pytest.raises(IntegrityError, match="joint decision"), transaction.atomic():
        rows.update(**ended)
    assert rows.update(**ended, joint_decision="plan") == 1


def test_a_decision_of_several_agencies_is_enough(house: Household) -> None:
    world.several_fields(house)
    world.held(house)
    with pytest.raises(Refused, match="分野が二つ以上"):
        closing.close(house.case.pk, by=house.by, outcome="advised")
    world.minuted(house)
    case = closing.close(house.case.pk, by=house.by, outcome="continuing")
    assert case.joint_decision == "meeting"
    closing.reopen(case.pk, by=house.by, reason="続きがある")
    assert world.fresh(case).joint_decision == ""


def test_a_decided_plan_is_enough(house: Household) -> None:
    world.several_fields(house)
    decided(house)
    case = closing.close(house.case.pk, by=house.by, outcome="continuing")
    assert case.joint_decision == "plan"


def test_the_reason_stands_beside_its_field_and_keeps_what_was_typed(house: Household) -> None:
    world.several_fields(house)
    client = world.browser(house.clerk)
    number = house.case.receipt_no
    last = house.case.matter.timeline.order_by("-id").values_list("pk", flat=True)[0]
    data = {"seen": last, "sure": "1", "close-outcome": "advised", "close-outcome_note": "電話で話した検印"}
    answer = client.post(reverse("staff:act", args=[number, "close"]), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "この課だけの対応で足りる理由を入力してください" in page
    assert "電話で話した検印" in page
    data["close-single_reason"] = "家族の中で解決した検印"
    assert client.post(reverse("staff:act", args=[number, "close"]), data).status_code == 302
    assert "家族の中で解決した検印" in client.get(reverse("staff:case", args=[number])).content.decode()


def test_one_field_is_closed_as_ever(house: Household) -> None:
    case = closing.close(house.case.pk, by=house.by, outcome="advised")
    assert case.single_reason == ""
    assert case.joint_decision == ""
