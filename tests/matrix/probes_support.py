"""Every door of meetings, plans and tasks, and of the persons of a case."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from consultations.models import Consultation
from consultations.support.enums import MeetingState
from consultations.support.models import Meeting, Minutes, RoleTask
from tests.matrix.probes import Asked, Path, Probe, collection, nothing
from tests.matrix.probes_consultation import in_work
from tests.matrix.probes_referral import day

WRITTEN = dt.datetime(2026, 5, 11, 3, 0, tzinfo=dt.UTC)


def one(name: str, *more: str) -> Path:
    return lambda asked: reverse(name, args=[asked.row.pk, *more])


def of_case(name: str) -> Path:
    return lambda asked: reverse(name, args=[asked.row.receipt_no])


def to_approve(asked: Asked) -> None:
    now = timezone.now()
    Meeting.objects.filter(pk=asked.row.pk).update(
        state=MeetingState.HELD, held_at=now, members_fixed_at=now, basis="根拠", duty="守秘"
    )
    Minutes.objects.get_or_create(
        meeting_id=asked.row.pk,
        defaults={
            "points": "要点", "decisions": "決定", "written_by": asked.row.created_by, "written_at": WRITTEN,
        },
    )  # fmt: skip


def to_do(asked: Asked) -> None:
    RoleTask.objects.filter(pk=asked.row.pk).update(done_at=None, done_by=None, result="")


def meeting(asked: Asked) -> dict[str, Any]:
    return {
        "kind": "s106_6_support", "purpose": "目的", "at": "14:30", "place": "会議室", **day("on"), **day("requested_on"),
    }  # fmt: skip


AGENDA = {"agenda-title": "議題"}
MEETINGS: dict[str, Probe] = {
    "support:meetings": Probe(collection("/admin/support/meetings/")),
    "support_partner:meetings": Probe(collection("/partner/support/meetings/")),
    "support:meeting": Probe(one("support:meeting")),
    "support_partner:meeting": Probe(one("support_partner:meeting")),
    "support:act": Probe(one("support:act", "agenda"), lambda asked: AGENDA),
    "support:approve": Probe(
        one("support:approve"),
        lambda asked: {"approve-seen": int(WRITTEN.timestamp()), "approve-sure": "on"},
        to_approve,
    ),
    "support:print": Probe(one("support:print"), lambda asked: {"sheet": "agenda"}),
    "support_partner:print": Probe(one("support_partner:print"), lambda asked: {"sheet": "agenda"}),
}
PLANS: dict[str, Probe] = {
    "support:plan": Probe(one("support:plan")),
    "support_partner:plan": Probe(one("support_partner:plan")),
    "support:plan_act": Probe(
        one("support:plan_act", "monitor"),
        lambda asked: {"monitor-text": "元気", **day_later("monitor-next_on")},
        only=(
            "plan of wakaba-korei",
            "plan of wakaba-kenko",
            "plan of wakaba-kodomo",
            "plan of another ward",
        ),
    ),
    "support:plan_print": Probe(one("support:plan_print"), nothing),
}
TASKS: dict[str, Probe] = {
    "support:tasks": Probe(collection("/admin/support/tasks/")),
    "support_partner:tasks": Probe(collection("/partner/support/tasks/")),
    "support:task": Probe(one("support:task")),
    "support_partner:task": Probe(one("support_partner:task")),
    "support:task_done": Probe(one("support:task_done"), lambda asked: {"result": "訪問した"}, to_do),
    "support_partner:task_done": Probe(
        one("support_partner:task_done"), lambda asked: {"result": "訪問した"}, to_do
    ),
}


def day_later(field: str) -> dict[str, str]:
    later = timezone.localdate() + dt.timedelta(days=40)
    parts = {"era": "", "year": later.year, "month": later.month, "day": later.day}
    return {f"{field}_{part}": str(value) for part, value in parts.items()}


def with_person(asked: Asked) -> None:
    in_work(asked)
    case = Consultation.objects.get(pk=asked.row.pk)
    case.parties.get_or_create(kind="subject", age_band="70代")


def person(name: str) -> Path:
    def found(asked: Asked) -> str:
        row = asked.row.parties.filter(kind="subject").order_by("-pk").first()
        return reverse(name, args=[asked.row.receipt_no, row.pk if row else 0])

    return found


CASES: dict[str, Probe] = {
    "support:new": Probe(of_case("support:new"), meeting, in_work),
    "support:plan_new": Probe(
        of_case("support:plan_new"), lambda asked: {"goal": "目標", "issues": "課題"}, in_work
    ),
    "staff:persons": Probe(of_case("staff:persons"), shows=False),
    "staff:person_new": Probe(of_case("staff:person_new"), lambda asked: {"relation": "妻"}, in_work),
    "staff:person_correct": Probe(
        person("staff:person_correct"), lambda asked: {"relation": "妻"}, with_person
    ),
    "staff:person_remove": Probe(person("staff:person_remove"), nothing, with_person),
}
