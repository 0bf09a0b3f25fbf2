"""班 and their keys: the list, one of them with what may be done, and the sheet that is printed once."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.access.ways_in import address_of
from chiba_ward.casework.acting import Acts, add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.documents.qr import qr_image
from chiba_ward.ui.pagination import KeysetPaginator
from community.circulars import codes, policy
from community.circulars.forms.groups import GroupFilter, KeysForm, NewGroupForm
from community.circulars.models import CircularGroup, CircularKey
from community.circulars.querysets import GroupQuerySet
from community.circulars.services import groups, keys
from community.circulars.services.keys import Printed
from community.circulars.views.acts import GROUP_ACTS
from community.circulars.views.faces import face_of, page
from community.models import CommunityOrg

ROWS = CircularGroup.objects.select_related("org__office", "org__ward")
SIZE = 50


def _narrowed(request: HttpRequest) -> tuple[GroupFilter, GroupQuerySet]:
    form = GroupFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    found = ROWS.visible_to(actor_of_request(request)).active()
    if words := given.get("q"):
        orgs = CommunityOrg.objects.named().filter(Q(label__contains=words) | Q(kana__contains=words))
        found = found.filter(Q(name__contains=words) | Q(org__in=orgs.order_by().values("pk")))
    if kind := given.get("kind"):
        found = found.filter(is_paper=kind == "paper")
    return form, found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    form, found = _narrowed(request)
    rows: Any = KeysetPaginator(found.counted(), ("org_id", "order", "pk"), size=SIZE).page(request.GET)
    context = {
        "title": "回覧の班と鍵",
        "filter": form,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "page": rows,
        "rows": list(rows),
        "may_write": allows(actor_of_request(request), "circular_group.write"),
    }
    return page(request, "circulars/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponseBase:
    require_door(request)
    actor = actor_of_request(request)
    form = NewGroupForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        org = given.pop("org", None) or _own_org(actor.office_id)
        try:
            made = groups.create(org, by=actor, **given)
        except CommunityOrg.DoesNotExist:
            raise Http404 from None
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "班を足しました。つぎは、鍵を印刷して配ります。")
            return redirect(f"{face_of(request)}:group", made.pk)
    context = {"title": "班を足す", "form": form}
    return page(request, "circulars/group_new.html", context, status=422 if form.errors else 200)


def _own_org(office: int | None) -> int:
    org = CommunityOrg.objects.active().filter(office=office).first()
    if org is None:
        raise Http404
    return org.pk


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_GROUP[face_of(request)].press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest,
    group: CircularGroup,
    bound: dict[str, Any] | None = None,
    status: int = 200,
    keys_form: KeysForm | None = None,
) -> HttpResponse:
    """Numbers, who of them is on paper, whether a key is out; who lives there stands on the association's own list."""
    actor = actor_of_request(request)
    usable = CircularKey.objects.usable()
    slots = group.slots.active().annotate(has_key=Exists(usable.filter(slot=OuterRef("pk"))))
    found = ON_GROUP[face_of(request)].shown(group, actor, bound or {})
    context = {
        "title": f"{group.name}　{group.org}",
        "group": group,
        "slots": list(slots.order_by("number")),
        "leader_has_key": usable.filter(group=group).exists(),
        "may_write": group.ended_on is None and allows(actor, "circular_group.write", group),
        "keys_form": keys_form or KeysForm(),
        **found,
        "form": keys_form or found["form"],
    }
    return page(request, "circulars/group.html", context, status=status)


@require_POST
def print_keys(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sheet: on the answer to this press alone. Nothing of it is kept, so nothing of it can be opened later."""
    group = get_permitted(request, ROWS, pk=pk)
    form = KeysForm(request.POST)
    if not form.is_valid():
        return show(request, group, status=422, keys_form=form)
    given = form.cleaned_data
    numbers = None if given["which"] == "missing" else given["numbers"]
    try:
        made = keys.make(pk, by=actor_of_request(request), numbers=numbers, for_leader=given["leader"])
    except Refused as refused:
        add_refusal(form, refused)
        return show(request, group, status=422, keys_form=form)
    context = {
        "title": f"回覧の鍵　{group.name}　{group.org}",
        "group": group,
        "strips": [_strip(one) for one in made],
        "site": _site(),
        "made_at": timezone.now(),
    }
    response = page(request, "circulars/keys.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _strip(one: Printed) -> dict[str, str | SafeString]:
    """The QR code leads to a page that asks for a press: to open the address alone changes and counts nothing."""
    code = codes.shown(one.code)
    whose = "班長" if one.number is None else f"{one.number}番の世帯"
    link = f"{_site()}key/kairan-{code}/"
    return {"whose": whose, "code": code, "qr": qr_image(link, f"{whose}の鍵で開くQRコード")}


def _site() -> str:
    """Where a household begins; another host may serve it."""
    return settings.PORTAL_BASE_URL.rstrip("/") + (address_of("circulars_home:index") or "/circulars/")


ON_GROUP = {
    face: Acts(
        keyword="group",
        known=GROUP_ACTS,
        open_to=policy.group_acts_open_to,
        moved="この班は、ほかの人の操作で変わっています。いまの状態を見てください。",
        page=f"{face}:group",
        show=show,
    )
    for face in ("circulars", "circulars_partner")
}
