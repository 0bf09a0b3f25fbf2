"""電子回覧 of whoever sends: the list, a draft, and the page of one with what may be done."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.documents import services as documents
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.normalisation import half_width
from chiba_ward.ui.pagination import KeysetPaginator
from community.circulars import policy, selectors
from community.circulars.documents import PAPER
from community.circulars.enums import STATE_TONES, CircularState
from community.circulars.forms.circular import CircularFilter, WriteForm
from community.circulars.models import ECircular
from community.circulars.querysets import CircularQuerySet
from community.circulars.selectors import Tally
from community.circulars.services import circulars
from community.circulars.views.acts import CIRCULAR_ACTS
from community.circulars.views.faces import face_of, page
from community.models import CommunityOrg

ROWS = ECircular.objects.select_related(
    "office", "org__office", "made_by__person", "posted_by__person", "recalled_by__person"
)
SIZE = 50
ORDER = ("-made_at", "-pk")
HEAD = ("番号", "件名", "だれから", "状態", "掲載した日", "最後の日", "班", "世帯", "既読", "紙", "未")


def _narrowed(request: HttpRequest) -> tuple[CircularFilter, CircularQuerySet]:
    form = CircularFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    found = ROWS.visible_to(actor_of_request(request))
    if words := given.get("q"):
        number = half_width(words).upper().removeprefix("E-")
        by_number = Q(pk=int(number[:9])) if number.isdigit() and number.isascii() else Q()
        found = found.filter(
            Q(title__icontains=words) | by_number if by_number else Q(title__icontains=words)
        )
    if state := given.get("state"):
        found = found.filter(state=state)
    if sender := given.get("sender"):
        found = found.filter(org__isnull=sender == "city")
    return form, found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    form, found = _narrowed(request)
    actor = actor_of_request(request)
    rows = KeysetPaginator(found, ORDER, size=SIZE).page(request.GET)
    context = {
        "title": "電子回覧",
        "filter": form,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
        "page": rows,
        "rows": [_row(one) for one in rows],
        "may_write": allows(actor, "e_circular.begin"),
        "may_export": allows(actor, "e_circular.export"),
    }
    return page(request, "circulars/index.html", context)


def _row(circular: ECircular) -> dict[str, Any]:
    """A row of the list; whose day has passed reads as ended before the night's work."""
    state = CircularState(circular.state)
    shown = CircularState.ENDED if state == CircularState.POSTED and not circular.is_current else state
    return {
        "circular": circular,
        "sender": circular.sender_on(timezone.localdate()),
        "state": shown.label,
        "tone": STATE_TONES[shown],
    }


