"""受付・振り分けの一覧: risk first, then due time (J3)."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
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
from chiba_ward.ui.pagination import KeysetPaginator
from consultations.filters import QueueFilter, due_rule
from consultations.forms.staff import BulkForm
from consultations.models import Consultation
from consultations.querysets import mine_rule
from consultations.services import triage
from consultations.views.staff.rows import line_of, rows_of
from consultations.workflow.errors import Refused

BY_RISK = ("risk_rank", "due_at", "pk")
LATEST_FIRST = ("-received_at", "-pk")
TABS = (
    ("", "対応中すべて"),
    ("due=urgent", "急いで読む"),
    ("whose=none", "担当なし"),
    ("whose=mine", "自分の担当"),
    ("due=overdue", "期限を過ぎた"),
    ("due=today", "今日が期限"),
    ("due=unread", "未読の連絡"),
    ("due=waiting", "返事待ち"),
)
MOST_AT_ONCE = 100


@require_safe
@staff_required
def queue(request: PortalRequest) -> HttpResponse:
    """Filters, counts, keyset pages; every number is what this actor may open."""
    visible = Consultation.objects.visible_to(request.actor)
    chosen = QueueFilter(request.GET, queryset=visible, request=request)
    page = KeysetPaginator(filtered(chosen).for_queue(), order_of(chosen)).page(request.GET)
    found = chosen.confirmed(list(page.rows))
    readlog.saw("consultation", [case.pk for case in found], verb=Verb.LIST, words=request.GET.get("q", ""))
    office = request.actor.posting.post.office
    may_sort = allows(request.actor, "consultation.triage")
    context = {
        "title": "相談の一覧",
        "filter": chosen,
        "page": page,
        "lines": [line_of(row, is_chosen_from=may_sort) for row in rows_of(found, office)],
        "tabs": _tabs(request, visible),
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


def _tabs(request: PortalRequest, visible: Any) -> list[dict[str, Any]]:
    """The views a clerk changes between all day; all their counts in one question."""
    counts = counts_of(visible, request.actor, timezone.now())
    current = _without_page(request.GET)
    return [
        {"label": label, "url": f"?{query}", "count": counts[query], "is_current": current == query}
        for query, label in TABS
    ]


def counts_of(visible: Any, actor: Any, now: dt.datetime) -> dict[str, int]:
    """How many open cases each tab holds."""
    rules = {
        "": Q(),
        "whose=none": Q(assignee__isnull=True),
        "whose=mine": mine_rule(actor),
        **{
            f"due={name}": due_rule(name, now) for name in ("overdue", "today", "urgent", "unread", "waiting")
        },
    }
    names = {f"n{place}": query for place, query in enumerate(rules)}
    found = (
        visible.open()
        .order_by()
        .aggregate(**{name: Count("pk", filter=rules[query] or None) for name, query in names.items()})
    )
    return {query: found[name] for name, query in names.items()}


def _without_page(query: QueryDict) -> str:
    """The conditions of the address alone."""
    kept = query.copy()
    for name in ("after", "before", "size", "given"):
        kept.pop(name, None)
    for name in [name for name in kept if not kept[name]]:
        kept.pop(name)
    return str(kept.urlencode())
