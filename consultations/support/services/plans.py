"""支援プラン: written, signed by each person, decided in a 重層的支援会議, watched, ended with a named lead."""

import datetime as dt

from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import timeline
from chiba_ward.directory.models import Office
from consultations.enums import ExcerptItem, PartyKind
from consultations.models import ConsentGrant, Party
from consultations.services.base import locked_case
from consultations.support.enums import MeetingKind
from consultations.support.models import Meeting, PlanPerson, RoleTask, SupportPlan
from consultations.support.policy import may_convene
from consultations.support.services import tasks
from consultations.support.services.locking import in_words, locked_plan
from consultations.workflow.errors import Refused


def start(case_pk: int, *, by: Actor, goal: str, issues: str) -> SupportPlan:
    with locked_case(case_pk, by=by, right="consultation.convene") as case:
        if not may_convene(by, case):
            raise Refused("終わった相談では、支援プランを作れません。先に再開してください。")
        last = case.support_plans.aggregate(last=Max("sequence"))["last"] or 0
        plan: SupportPlan = SupportPlan.objects.create(
            consultation=case,
            sequence=last + 1,
            office=by.seat.post.office,
            goal=goal,
            issues=issues,
            created_by=by.seat,
        )
        _tell(plan, "support.plan_started", by)
    return plan


def change(pk: int, *, by: Actor, goal: str, issues: str) -> SupportPlan:
    with locked_plan(pk, by=by) as plan:
        if plan.state != "draft":
            raise Refused("決定したプランは書き直せません。新しいプランを作ってください。")
        plan.goal, plan.issues = goal, issues
    return plan


def add_person(pk: int, *, by: Actor, party: Party) -> PlanPerson:
    with locked_plan(pk, by=by) as plan:
        if plan.state != "draft":
            raise Refused("決定したプランの対象者は変えられません。")
        if party.consultation_id != plan.consultation_id or party.kind == PartyKind.PROXY:
            raise Refused("対象者を、この相談の人の中から選んでください。", "party")
        with in_words():
            return PlanPerson.objects.create(plan=plan, party=party)


def sign(pk: int, person: int, *, by: Actor, agreed_on: dt.date, paper_place: str) -> PlanPerson:
    """署名: on which day, and where the paper lies."""
    with locked_plan(pk, by=by) as plan:
        if agreed_on > timezone.localdate():
            raise Refused("署名の日は、今日までの日にしてください。", "agreed_on")
        row: PlanPerson = plan.people.get(pk=person)
        row.agreed_on, row.paper_place = agreed_on, paper_place
        row.save()
    return row


def decide(pk: int, *, by: Actor, meeting: Meeting | None, monitor_on: dt.date) -> SupportPlan:
    """決定. Everybody in it has signed, every office with a task may hear of each of them, the next look has a date."""
    with locked_plan(pk, by=by) as plan:
        _refuse_other_meetings(plan, meeting)
        if monitor_on <= timezone.localdate():
            raise Refused("次に確かめる日は、あすからあとの日にしてください。", "monitor_on")
        people = list(plan.people.all())
        if not people or any(one.agreed_on is None for one in people):
            raise Refused("対象者の全員の署名を記録してから、決定してください。", "meeting")
        open_tasks = list(
            plan.tasks.filter(cancelled_at__isnull=True).select_related("office", "consultation__matter")
        )
        if not open_tasks:
            raise Refused("役割分担を一つ以上書いてから、決定してください。", "meeting")
        refuse_offices_without_consent(plan)
        assert meeting is not None
        plan.decide(meeting=meeting, monitor_on=monitor_on, at=timezone.now())
        tasks.hand_out(open_tasks, by)
        _tell(plan, "support.plan_decided", by)
    return plan


def monitor(pk: int, *, by: Actor, next_on: dt.date, text: str) -> SupportPlan:
    """確かめた: what was seen stays a note of the house, and the next look has a date."""
    with locked_plan(pk, by=by) as plan:
        if next_on <= timezone.localdate():
            raise Refused("次に確かめる日は、あすからあとの日にしてください。", "next_on")
        plan.monitor(next_on=next_on)
        _tell(plan, "support.plan_monitored", by, text=text)
    return plan


def close(pk: int, *, by: Actor, lead_office: Office, lead_name: str, note: str) -> SupportPlan:
    """終了: whoever goes on is named; tasks that are open end with the plan."""
    with locked_plan(pk, by=by) as plan:
        plan.close(lead=lead_office, lead_name=lead_name, note=note, at=timezone.now())
        open_tasks = RoleTask.objects.filter(plan=plan, done_at__isnull=True, cancelled_at__isnull=True)
        open_tasks.update(cancelled_at=timezone.now())
        _tell(plan, "support.plan_closed", by)
    return plan


def refuse_offices_without_consent(plan: SupportPlan) -> None:
    """Each office with a task may hear of each person of the plan, or has no task in it."""
    offices = set(
        plan.tasks.filter(cancelled_at__isnull=True)
        .exclude(office=plan.office_id)
        .values_list("office", flat=True)
    )
    given = ConsentGrant.objects.in_force().filter(
        items__contains=[ExcerptItem.SUBJECT], to_office__in=offices
    )
    known = set(given.order_by().values_list("person", "to_office"))
    lacking = {
        office for office in offices for one in plan.people.all() if (one.party_id, office) not in known
    }
    if lacking:
        today = timezone.localdate()
        names = "、".join(
            one.name_on(today) for one in Office.objects.filter(pk__in=lacking).order_by("code")
        )
        raise Refused(
            f"{names}に話してよいという同意のない対象者がいます。役割を外すか、同意を記録してください。",
            "office",
        )


def _refuse_other_meetings(plan: SupportPlan, meeting: Meeting | None) -> None:
    fits = (
        meeting is not None
        and meeting.consultation_id == plan.consultation_id
        and meeting.kind == MeetingKind.MULTI_LAYER
        and meeting.held_at is not None
    )
    if not fits:
        raise Refused("プランは、この相談の重層的支援会議（開催済み）で決定します。", "meeting")


def _tell(plan: SupportPlan, line: str, by: Actor, *, text: str = "") -> None:
    timeline.record(plan.consultation.matter, line, by, text=text, sequence=plan.sequence)
