"""団体台帳 as a list: filtered by the address, in pages, as a file and on paper. No contact stands in it."""

import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import require_door
from chiba_ward.ui import normalisation
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from community.enums import OrgKind
from community.forms.org import OrgFilter
from community.models import CommunityOrg, EnrolmentFigure, OrgPlace
from community.querysets import FRESH, OrgQuerySet

PAGE, MOST_ON_PAPER = 50, 300
ORDER = ("kana", "pk")
HEAD = (
    "番号",
    "名称",
    "よみ",
    "種別",
    "主な区",
    "活動分野",
    "活動区域",
    "加入世帯数",
    "時点",
    "最終確認日",
    "状態",
)
NUMBER = re.compile(r"D-?0*(\d{1,9})", re.IGNORECASE)


class Chosen(Narrowing):
    """What the address asks for, over the rows that `right` gives."""

    def __init__(self, request: HttpRequest, right: str) -> None:
        actor = actor_of_request(request)
        super().__init__(request, OrgFilter(request.GET or None))
        mine = CommunityOrg.objects.visible_to(actor).filter(rows_of(actor, right))
        self.rows = self._narrowed(mine).named()

    def _narrowed(self, rows: OrgQuerySet) -> OrgQuerySet:
        given, wanted = self.given, Q()
        if ward := given.get("ward"):
            wanted &= (
                Q(ward__isnull=True) if ward == "city" else (Q(ward__slug=ward) | _placed(ward__slug=ward))
            )
        if kind := given.get("kind"):
            wanted &= Q(kind=kind)
        if district := given.get("district"):
            wanted &= _placed(pk=district)
        if words := given.get("q"):
            wanted &= _named_like(words)
        rows = rows.stale() if given.get("stale") else rows
        state = given.get("state", "")
        rows = {"": rows.active, "ended": rows.ended, "all": rows.all}[state]()
        return rows.named().filter(wanted)

    def sorted(self) -> OrgQuerySet:
        figures = EnrolmentFigure.objects.filter(org=OuterRef("pk")).order_by("-as_of")
        last = {name: Subquery(figures.values(name)[:1]) for name in ("members", "as_of")}
        found = self.rows.annotate(**last).select_related("ward").order_by(*ORDER)
        return found.prefetch_related("fields", "places__area", "places__town__ward")


def _placed(**area: Any) -> Q:
    """With a place of today in such an area, or in one of its towns."""
    by_town = {"ward__slug": "town__ward__slug", "pk": "town__memberships__area"}
    places = OrgPlace.objects.valid_on().filter(org=OuterRef("pk"))
    found = Q()
    for key, value in area.items():
        found |= Q(**{f"area__{key}": value}) | Q(**{by_town[key]: value})
    return Q(Exists(places.filter(found)))


def _named_like(words: str) -> Q:
    """By a part of the name of today, of the reading in either kana, or by the number."""
    found = Q(label__contains=words) | Q(kana__contains=normalisation.katakana(words))
    number = NUMBER.fullmatch(normalisation.half_width(words))
    return found | Q(pk=int(number[1])) if number else found


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    actor, chosen = actor_of_request(request), Chosen(request, "community_org.list")
    page = KeysetPaginator(chosen.rows.select_related("ward"), ORDER, size=PAGE).page(request.GET)
    readlog.saw("community_org", [org.pk for org in page], verb=Verb.LIST, words=chosen.words)
    context = {
        "title": "団体台帳",
        "chosen": chosen,
        "filter": chosen.form,
        "page": page,
        "rows": [_row(org) for org in page],
        "may_add": allows(actor, "community_org.add"),
        "may_export": allows(actor, "community_org.export"),
        "has_any": chosen.is_narrowed or CommunityOrg.objects.visible_to(actor).exists(),
    }
    return staff_page(request, "community/staff/orgs.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="community:orgs")
def orgs_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    chosen = Chosen(request, "community_org.export")
    orgs = list(chosen.sorted())
    readlog.saw("community_org", [org.pk for org in orgs], verb=Verb.EXPORT, words=chosen.words)
    return csv_file("organisations", timezone.localdate(), HEAD, map(_cells, orgs))


@staff_required
@require_safe
def orgs_print(request: HttpRequest) -> HttpResponse:
    require_door(request)
    chosen = Chosen(request, "community_org.export")
    orgs = list(chosen.sorted()[: MOST_ON_PAPER + 1])
    shown = orgs[:MOST_ON_PAPER]
    readlog.saw("community_org", [org.pk for org in shown], verb=Verb.PRINT, words=chosen.words)
    context = {
        "title": "団体台帳（印刷用）",
        "rows": [{**_row(org), "members": org.members, "places": _places(org)} for org in shown],
        "is_cut": len(orgs) > MOST_ON_PAPER,
        "most": MOST_ON_PAPER,
    }
    return staff_page(request, "community/staff/orgs_print.html", context)


def _row(org: Any) -> dict[str, Any]:
    state, tone = state_of(org)
    return {
        "org": org,
        "name": org.label,
        "kind": OrgKind(org.kind).label,
        "ward": org.ward.name if org.ward else "全市",
        "state": state,
        "tone": tone,
    }


def state_of(org: CommunityOrg) -> tuple[str, str]:
    """A word for how the entry stands, and its tone."""
    today = timezone.localdate()
    if not org.is_active_on(today):
        return org.get_ending_display(), "done"
    if org.confirmed_on is None or org.confirmed_on < today - FRESH:
        return "未更新1年以上", "overdue"
    return "活動中", "active"


def _places(org: CommunityOrg) -> str:
    today = timezone.localdate()
    places = (place for place in org.places.all() if place.valid_to is None or place.valid_to > today)
    return "・".join(str(place.area.name if place.area else place.town) for place in places)


def _cells(org: Any) -> tuple[object, ...]:
    row = _row(org)
    fields = "、".join(field.name for field in org.fields.all())
    return (
        org.number, row["name"], org.kana, row["kind"], row["ward"], fields, _places(org),
        "" if org.members is None else org.members, org.as_of or "", org.confirmed_on or "", row["state"],
    )  # fmt: skip
