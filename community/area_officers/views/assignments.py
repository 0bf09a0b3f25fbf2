"""One 地区担当: who, from when, how it stands; a new one; the end of it. Nothing of residents stands here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from community.area_officers import policy
from community.area_officers.enums import STANDING_TONES, Part
from community.area_officers.forms.assignment import AppointForm
from community.area_officers.models import AreaAssignment
from community.area_officers.services import assignments
from community.area_officers.views.acts import ASSIGNMENT_ACTS

ROWS = AreaAssignment.objects.whole().select_related("appointed_by__person", "hand_over")


@staff_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    require_door(request)
    actor = actor_of_request(request)
    initial = {"area": request.GET.get("area", ""), "part": Part.PRIMARY, "starts_on": timezone.localdate()}
    form = AppointForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = assignments.appoint(by=actor, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request, "担当を決めました。前の担当の引継書があれば、その人の今日の仕事に出ます。"
            )
            return redirect("area_officers:assignment", made.pk)
    context = {"title": "地区の担当を決める", "form": form}
    return staff_page(request, "area_officers/staff/new.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_ASSIGNMENT.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, found: AreaAssignment, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    actor, standing = actor_of_request(request), found.standing()
    initial = {"leave": {"initial": {"until": assignments.end_by_default(found)}}}
    paper = found.hand_over
    others = AreaAssignment.objects.visible_to(actor).filter(area=found.area).exclude(pk=found.pk)
    context = {
        "title": f"{found.area.name}　{Part(found.part).label}",
        "found": found,
        "standing": standing.label,
        "tone": STANDING_TONES[standing],
        "paper": paper if paper is not None and allows(actor, "area_hand_over.read", paper) else None,
        "others": [_other(one) for one in others.whole().order_by("-starts_on", "-pk")],
        "may_hand_over": policy.may_hand_over(actor, found),
        "may_note": policy.may_note(actor, found),
        "may_read_notes": allows(actor, "area_visit.list") and found.area.ward_id == actor.ward_id,
        **ON_ASSIGNMENT.shown(found, actor, bound or {}, **initial),
    }
    return staff_page(request, "area_officers/staff/assignment.html", context, status=status)


def _other(one: AreaAssignment) -> dict[str, Any]:
    standing = one.standing()
    return {"one": one, "standing": standing.label, "tone": STANDING_TONES[standing]}


ON_ASSIGNMENT = Acts(
    keyword="found",
    known=ASSIGNMENT_ACTS,
    open_to=policy.acts_open_to,
    moved="担当が動いたので、この操作はもうできません。いまの状態を確かめてください。",
    page="area_officers:assignment",
    show=show,
)
