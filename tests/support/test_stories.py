"""S3, S8, S10 and S12 of DOMAIN §10 from filing to their right end, and what must not happen on the way."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.correspondence.models import Delivery, Notice
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.outbox import services as outbox
from consultations import choices, routing
from consultations import initial as topic_rows
from consultations.models import Consultation, Field
from consultations.services import closing, conversation, filing, persons, triage
from consultations.support.enums import MeetingKind
from consultations.support.models import Meeting, SupportPlan
from consultations.support.services import meetings, minutes, plans, tasks
from consultations.workflow.errors import Refused
from tests.factories import make_office, make_posting
from tests.support import household as world
from tests.support.household import Household


def soon(days: int = 30) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def fields(case: Consultation, by: Actor, *codes: str) -> None:
    rows = [Field.objects.get_or_create(code=code, defaults={"name": f"分野{code}"})[0] for code in codes]
    triage.set_fields(case.pk, by=by, fields=rows, flags=[], applies_intent="")


def test_s3_the_son_who_was_not_asked(house: Household) -> None:
    """Several fields: a helper is suggested, the owner stays. Without the son's consent the statutory meeting goes on,
    the one on consent does not; it ends with a named lead and a decision of several agencies."""
    make_office("福祉まるごとサポートセンター", kind=OfficeKind.AGENCY, routing_code="MARUGOTO")
    fields(house.case, house.by, "hikikomori", "elder")
    house.case.refresh_from_db()
    helpers = [one for one in routing.suggestions(house.case, 2) if "いっしょに考える相手" in one.reason]
    assert [one.is_house for one in helpers] == [False]
    assert house.case.owner_office == house.desk

    on_consent = world.planned(house, MeetingKind.MULTI_LAYER)
    world.invite(house, on_consent, house.desk, house.agency)
    world.consent(house, on_consent, house.father)
    meetings.add_subject(on_consent.pk, by=house.by, party=house.father)
    with pytest.raises(Refused, match="同意のいらない支援会議"):
        meetings.add_subject(on_consent.pk, by=house.by, party=house.son)

    statutory = world.minuted(house, MeetingKind.STATUTORY, house.father, house.son)
    task = tasks.give(statutory.pk, by=house.by, office=house.agency, what="夜に電話する", due_on=soon(7))
    tasks.done(task.pk, by=house.partner, result="話せた")
    meetings.set_review(
        statutory.pk, by=house.by, review_on=soon(), lead_office=house.agency, lead_name="見本 主担当"
    )
    case = closing.close(house.case.pk, by=house.by, outcome="continuing")
    assert case.joint_decision == "meeting"
    assert world.fresh(statutory).lead_name == "見本 主担当"


def test_s8_the_ventilator(house: Household) -> None:
    """A plan for the child, on the consent of the mother for the child; nothing is entered twice."""
    filed = filing.file(
        filing.Filing(
            chief_concern="停電したとき、子どもの人工呼吸器が心配",
            body="バッテリーは4時間しかもちません。",
            consultant_kind="family",
            relation="母",
            ward=house.desk.ward,
            consulter=filing.Person(name="見本 母検印"),
            subject=filing.Person(relation="子", name="見本 子検印", age_band="10歳未満"),
            contact={"preferred": "portal"},
        ),
        by=Actor(),
    )
    case = filed.consultation
    triage.take(case.pk, by=house.by)
    fields(case, house.by, "disaster", "disability")
    house.case, child = Consultation.objects.get(pk=case.pk), case.parties.get(kind="subject")
    meeting = world.held(house, MeetingKind.MULTI_LAYER, child)
    plan = plans.start(case.pk, by=house.by, goal="停電でも呼吸器が止まらない", issues="電源と避難先")
    person = plans.add_person(plan.pk, by=house.by, party=child)
    tasks.plan_task(plan.pk, by=house.by, office=house.agency, what="個別避難計画を作る", due_on=soon(14))
    plans.sign(plan.pk, person.pk, by=house.by, agreed_on=timezone.localdate(), paper_place="書庫B")
    plans.decide(plan.pk, by=house.by, meeting=meeting, monitor_on=soon(60))
    page = world.browser(house.worker).get(reverse("support_partner:plan", args=[plan.pk])).content.decode()
    assert "見本 子検印" in page
    assert "見本 母検印" not in page
    plans.close(plan.pk, by=house.by, lead_office=house.agency, lead_name="見本 主担当", note="計画ができた")
    assert closing.close(case.pk, by=house.by, outcome="continuing").joint_decision == "plan"
    assert SupportPlan.objects.get(pk=plan.pk).lead_office == house.agency


def test_s12_no_end_before_the_intention_to_apply_is_known(house: Household) -> None:
    """A man of 68 at the counter: U1 without a room, helped by the section of 生活保護; his son hears nothing."""
    topic_rows.load()
    choices.forget()
    poverty = Field.objects.get(code="poverty")
    filed = filing.file(
        filing.Filing(
            chief_concern="年金だけで家賃が払えず、サラ金が3社ある",
            body="正直もう死んでしまいたいと思うことがあります。生活保護は息子に知られるのが怖くて申請していません。",
            ward=house.desk.ward,
            channel="counter",
            consulter=filing.Person(name="見本 六十八検印", age_band="60代"),
            contact={"preferred": "portal", "no_home_contact": True, "forbidden": "息子に知られたくない"},
        ),
        by=house.by,
    )
    case = filed.consultation
    assert (case.risk_rank, case.suspected, case.matter.compartment_id) == (1, [], None)
    assert min(hit["urgency"] for hit in case.hits) == "U1"
    son = persons.add(case.pk, by=house.by, relation="長男", name="見本 息子検印", phone="0430001212")
    triage.set_urgency(case.pk, by=house.by, level="U1")
    triage.take(case.pk, by=house.by)
    mail.outbox.clear()
    with pytest.raises(Refused, match="申請の意思") as refused:
        triage.set_fields(case.pk, by=house.by, fields=[poverty], flags=[], applies_intent="")
    assert refused.value.field == "applies_intent"
    case.fields.set([poverty])  # as an import or another hand might
    with pytest.raises(Refused, match="申請の意思"):
        closing.close(case.pk, by=house.by, outcome="advised")
    rows, ended = Consultation.objects.filter(pk=case.pk), {"state": "closed", "closed_at": timezone.now()}
    with pytest.raises(IntegrityError, match="intention to apply"), transaction.atomic():
        rows.update(**ended, outcome="connected")

    triage.set_fields(case.pk, by=house.by, fields=[poverty], flags=[], applies_intent="yes")
    with pytest.raises(Refused, match="申請"):
        closing.close(case.pk, by=house.by, outcome="advised")
    conversation.reply(case.pk, by=house.by, body="申請書をお渡しします。")
    look = case.matter.deadlines.running().get(kind="consultation.next_look")
    assert (look.rule.urgency, look.rule.amount, look.rule.unit) == ("U1", 1, "opening_days")
    relief = world.act_as(house.other)
    triage.assign(case.pk, by=house.by, office=house.other.post.office)
    triage.take(case.pk, by=relief)
    done = closing.close(case.pk, by=relief, outcome="connected", note="申請を受け付けた")
    assert (done.state, done.applies_intent) == ("closed", "yes")

    outbox.run_pending_now()
    told = Delivery.objects.filter(notice__matter=case.matter, notice__recipient_kind="citizen")
    assert set(told.values_list("medium", flat=True)) == {"portal"}
    assert not any(son.name in one.body or "検印" in one.body for one in mail.outbox)


@pytest.fixture
def young(house: Household) -> Any:
    """S10: a girl of sixteen writes by herself; her mother must not hear of it."""
    filed = filing.file(
        filing.Filing(
            chief_concern="家のことを聞いてほしい",
            body="弟のごはんとおばあちゃんの世話を私がしています。",
            ward=house.desk.ward,
            consulter=filing.Person(name="見本 十六検印", age_band="10代"),
            contact={"preferred": "portal", "no_home_contact": True, "forbidden": "母に知られたくない"},
        ),
        by=Actor(),
    )
    return filed.consultation


def test_s10_the_parent_is_never_told(house: Household, young: Consultation) -> None:
    family = make_office("こども家庭課", ward=house.desk.ward)
    worker = world.act_as(make_posting(Role.ABUSE_TEAM, office=family))
    boss = world.act_as(make_posting(Role.ABUSE_TEAM, office=family, is_head=True))
    triage.assign(young.pk, by=house.by, office=family)
    triage.take(young.pk, by=worker)
    fields(young, worker, "young_carer", "elder")
    mother = persons.add(young.pk, by=worker, relation="母", name="見本 母検印")
    grandmother = persons.add(young.pk, by=worker, relation="祖母", name="見本 祖母検印")
    girl = young.parties.get(kind="consulter")
    mail.outbox.clear()

    meeting = meetings.plan(
        young.pk,
        by=worker,
        kind=MeetingKind.CHILD_COUNCIL,
        purpose="学校と家のことを一緒に考える",
        starts_at=timezone.now(),
        place="学校",
    )
    members = {
        "by": worker,
        "job_title": "担当",
        "pledged_on": timezone.localdate(),
        "pledge_method": "written",
    }
    duty = world.DutyGround.objects.get(code="child-council")
    for office in (family, house.agency):
        meetings.add_member(meeting.pk, office=office, name="見本 出席", duty=duty, **members)
    for party in (girl, grandmother):
        meetings.add_subject(meeting.pk, by=worker, party=party)
    meetings.fix_members(meeting.pk, by=worker)
    everybody = list(meeting.members.values_list("pk", flat=True))
    meetings.hold(meeting.pk, by=worker, held_at=timezone.now(), attended=everybody)
    tasks.give(meeting.pk, by=worker, office=house.agency, what="祖母の介護を引き受ける", due_on=soon(7))
    written = minutes.write(meeting.pk, by=worker, points=world.POINTS, decisions=world.DECISIONS)
    minutes.approve(meeting.pk, by=boss, seen=int(written.written_at.timestamp()))
    conversation.reply(young.pk, by=worker, body="話してくれてありがとう。")
    closing.close(young.pk, by=worker, outcome="continuing")
    outbox.run_pending_now()

    assert Consultation.objects.get(pk=young.pk).joint_decision == "meeting"
    told = Delivery.objects.filter(notice__matter=young.matter, notice__recipient_kind="citizen")
    assert set(told.values_list("medium", flat=True)) == {"portal"}
    assert {address for one in mail.outbox for address in one.to} <= {"marugoto@example.test"}
    assert not any(word in one.body for one in mail.outbox for word in ("検印", "母", "学校"))
    assert not Notice.objects.filter(matter=young.matter, template_key__startswith="support").exists()
    page = (
        world.browser(house.worker)
        .get(reverse("support_partner:meeting", args=[meeting.pk]))
        .content.decode()
    )
    assert "見本 祖母検印" in page
    assert mother.name not in page
    assert not Meeting.objects.visible_to(house.by).exists()


def test_s10_her_own_page_says_nothing_of_meetings(house: Household, young: Consultation) -> None:
    house.case = young
    triage.take(young.pk, by=house.by)
    girl = young.parties.get(kind="consulter")
    world.minuted(house, MeetingKind.STATUTORY, girl)
    lines = young.matter.timeline.filter(audience="citizen")
    assert not lines.filter(kind__startswith="support.").exists()
