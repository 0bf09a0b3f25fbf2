"""引き継ぎの紙: who has which post from when, what is due, what the portal holds, how to sign in. No password in it."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office, OfficeVersion, Posting
from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import PdfSource, document_kind
from chiba_ward.documents.renderer import Progress
from community import held, years
from community.enums import FILED
from community.models import CommunityOrg
from community.relations import DESK

PACK = "handover_pack"
HANDLING = "団体の役員だけ・機密性2"


@document_kind(PACK, "役員の引き継ぎ")
def build_pack(document: Document, progress: Progress) -> PdfSource:
    org = CommunityOrg.objects.select_related("office", "ward").get(pk=document.params["org"])
    progress(30)
    return PdfSource.of_template("community/documents/pack.html", paper_context(org))


def paper_context(org: CommunityOrg) -> dict[str, Any]:
    today, term = timezone.localdate(), years.current()
    desk = selectors.office_for(DESK, org.ward) if org.ward else None
    mine = org.returns.filter(fiscal_year=term.fiscal_year).first()
    contacts = list(org.contacts.order_by("kind"))
    base = settings.PORTAL_BASE_URL.rstrip("/")
    return {
        "document": DocumentHead(
            title="役員の引き継ぎ",
            created_at=timezone.now(),
            number=org.number,
            office=desk.name_on(today) if desk else "",
            classification=HANDLING,
            recipient=str(org),
        ),
        "org": org,
        "terms": terms_of(org),
        "term": term,
        "is_filed": mine is not None and mine.state in FILED,
        "return_state": mine.get_state_display() if mine else "",
        "contacts": [] if held.held_since(contacts) else contacts,
        "places": list(org.places.valid_on().select_related("area", "town").order_by("pk")),
        "resources": list(org.resources.filter(ended_on__isnull=True).order_by("kind", "pk")),
        "figure": org.figures.order_by("-as_of").first(),
        "sign_in": base + reverse("account_login"),
        "set_password": base + reverse("account_reset_password"),
        "desk": desk,
        "desk_version": _version(desk),
    }


def terms_of(org: CommunityOrg) -> list[Posting]:
    """Who holds a post today, and who will: the newest term of a post first."""
    if org.office_id is None:
        return []
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=timezone.localdate())
    found = Posting.objects.filter(still, post__office=org.office_id).select_related("post", "person")
    return list(found.order_by("-post__is_head", "post__name", "starts_on", "pk"))


def _version(desk: Office | None) -> OfficeVersion | None:
    return desk.version_on(timezone.localdate()) if desk else None


def may_see_pack(document: Document, actor: Actor) -> bool:
    """Whoever may print it now: the section of the ward, the officers of today."""
    org = CommunityOrg.objects.visible_to(actor).filter(pk=document.params.get("org")).first()
    return org is not None and allows(actor, "community_org.pack", org) and not _shows_too_much(document, org)


def _shows_too_much(document: Document, org: CommunityOrg) -> bool:
    """Made before the chair was somebody who must not be found: a new one is made with the same button."""
    since = held.held_since(org.contacts.all())
    return since is not None and document.created_at < since


def register() -> None:
    registry.register_visibility(PACK, may_see_pack)
