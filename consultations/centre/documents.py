"""The paper of a サポートプラン, which the person is given. The disclosure gate is asked when it is made and when it is read."""

from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.disclosure import gate
from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Progress
from consultations import held
from consultations.centre import names
from consultations.centre.models import ChildSupportPlan
from consultations.forms.beside import name_of

PLAN = "child_support_plan"
HANDLING = "機密性3・本人と支援する人だけ"
ROWS = ChildSupportPlan.objects.select_related(
    "entry__consultation__matter__contact", "entry__office", "made_with"
)


@document_kind(PLAN, "サポートプラン")
def build_plan(document: Document, progress: Progress) -> PdfSource:
    plan = ROWS.get(pk=document.params["plan"])
    progress(40)
    return PdfSource.of_template("centre/documents/plan.html", paper_context(plan))


def paper_context(plan: ChildSupportPlan) -> dict[str, Any]:
    """Of a person who must not be found neither the name stands on it nor the section, which tells the ward."""
    case, today = plan.entry.consultation, timezone.localdate()
    is_held = held.is_held(case)
    centre = names.on(today, None if is_held else plan.entry.office.ward_id)
    return {
        "document": DocumentHead(
            title="サポートプラン",
            created_at=timezone.now(),
            number=f"{case.matter.receipt_no} サポートプラン{plan.sequence}",
            office=gate.shown(plan.entry.office.name_on(today), held=is_held),
            classification=HANDLING,
            is_drill=case.matter.is_drill,
        ),
        "plan": plan,
        "centre": centre,
        "made_with": gate.shown(made_with(plan), held=is_held),
        "is_held": is_held,
    }


def made_with(plan: ChildSupportPlan) -> str:
    return name_of(plan.made_with) if plan.made_with else ""


def may_see_plan(document: Document, actor: Actor) -> bool:
    """Whoever reads the plan; one that was made before somebody in it was to be hidden is made anew."""
    plan = ROWS.filter(pk__in=_seen(document, actor)).first()
    if plan is None:
        return False
    since = gate.held_since(*held.people_of(plan.entry.consultation))
    return since is None or document.created_at >= since


def _seen(document: Document, actor: Actor) -> Any:
    return ChildSupportPlan.objects.visible_to(actor).filter(pk=document.params.get("plan")).values("pk")


def register() -> None:
    registry.register_visibility(PLAN, may_see_plan)
