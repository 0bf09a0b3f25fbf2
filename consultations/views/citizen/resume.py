"""書きかけ: stop here, go on later, on another device if need be (C18)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chiba_ward.access.public import public
from chiba_ward.casework import drafts
from consultations import wizard
from consultations.forms.keys import ResumeForm
from consultations.views.citizen.keys import tried


@public
def saved(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Asks whether a number is wanted for another device; a press shows number and passphrase once."""
    draft = drafts.find(request, draft_id)
    if draft is None or draft.matter_id:
        messages.warning(request, _("書きかけが見つかりません。保存の期限が過ぎたか、ほかの端末のものです。"))
        return redirect("consult:start")
    is_owned = bool(draft.user_id or draft.posting_id)
    key = drafts.suspend(draft) if request.method == "POST" and not is_owned else None
    return render(
        request, "consultations/citizen/saved.html", {"draft": draft, "key": key, "is_owned": is_owned}
    )


@public
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with a saved draft by its number and passphrase."""
    form = ResumeForm(request.POST if request.method == "POST" else None)
    draft = tried(form, drafts.resume, request, "draft") if request.method == "POST" else None
    if draft:
        response = redirect("consult:step", draft.pk, wizard.first_unfinished(draft) or wizard.NAMES[-1])
        return drafts.remember(request, response, draft)
    status = 422 if form.errors else 200
    return render(request, "consultations/citizen/resume.html", {"form": form}, status=status)
