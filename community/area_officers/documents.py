"""引継書 on paper: what the successor reads, with the promises that go on and those that were settled."""

from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Progress
from community.area_officers.models import HandOver

PAPER = "area_hand_over"
HANDLING = "課内だけ・機密性3"


@document_kind(PAPER, "地域担当の引継書")
def build(document: Document, progress: Progress) -> PdfSource:
    paper = HandOver.objects.whole().get(pk=document.params["paper"])
    progress(30)
    return PdfSource.of_template("area_officers/documents/paper.html", paper_context(paper))


def paper_context(paper: HandOver) -> dict[str, Any]:
    left = paper.assignment
    return {
        "document": DocumentHead(
            title=f"地域担当の引継書　{left.area.name}",
            created_at=timezone.now(),
            number=paper.number,
            office=left.officer.post.office.name_on(paper.day),
            classification=HANDLING,
        ),
        "paper": paper,
        "left": left,
        "promises": promises_of(paper),
        "visits": left.visits.in_person().count(),
    }


def promises_of(paper: HandOver) -> list[Any]:
    """What became of each promise when it was written."""
    return list(paper.promises.whole().order_by("due_on", "pk"))


def may_see(document: Document, actor: Actor) -> bool:
    """Whoever may read it now."""
    paper = HandOver.objects.visible_to(actor).filter(pk=document.params.get("paper")).first()
    return paper is not None and allows(actor, "area_hand_over.print", paper)


def register() -> None:
    registry.register_visibility(PAPER, may_see)
