"""The only way to a stored file is through the permission of its matter (ASSURANCE FI7)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.public import public
from chiba_ward.casework import attachments, matters, outside_duty
from chiba_ward.casework.blobs import BlobLost
from chiba_ward.casework.models import Attachment


@public  # the holder of a case key or of a partner's link has no account; `may_see_file` decides
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a matter, as a download. Unknown, foreign and not yet clean files are the same 404."""
    found = Attachment.objects.clean().select_related("matter").filter(pk=pk).first()
    if found is None or not matters.may_see_file(found, actor_of_request(request)):
        raise Http404
    outside_duty.require_reason_for(request, found.matter)
    readlog.saw("attachment", [found.pk], matters=[found.matter_id])
    try:
        return attachments.serve(found)
    except BlobLost:
        return file_lost(request)


def file_lost(request: HttpRequest) -> HttpResponse:
    """For whoever may see a file that is gone or damaged: it was refused here, not there (410)."""
    return render(request, "casework/file_lost.html", status=410)
