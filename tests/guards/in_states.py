"""What a walk asks for where rows go through states: one in each that this actor sees, else any; every act of the first.

The first part of a route that stands in the table says what the route is about.
"""

from typing import Any

from chiba_ward.access.actor import Actor
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit, HandOver
from community.area_officers.views.acts import ASSIGNMENT_ACTS, PAPER_ACTS, PROMISE_ACTS, VISIT_ACTS
from community.circulars.models import CircularGroup, ECircular
from community.circulars.views.acts import CIRCULAR_ACTS, GROUP_ACTS
from community.matching.models import Match, Need, Offer
from community.matching.views.acts import ANSWER_ACTS, MATCH_ACTS, NEED_ACTS, OFFER_ACTS
from community.models import AnnualReturn, CommunityOrg
from community.views.acts import ORG_ACTS, RETURN_ACTS
from consultations.centre.models import CaseTransfer, ChildSupportPlan, ProgressEntry
from consultations.centre.views.acts import ENTRY_ACTS, TRANSFER_ACTS
from consultations.centre.views.acts import PLAN_ACTS as CHILD_PLAN_ACTS
from regional_issues.models import CitizenDialogue, LocalIssue
from regional_issues.views.acts import DIALOGUE_ACTS, ISSUE_ACTS

Arguments = dict[str, Any]
# Part of a route; the model, its acts, and the column whose values are each wanted once.
TABLE: list[tuple[str, Any, Any, str]] = [
    ("centre/entries/", ProgressEntry, ENTRY_ACTS, "state"),
    ("centre/transfers/", CaseTransfer, TRANSFER_ACTS, "state"),
    ("centre/plans/", ChildSupportPlan, CHILD_PLAN_ACTS, "state"),
    ("community/returns/", AnnualReturn, RETURN_ACTS, "state"),
    ("community/", CommunityOrg, ORG_ACTS, "kind"),
    ("area-officers/hand-overs/", HandOver, PAPER_ACTS, "state"),
    ("area-officers/visits/", AreaVisit, VISIT_ACTS, "occasion"),
    ("area-officers/promises/", AreaPromise, PROMISE_ACTS, "state"),
    ("area-officers/", AreaAssignment, ASSIGNMENT_ACTS, "state"),
    ("matching/needs/", Need, NEED_ACTS, "state"),
    ("matching/offers/", Offer, OFFER_ACTS, "state"),
    ("matching/matches/", Match, {**MATCH_ACTS, **ANSWER_ACTS}, "state"),
    ("issues/dialogues/", CitizenDialogue, DIALOGUE_ACTS, "state"),
    ("issues/", LocalIssue, ISSUE_ACTS, "state"),
    ("dialogues/", CitizenDialogue, DIALOGUE_ACTS, "state"),
    ("circulars/groups/", CircularGroup, GROUP_ACTS, "is_paper"),
    ("circulars/", ECircular, CIRCULAR_ACTS, "state"),
]


def arguments(route: str, actor: Actor) -> list[Arguments]:
    model, acts, kind = next(row for part, *row in TABLE if part in route)
    mine = model.objects.visible_to(actor).order_by("pk")
    rows = mine if mine.exists() else model.objects.order_by("pk")
    found = [{"pk": pk} for pk in {getattr(row, kind): row.pk for row in rows}.values()] or [{"pk": 1}]
    if "<slug:name>" in route:
        return [{**row, "name": name} for row in found[:1] for name in (*acts, "nowhere")]
    return found
