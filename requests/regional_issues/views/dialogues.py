"""区民対話会 of staff: the list, a new one, and the page of one with its opinions and what may be done."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.ui.pagination import KeysetPaginator
from regional_issues import policy
from regional_issues.forms import DialogueNewForm
from regional_issues.models import CitizenDialogue
from regional_issues.services import dialogues
from regional_issues.views.acts import DIALOGUE_ACTS

ROWS = CitizenDialogue.objects.select_related("ward")
ORDER = ("-held_on", "-pk")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor = actor_of_request(request)
    context = {
        "title": "区民対話会",
        "page": KeysetPaginator(ROWS.visible_to(actor), ORDER, size=50).page(request.GET),
        "may_begin": allows(actor, "citizen_dialogue.begin"),
    }
    return staff_page(request, "regional_issues/dialogues.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    require_door(request)
    form = DialogueNewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = dialogues.enter(by=actor_of_request(request), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("issues:dialogue", made.pk)
    context = {"title": "区民対話会を入力する", "form": form, "back": "issues:dialogues"}
    return staff_page(request, "regional_issues/write.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_DIALOGUE.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, dialogue: CitizenDialogue, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of_request(request)
    context = {
        "title": dialogue.title,
        "dialogue": dialogue,
        "opinions": dialogue.opinions.select_related("issue").order_by("number"),
        **ON_DIALOGUE.shown(dialogue, actor, bound or {}),
    }
    return staff_page(request, "regional_issues/dialogue.html", context, status=status)


ON_DIALOGUE = Acts(
    keyword="dialogue",
    known=DIALOGUE_ACTS,
    open_to=policy.dialogue_acts_open_to,
    moved="この対話会は、ほかの人の操作で状態が変わっています。いまの状態を見てください。",
    page="issues:dialogue",
    show=show,
)
