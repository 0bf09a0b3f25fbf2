"""受付・振り分けの一覧: risk first, then due time (J3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.decorators import staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import Verb
from chiba_ward.access.request import PortalRequest
from chiba_ward.ui.pagination import CappedCount, KeysetPaginator
from consultations import tallies
from consultations.filters import QueueFilter
from consultations.forms.staff import BulkForm
from consultations.models import Consultation
from consultations.services import triage
from consultations.views.staff.rows import lines_of, rows_of
from consultations.workflow.errors import Refused

BY_RISK = ("risk_rank", "due_at", "pk")
LATEST_FIRST = ("-received_at", "-pk")
# conditions in the address, label, name of the count
TABS = (
    ("", "対応中すべて", tallies.ALL),
    ("due=urgent", "急いで読む", "urgent"),
    ("whose=none", "担当なし", tallies.UNTAKEN),
    ("whose=mine", "自分の担当", tallies.MINE),
    ("due=overdue", "期限を過ぎた", "overdue"),
    ("due=today", "今日が期限", "today"),
    ("due=unread", "未読の連絡", "unread"),
    ("due=waiting", "返事待ち", "waiting"),
)
MOST_AT_ONCE = 100


@require_safe
@staff_required
def queue(request: PortalRequest) -> HttpResponse:
    """Filters, counts, keyset pages; every number is what this actor may open."""
    visible = Consultation.objects.visible_to(request.actor)
    chosen = QueueFilter(request.GET, queryset=visible, request=request)
    counts = tallies.counts_of(visible.open(), request.actor, timezone.now(), [name for *_, name in TABS])
    page = KeysetPaginator(filtered(chosen).for_queue(), order_of(chosen)).page(
        request.GET, count=_known_count(request, counts)
    )
    found = chosen.confirmed(list(page.rows))
    readlog.saw("consultation", [case.pk for case in found], verb=Verb.LIST, words=request.GET.get("q", ""))
    office = request.actor.posting.post.office
    may_sort = allows(request.actor, "consultation.triage")
    context = {
        "title": "相談の一覧",
        "filter": chosen,
        "page": page,
        "lines": lines_of(rows_of(found, office, request.actor), is_chosen_from=may_sort),
        "tabs": _tabs(request, counts),
        "bulk": BulkForm(office=office) if may_sort else None,
        "may_export": allows(request.actor, "consultation.export"),
        "is_by_risk": order_of(chosen) is BY_RISK,
        "given": list(
            Consultation.objects.given_away_by(request.actor).select_related("matter", "desk_office")
        )
        if "given" in request.GET
        else [],
        "query": _without_page(request.GET),
    }
    return staff_page(request, "consultations/staff/queue.html", context)


def filtered(chosen: QueueFilter) -> Any:
    """What the conditions of the address leave; conditions that cannot be read narrow nothing."""
    return chosen.qs if chosen.form.is_valid() else chosen.queryset.open()


def order_of(chosen: QueueFilter) -> tuple[str, ...]:
    """Open cases by risk, then due; where ended ones are among them, the latest first."""
    return LATEST_FIRST if chosen.form.data.get("show") in ("ended", "all") else BY_RISK


@require_POST
@staff_required
def bulk(request: PortalRequest) -> HttpResponse:
    """まとめて振り分ける. What could not go is said, each with its number and reason."""
    back = QueryDict(request.POST.get("back", ""), mutable=True)
    form = BulkForm(request.POST, office=request.actor.posting.post.office)
    chosen = _chosen(request.POST.getlist("case"))
    if not chosen:
        messages.warning(request, "まだ振り分けていません。振り分ける相談に印を付けてから、押してください。")
    elif not form.is_valid():
        messages.error(request, "まだ振り分けていません。振り分け先の課を選んでから、押してください。")
    else:
        office = form.cleaned_data["office"]
        lines = triage.bulk_assign(chosen, by=request.actor, office=office)
        _tell_bulk(request, str(office), lines)
        if any(not line.problem for line in lines):
            back["given"] = "1"
    return redirect(f"{reverse('staff:queue')}?{back.urlencode()}")


@require_POST
@staff_required
def take_back(request: PortalRequest) -> HttpResponse:
    """取り戻す what was given to another section by mistake, while nobody there has taken it."""
    number = request.POST.get("number", "")
    case = Consultation.objects.given_away_by(request.actor).filter(matter__receipt_no=number).first()
    try:
        if case is None:
            raise Refused("もう取り戻せません。引き受けた課に電話で伝えてください。")
        triage.take_back(case.pk, by=request.actor)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("staff:queue")
    messages.success(request, f"{number} を取り戻しました。担当なしの相談として並んでいます。")
    return redirect("staff:case", number)


def _chosen(values: list[str]) -> dict[int, int | None]:
    """`case` values are 「id:posting seen as 担当」; anything else was not made by this page."""
    pairs = (value.partition(":") for value in values[:MOST_AT_ONCE])
    return {int(pk): int(holder) or None for pk, _, holder in pairs if pk.isdigit() and holder.isdigit()}


def _tell_bulk(request: PortalRequest, office: str, lines: list[triage.BulkLine]) -> None:
    done = [line.number for line in lines if not line.problem]
    if done:
        messages.success(request, f"{len(done)}件を{office}に振り分けました（{'、'.join(done)}）。")
    for line in lines:
        if line.problem:
            lead = (
                ""
                if line.number and line.number in line.problem
                else f"{line.number or '番号の分からない相談'}："
            )
            messages.error(request, f"{lead}{line.problem}")


def _tabs(request: PortalRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The views a clerk changes between all day; all their counts in one question."""
    current = _without_page(request.GET)
    return [
        {"label": label, "url": f"?{query}", "count": counts[name], "is_current": current == query}
        for query, label, name in TABS
    ]


def _known_count(request: PortalRequest, counts: dict[str, int]) -> CappedCount | None:
    """The list of a tab has as many rows as its tab says: they are not counted twice."""
    conditions = _without_page(request.GET)
    known = next((counts[name] for query, _, name in TABS if query == conditions), None)
    return None if known is None else CappedCount.of(known)


def _without_page(query: QueryDict) -> str:
    """The conditions of the address alone."""
    kept = query.copy()
    for name in ("after", "before", "size", "given"):
        kept.pop(name, None)
    for name in [name for name in kept if not kept[name]]:
        kept.pop(name)
    return str(kept.urlencode())
