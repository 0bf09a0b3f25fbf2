"""The cards 「会議」 and 「支援プラン」 of the case screen: what this actor may see of them, and where a new one begins."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse

from chiba_ward.access.actor import Actor
from consultations.joint import Card, Line
from consultations.support.enums import MEETING_TONES, PLAN_TONES, MeetingKind, MeetingState, PlanState
from consultations.support.models import Meeting, SupportPlan
from consultations.support.policy import may_convene

Row = dict[str, Any]


def columns(actor: Actor) -> dict[str, Any]:
    """Both lists ride along with the question for the case: its screen has a budget of them."""
    of_case = {"consultation": OuterRef("pk")}
    meetings = Meeting.objects.visible_to(actor).filter(**of_case).order_by("sequence")
    plans = SupportPlan.objects.visible_to(actor).filter(**of_case).order_by("sequence")
    row = {"pk": "pk", "sequence": "sequence", "state": "state"}
    return {
        "meeting_rows": ArraySubquery(meetings.values(row=JSONObject(**row, kind="kind"))),
        "plan_rows": ArraySubquery(plans.values(row=JSONObject(**row))),
    }


def of_case(case: Any, actor: Actor) -> Iterator[Card]:
    """Of a case that came with `columns`."""
    may = may_convene(actor, case)
    meetings = tuple(
        map(_meeting, case.meeting_rows or ())
    )  # NULL for whoever can see none whatever the case
    plans = tuple(map(_plan, case.plan_rows or ()))
    if meetings or may:
        action = (reverse("support:new", args=[case.receipt_no]), "会議を準備する") if may else ("", "")
        yield Card(
            "meetings", "会議", meetings, action, "まだありません。ほかの課・機関と話し合うときに準備します。"
        )
    if plans or may:
        action = (
            (reverse("support:plan_new", args=[case.receipt_no]), "支援プランを作る") if may else ("", "")
        )
        yield Card(
            "plans", "支援プラン", plans, action, "まだありません。重層的支援会議で決めるプランを作ります。"
        )


def _meeting(row: Row) -> Line:
    state = MeetingState(row["state"])
    label = f"{MeetingKind(row['kind']).label}（{row['sequence']}回目）"
    return Line(label, reverse("support:meeting", args=[row["pk"]]), str(state.label), MEETING_TONES[state])


def _plan(row: Row) -> Line:
    state = PlanState(row["state"])
    address = reverse("support:plan", args=[row["pk"]])
    return Line(f"支援プラン{row['sequence']}", address, str(state.label), PLAN_TONES[state])
