"""Wait for a document, open it, ask for it again. Who may see it is the rule of its kind."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.public import public
from chiba_ward.access.readlog import Verb
from chiba_ward.casework import outside_duty
from chiba_ward.casework.attachments import serve_blob
from chiba_ward.casework.blobs import BlobLost
from chiba_ward.casework.views import file_lost
from chiba_ward.documents import registry, services
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document

BASES = {"staff": "base.html", "partner": "base_partner.html", "citizen": "base_citizen.html"}
# A browser's own viewer does not run inside a sandbox; the PDF is of our own making.
INLINE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@public  # the holder of a case key may fetch the receipt; `registry.may_see` decides in every view here
@require_safe
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page on which one waits; it looks again by itself, and without JavaScript by a link."""
    document = _visible(request, pk)
    readlog.saw("document", [document.pk], verb=Verb.LIST)  # its title; what stands in it is read below
    return render(request, "documents/show.html", _context(request, document))


@public
@require_safe
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part of the page that changes. Opened as a page of its own, it leads to the whole page."""
    document = _visible(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect("documents:show", pk=document.pk)
    return render(request, "documents/_state.html", _context(request, document))


@public
@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The PDF to keep; `?view=1` opens it in the browser. 404 until it is made."""
    document = _visible(request, pk)
    if document.state != DocumentState.DONE:
        raise Http404
    outside_duty.require_reason_for(request, document.matter)
    readlog.saw("document", [document.pk], matters=[document.matter_id] if document.matter_id else ())
    inline = request.GET.get("view") == "1"
    name, title = document.blob.name or "", f"{document.title}.pdf"
    try:
        response = serve_blob(name, document.sha256, title, "application/pdf", inline=inline)
    except BlobLost:
        return file_lost(request)
    if inline:
        response.headers["Content-Security-Policy"] = INLINE_POLICY
    return response


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Staff ask again for a document that failed."""
    document = _visible(request, pk)
    if not registry.may_retry(document, actor_of_request(request)):
        raise Http404
    services.retry(document)
    return redirect("documents:show", pk=document.pk)


def _visible(request: HttpRequest, pk: UUID) -> Document:
    document = Document.objects.select_related("matter").filter(pk=pk).first()
    if document is None or not registry.may_see(document, actor_of_request(request)):
        raise Http404
    return document


def _context(request: HttpRequest, document: Document) -> dict[str, object]:
    actor = actor_of_request(request)
    return {
        "document": document,
        "base": BASES[actor.face],
        "is_drill": bool(document.matter and document.matter.is_drill),
        "is_done": document.state == DocumentState.DONE,
        "is_failed": document.state == DocumentState.FAILED,
        "is_waiting": document.state == DocumentState.QUEUED,
        "may_retry": registry.may_retry(document, actor),
    }
