"""Prints of a meeting and of a plan. Basis and duty stand on every one of them (PEERS J6)."""

from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Progress
from consultations.support import papers
from consultations.support.models import Meeting, SupportPlan
from consultations.support.policy import may_prepare, may_read_minutes
from consultations.support.services import minutes

PAPER, PLAN = "meeting_paper", "support_plan_paper"
HANDLING = "機密性3・構成員限り"
AGENDA, HAND_OUTS, MINUTES = "agenda", "hand_outs", "minutes"
TITLES = {AGENDA: "会議次第", HAND_OUTS: "資料の番号と回収表", MINUTES: "会議録"}
ROWS = Meeting.objects.select_related("consultation__matter", "office")


@document_kind(PAPER, "会議の次第・回収表・会議録")
def build_paper(document: Document, progress: Progress) -> PdfSource:
    meeting = ROWS.get(pk=document.params["meeting"])
    sheet = str(document.params["sheet"])
    progress(40)
    return PdfSource.of_template(f"support/documents/{sheet}.html", paper_context(meeting, sheet))


@document_kind(PLAN, "支援プラン")
def build_plan(document: Document, progress: Progress) -> PdfSource:
    plan = SupportPlan.objects.select_related("consultation__matter", "office").get(
        pk=document.params["plan"]
    )
    progress(40)
    head = _head("支援プラン", plan, f"支援プラン{plan.sequence}")
    context = {"document": head, "plan": plan, **papers.of_plan(plan)}
    return PdfSource.of_template("support/documents/plan.html", context)


def paper_context(meeting: Meeting, sheet: str) -> dict[str, Any]:
    return {
        "document": _head(
            f"{meeting.get_kind_display()}　{TITLES[sheet]}", meeting, f"会議{meeting.sequence}"
        ),
        "meeting": meeting,
        "minutes": minutes.of(meeting) if sheet == MINUTES else None,
        **papers.of_meeting(meeting),
    }


def _head(title: str, row: Meeting | SupportPlan, part: str) -> DocumentHead:
    matter = row.consultation.matter
    return DocumentHead(
        title=title,
        created_at=timezone.now(),
        number=f"{matter.receipt_no} {part}",
        office=row.office.name_on(timezone.localdate()),
        classification=HANDLING,
        is_drill=matter.is_drill,
    )


def may_print(actor: Actor, meeting: Meeting, sheet: str) -> bool:
    """The agenda for every member, the list of copies for the convener, minutes for whoever may read them."""
    if sheet == HAND_OUTS:
        return may_prepare(actor, meeting)
    return sheet == AGENDA or (
        sheet == MINUTES and may_read_minutes(actor, meeting) and bool(minutes.of(meeting))
    )


def may_see_paper(document: Document, actor: Actor) -> bool:
    """As long as the meeting itself may be read: a consent that is gone closes the PDF too."""
    found = Meeting.objects.visible_to(actor).filter(pk=document.params.get("meeting")).first()
    return found is not None and may_print(actor, found, str(document.params.get("sheet")))


def may_see_plan(document: Document, actor: Actor) -> bool:
    return SupportPlan.objects.visible_to(actor).filter(pk=document.params.get("plan")).exists()


def register() -> None:
    registry.register_visibility(PAPER, may_see_paper)
    registry.register_visibility(PLAN, may_see_plan)
