"""区民対話会 for everybody: each opinion with what became of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.policy import rows
from chiba_ward.access.public import public
from chiba_ward.ui.pagination import KeysetPaginator
from regional_issues.models import CitizenDialogue, DialogueOpinion

ROWS = CitizenDialogue.objects.select_related("ward")


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = KeysetPaginator(ROWS.published(), ("-held_on", "-pk"), size=20).page(request.GET)
    return render(request, "regional_issues/public/index.html", {"page": page})


@public
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    found = ROWS.filter(rows(actor_of_request(request), "citizen_dialogue.read_public"), pk=pk).first()
    if found is None:
        raise Http404
    opinions = DialogueOpinion.objects.published().filter(dialogue=found).select_related("issue")
    context = {"dialogue": found, "opinions": opinions.order_by("number")}
    return render(request, "regional_issues/public/show.html", context)