@require_safe
@fresh_sign_in_required(back="circulars:index")
def csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered, each with its ledger."""
    require_door(request)
    _form, found = _narrowed(request)
    rows = list(found.order_by(*ORDER))
    tallies = selectors.tally_by_circular([one.pk for one in rows])
    lines = (_cells(one, tallies.get(one.pk, Tally())) for one in rows)
    return csv_file("circulars", timezone.localdate(), HEAD, lines)


def _cells(circular: ECircular, tally: Tally) -> tuple[object, ...]:
    row = _row(circular)
    day = timezone.localtime(circular.posted_at).date() if circular.posted_at else ""
    facts = (circular.number, circular.title, row["sender"], row["state"], day, circular.until)
    return (*facts, tally.groups, tally.households, tally.read, tally.paper, tally.unread)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    """A draft: nobody but the sender sees it."""
    require_door(request)
    actor = actor_of_request(request)
    form = WriteForm(request.POST or None, circular=_blank(actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = circulars.write(by=actor, **form.words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(f"{face_of(request)}:show", made.pk)
    context = {"title": "回覧を書く", "form": form}
    return page(request, "circulars/write.html", context, status=422 if form.errors else 200)


def _blank(actor: Actor) -> ECircular:
    """Of the actor's section or association; not kept."""
    if not actor.is_partner:
        return ECircular(office=actor.seat.post.office)
    org = CommunityOrg.objects.active().filter(office=actor.office_id).first()
    if org is None:
        raise Http404
    return ECircular(org=org)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """下書きを直す; what is put up leads to its page."""
    circular, actor = get_permitted(request, ROWS, pk=pk), actor_of_request(request)
    if circular.state != CircularState.DRAFT:
        messages.info(request, "すでに掲載されています。直すときは「訂正する」を使ってください。")
        return redirect(f"{face_of(request)}:show", pk)
    form = WriteForm(request.POST or None, circular=circular)
    if request.method == "POST" and form.is_valid():
        try:
            circulars.rewrite(pk, by=actor, **form.words)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(f"{face_of(request)}:show", pk)
    context = {"title": "下書きを直す", "form": form, "circular": circular}
    return page(request, "circulars/write.html", context, status=422 if form.errors else 200)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """下書きを捨てる."""
    get_permitted(request, ROWS, pk=pk)
    try:
        circulars.discard(pk, by=actor_of_request(request))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(f"{face_of(request)}:show", pk)
    messages.success(request, "下書きを捨てました。")
    return redirect(f"{face_of(request)}:index")


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_CIRCULAR[face_of(request)].press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, circular: ECircular, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A draft as households will read it, with how many it reaches; what is put up with its ledger in one line."""
    actor = actor_of_request(request)
    is_draft = circular.state == CircularState.DRAFT
    orgs = own_orgs(actor, circular)
    context = {
        "title": circular.title,
        **_row(circular),
        "is_draft": is_draft,
        "reach": selectors.reach(circular) if is_draft else None,
        "places": places_of(circular),
        "tally": None if is_draft else selectors.tally(circular, orgs),
        "notices": selectors.notices_of(circular),
        "may_write": allows(actor, "e_circular.write", circular),
        "may_paper": not is_draft and allows(actor, "e_circular.paper", circular),
        **ON_CIRCULAR[face_of(request)].shown(circular, actor, bound or {}),
    }
    return page(request, "circulars/show.html", context, status=status)


def own_orgs(actor: Actor, circular: ECircular) -> list[int] | None:
    """Whose 班 the actor counts: None for all of them, which is staff's business and the sending association's."""
    if not actor.is_partner:
        return None
    mine = CommunityOrg.objects.filter(office=actor.office_id).order_by("pk")
    return list(mine.values_list("pk", flat=True))


def places_of(circular: ECircular) -> str:
    """The chosen districts, associations or 班 by name; the label of the reach where none is chosen."""
    names = [one.name for one in circular.areas.order_by("name", "pk")]
    names += [str(one) for one in circular.orgs.select_related("office").order_by("kana", "pk")]
    names += [one.name for one in circular.groups.order_by("order", "pk")]
    return "、".join(names) or str(circular.get_reach_display())


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """大きな字の紙, or the sheet on which each household of an association makes its mark."""
    circular, actor = get_permitted(request, ROWS, pk=pk), actor_of_request(request)
    if circular.state == CircularState.DRAFT:
        raise Http404
    params: dict[str, int | str] = {"circular": circular.pk}
    if request.POST.get("sheet") == "marks":
        orgs = selectors.orgs_of(circular).filter(rows_of_actor(actor))
        org = orgs.filter(pk=_number(request.POST.get("org", ""))).first() or (
            orgs.first() if actor.is_partner else None
        )
        if org is None:
            raise Http404
        params["org"] = org.pk
    document = documents.request(PAPER, title=f"回覧 {circular.title}", by=actor, params=params)
    return redirect("documents:show", document.pk)


def rows_of_actor(actor: Actor) -> Q:
    """An officer's own association; staff print for any that the circular went to."""
    return Q(office=actor.office_id) if actor.is_partner else Q()


def _number(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


ON_CIRCULAR = {
    face: Acts(
        keyword="circular",
        known=CIRCULAR_ACTS,
        open_to=policy.acts_open_to,
        moved="この回覧は、ほかの人の操作で状態が変わっています。いまの状態を見てください。",
        page=f"{face}:show",
        show=show,
    )
    for face in ("circulars", "circulars_partner")
}
