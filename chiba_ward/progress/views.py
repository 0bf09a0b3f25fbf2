"""The coordinator's first page (中央区役所の調整, chapter 4 of the policy)."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from chiba_ward.access.request import PortalRequest
from chiba_ward.documents import services as documents
from chiba_ward.progress import figures, policy
from chiba_ward.progress.charts import charts_for
from chiba_ward.progress.registry import Period

PERIODS = (("month", "今月"), ("last", "先月"), ("year", "今年度"))


def index(request: PortalRequest) -> HttpResponse:
    """Indicators by ward for a period, with denominators, masking and the moment of counting."""
    name, period = _period(request.GET.get("period", ""))
    found = figures.table(period, policy.wards_of(request.actor))
    context = {
        "table": found,
        "charts": charts_for(found),
        "tabs": [
            {"label": label, "url": f"?period={key}", "is_current": key == name} for key, label in PERIODS
        ],
        "period_name": name,
        "may_report": policy.may_make_report(request.actor),
    }
    return render(request, "progress/index.html", context)


@require_POST
def report(request: PortalRequest) -> HttpResponse:
    """進捗状況報告 as a PDF, made by a worker; its page shows how far it is."""
    _name, period = _period(request.POST.get("period", ""))
    document = documents.request(
        "progress_report",
        title=f"進捗状況 {period.first:%Y-%m-%d}〜{period.last:%Y-%m-%d}",
        by=request.actor,
        params={"from": period.first.isoformat(), "to": period.last.isoformat()},
    )
    return redirect("documents:show", document.pk)


def _period(name: str) -> tuple[str, Period]:
    today = timezone.localdate()
    if name == "last":
        return name, Period.month(today.replace(day=1) - dt.timedelta(days=1))
    if name == "year":
        return name, Period.year(today)
    return "month", Period.month(today)
