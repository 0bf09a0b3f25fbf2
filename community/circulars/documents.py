"""回覧 on paper: in letters of 18 points for whoever reads no screen, and the sheet on which each household makes its mark."""

from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Progress
from community.circulars import selectors
from community.circulars.models import CircularRecipient, ECircular
from community.models import CommunityOrg

PAPER = "circular_paper"


@document_kind(PAPER, "回覧の紙")
def build(document: Document, progress: Progress) -> PdfSource:
    circular = ECircular.objects.select_related("office", "org__office").get(pk=document.params["circular"])
    progress(30)
    org = CommunityOrg.objects.filter(pk=document.params.get("org")).first()
    template = "marks" if org else "paper"
    return PdfSource.of_template(f"circulars/documents/{template}.html", _context(circular, org))


def _context(circular: ECircular, org: CommunityOrg | None) -> dict[str, Any]:
    today = timezone.localdate()
    office = circular.office.version_on(today) if circular.office else None
    return {
        "document": DocumentHead(
            title=circular.title,
            created_at=timezone.now(),
            number=circular.number,
            office=circular.sender_on(today),
            city="" if circular.org_id else "千葉市",
            classification="公開" if circular.is_public else "会員の世帯だけ",
            large_print=True,
        ),
        "circular": circular,
        "sender": circular.sender_on(today),
        "office": office,
        "notices": selectors.notices_of(circular),
        "org": org,
        "groups": _groups(circular, org) if org else [],
    }


def _groups(circular: ECircular, org: CommunityOrg) -> list[dict[str, Any]]:
    """Every household of today by its number: a name is written nowhere."""
    found = CircularRecipient.objects.filter(circular=circular, org=org).select_related("group")
    return [
        {"group": row.group, "numbers": list(_numbers(row))}
        for row in found.order_by("group__order", "group", "pk")
    ]


def _numbers(row: CircularRecipient) -> Any:
    return row.group.slots.active().order_by("number").values_list("number", flat=True)


def may_see(document: Document, actor: Actor) -> bool:
    """Whoever may print it now; one made before a correction or a recall is not handed out any more."""
    circular = ECircular.objects.visible_to(actor).filter(pk=document.params.get("circular")).first()
    if circular is None or not allows(actor, "e_circular.paper", circular):
        return False
    newest = circular.versions.order_by("-number").first()
    if circular.recalled_at and document.created_at < circular.recalled_at:
        return False
    return newest is not None and document.created_at >= newest.at and _is_theirs(document, actor)


def _is_theirs(document: Document, actor: Actor) -> bool:
    """The marks of another association's 班 are no business of this one."""
    org = document.params.get("org")
    return (
        not (org and actor.is_partner) or CommunityOrg.objects.filter(pk=org, office=actor.office_id).exists()
    )


def register() -> None:
    registry.register_visibility(PAPER, may_see)
