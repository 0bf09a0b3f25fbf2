"""The coordinator's first page (中央区役所の調整, chapter 4 of the policy)."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from chiba_ward.access.request import PortalRequest
from chiba_ward.directory.models import Ward
from chiba_ward.documents import services as documents
from chiba_ward.progress import figures, policy
from chiba_ward.progress.charts import charts_for
from chiba_ward.progress.registry import Period
from chiba_ward.rows.memory import recall

PERIODS = (("month", "今月"), ("last", "先月"), ("year", "今年度"))


def index(request: PortalRequest) -> HttpResponse:
    """Indicators by ward for a period, with denominators, masking and the moment of counting."""
    name, period = _period(request.GET.get("period", ""))
    wards = policy.wards_of(request.actor)
    shown, comparison = drawn(period, wards)
    context = {
        "wards": wards,
        "figures": shown,
        "comparison": comparison,
        "tabs": [
            {"label": label, "url": f"?period={key}", "is_current": key == name} for key, label in PERIODS
        ],
        "period_name": name,
        "may_report": policy.may_make_report(request.actor),
    }
    return render(request, "progress/index.html", context)


def drawn(period: Period, wards: list[Ward]) -> tuple[str, str]:
    """Tables and charts as markup, drawn once for each count: whoever sees the same wards sees the same figures.

    Two empty texts where nothing was counted for the period yet.
    """
    key = ("figures", period, tuple(ward.pk for ward in wards), figures.stamp(period), get_language())
    return recall(key, lambda: _drawn(period, wards))


def _drawn(period: Period, wards: list[Ward]) -> tuple[str, str]:
    found = figures.table(period, wards)
    if found.as_of is None:
        return "", ""
    context = {"table": found, "charts": charts_for(found)}
    return (
        render_to_string("progress/_figures.html", context),
        render_to_string("progress/_comparison.html", context),
    )


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
