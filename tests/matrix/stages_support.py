"""Meetings, plans and tasks: convened by every role that may, with a member of every kind that may."""

import datetime as dt

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Office
from consultations.models import Consultation
from consultations.services import persons
from consultations.support.enums import MeetingKind
from consultations.support.models import DutyGround, Meeting, RoleTask, SupportPlan
from consultations.support.services import consents, meetings, plans, tasks
from tests.matrix import stages_consultation as cases
from tests.matrix.actors import HEADS, in_office
from tests.matrix.stages import Names, Stage, World, setting

# Who convenes: the office, and the person of the table who does it.
CONVENERS = {
    "wakaba-korei": "section",
    "wakaba-kenko": "specialist",
    "wakaba-kodomo": "abuse team",
    "wakaba-somu": "triage desk",
    "midori-kenko": "specialist elsewhere",
    "midori-kodomo": "abuse team elsewhere",
}
MEMBERS = ("wakaba-korei", "wakaba-kenko", "wakaba-kodomo", "wakaba-anshin-1", "korei-fukushi")


def _case(world: World, stage: Stage, code: str) -> Consultation:
    ward = code.split("-")[0]
    case = cases._file(world, stage, Actor(), ward)
    if not code.endswith("-somu"):
        giver = "triage desk" if ward == "wakaba" else "triage desk elsewhere"
        cases._assigned(world, case, giver, code)
    world.rows["consultation", f"of {stage.name}"] = (Consultation, case.pk)
    return case


def _planned(world: World, stage: Stage, code: str, kind: str = MeetingKind.STATUTORY) -> Meeting:
    by = world.by(CONVENERS[code])
    case = _case(world, stage, code)
    meeting = meetings.plan(
        case.pk,
        by=by,
        kind=kind,
        purpose=stage.canary,
        starts_at=timezone.now() + dt.timedelta(days=3),
        place="会議室",
    )
    duty = DutyGround.objects.get(code="public-servant")
    for office in dict.fromkeys((code, *MEMBERS)):
        meetings.add_member(
            meeting.pk,
            by=by,
            office=Office.objects.get(code=office),
            name="見本 構成員",
            job_title="担当",
            duty=duty,
            pledged_on=timezone.localdate(),
            pledge_method="written",
        )
    return meeting


def _fixed(world: World, stage: Stage, code: str, kind: str = MeetingKind.STATUTORY) -> Meeting:
    meeting, by = _planned(world, stage, code, kind), world.by(CONVENERS[code])
    party = persons.add(meeting.consultation_id, by=by, relation="母", name="見本 対象者")
    if kind == MeetingKind.MULTI_LAYER:
        consents.record_for_members(
            meeting.pk, by=by, party=party, method="oral", obtained_on=timezone.localdate()
        )
    meetings.add_subject(meeting.pk, by=by, party=party)
    return meetings.fix_members(meeting.pk, by=by)


def _held(world: World, stage: Stage, code: str, kind: str) -> Meeting:
    meeting = _fixed(world, stage, code, kind)
    everybody = list(meeting.members.order_by("pk").values_list("pk", flat=True))
    meetings.hold(meeting.pk, by=world.by(CONVENERS[code]), held_at=timezone.now(), attended=everybody)
    return Meeting.objects.get(pk=meeting.pk)


# --- meetings


def _meeting(name: str, code: str, *, is_fixed: bool = True) -> Stage:
    def make(world: World, stage: Stage) -> Meeting:
        made = (_fixed if is_fixed else _planned)(world, stage, code)
        world.keys[stage.name] = made.pk
        return Meeting.objects.get(pk=made.pk)

    own = in_office(code)
    stands: dict[str, Names] = {"convener": own, "head_of_convener": own & HEADS, "member": frozenset()}
    if is_fixed:
        stands["member"] = in_office(code, *MEMBERS)
    return Stage("support_meeting", name, make, stands)


MEETINGS = setting(
    *(_meeting(f"meeting of {code}", code) for code in CONVENERS),
    _meeting("meeting in preparation", "wakaba-korei", is_fixed=False),
    _meeting("meeting in preparation elsewhere", "midori-kenko", is_fixed=False),
)


# --- plans


def decided(world: World, stage: Stage, code: str) -> SupportPlan:
    """Signed, decided in a meeting on consent, with a task for every kind of helper."""
    meeting, by = _held(world, stage, code, MeetingKind.MULTI_LAYER), world.by(CONVENERS[code])
    plan = plans.start(meeting.consultation_id, by=by, goal=stage.canary, issues="見本の課題")
    party = meeting.subjects.select_related("party").get().party
    person = plans.add_person(plan.pk, by=by, party=party)
    today = timezone.localdate()
    plans.sign(plan.pk, person.pk, by=by, agreed_on=today, paper_place="書庫")
    for office in MEMBERS:
        tasks.plan_task(
            plan.pk, by=by, office=Office.objects.get(code=office), what=f"T{stage.canary}", due_on=today
        )
    return plans.decide(plan.pk, by=by, meeting=meeting, monitor_on=today + dt.timedelta(days=30))


def _plan(name: str, code: str, *, is_decided: bool = True) -> Stage:
    def make(world: World, stage: Stage) -> SupportPlan:
        if is_decided:
            plan = decided(world, stage, code)
        else:
            case = _case(world, stage, code)
            plan = plans.start(case.pk, by=world.by(CONVENERS[code]), goal=stage.canary, issues="見本の課題")
        world.keys[stage.name] = plan.pk
        return SupportPlan.objects.get(pk=plan.pk)

    helpers = in_office(*MEMBERS) if is_decided else frozenset()
    return Stage("support_plan", name, make, {"planner": in_office(code), "helper": helpers})


PLANS = setting(
    *(_plan(f"plan of {code}", code) for code in ("wakaba-korei", "wakaba-kenko", "wakaba-kodomo")),
    _plan("plan of another ward", "midori-kenko"),
    _plan("draft of a plan", "wakaba-korei", is_decided=False),
    _plan("draft of a plan elsewhere", "midori-kodomo", is_decided=False),
)


# --- tasks


def _task(name: str, plan: str, giver: str, office: str) -> Stage:
    def make(world: World, stage: Stage) -> RoleTask:
        row = RoleTask.objects.get(plan=world.keys[plan], office__code=office)
        row.what = stage.canary
        row.save()
        world.keys[stage.name] = row.pk
        return row

    stands = {"of_my_office": in_office(office), "given_by_my_office": in_office(giver)}
    return Stage("role_task", name, make, stands)


TASKS = setting(
    *(_task(f"task of {office}", "plan of another ward", "midori-kenko", office) for office in MEMBERS),
    *(
        _task(f"task given by {code}", f"plan of {code}", code, "wakaba-anshin-1")
        for code in ("wakaba-korei", "wakaba-kenko", "wakaba-kodomo")
    ),
)
