"""What 「今日の仕事」 says of documents: those that could not be made."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from chiba_ward.access import waiting
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.documents import registry
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document

SHOWN = 5
FAILED = "documents.failed"
ANY_FAILED = """
    EXISTS(
        SELECT FROM documents_document document
        WHERE document.requested_by_id = directory_posting.id AND document.state = 'failed'
    )
"""


def failed_documents(actor: Actor) -> Iterable[WorkGroup]:
    """One's own failed documents; for those who keep the machine running everybody's, without what they are about."""
    if not actor.is_staff:
        return
    is_own = not allows(actor, "document.watch")
    if is_own and not waiting.may_wait(actor, FAILED):
        return
    mine = Q(requested_by=actor.posting) if is_own else Q()
    failed = Document.objects.filter(mine, state=DocumentState.FAILED).order_by("-created_at")
    items = tuple(
        WorkItem(
            label=document.title if is_own else registry.title_of(document.kind),
            url=reverse(
                "documents:show" if is_own else "admin:documents_document_change", args=[document.pk]
            ),
            tone="overdue",
            note=document.error,
            shows=f"document:{document.pk}",
        )
        for document in failed[:SHOWN]
    )
    if items:
        yield WorkGroup(
            key="documents-failed",
            title="作成できなかった文書",
            items=items,
            count=failed.count(),
            tone="overdue",
            order=300,
        )
