"""役割分担 in the queue of an office, inside and outside the house."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.decorators import partner_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted
from chiba_ward.ui.pagination import KeysetPaginator
from consultations.support import papers, policy
from consultations.support.forms.meeting import DoneForm
from consultations.support.models import Meeting, RoleTask, SupportPlan
from consultations.support.services import tasks
from consultations.views.acting import add_refusal
from consultations.workflow.errors import Refused

ROWS = RoleTask.objects.select_related("consultation__matter", "meeting", "plan", "office", "done_by__person")
TABS = (("open", "これからすること"), ("late", "期限を過ぎたもの"), ("done", "済んだもの"))
PAGE = 50


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return staff_page(request, "support/staff/tasks.html", _list(request))


@partner_required
@require_safe
def partner_index(request: HttpRequest) -> HttpResponse:
    return render(request, "support/partner/tasks.html", _list(request))


def _list(request: HttpRequest) -> dict[str, Any]:
    actor, tab = actor_of_request(request), request.GET.get("tab", "")
    tab = tab if tab in dict(TABS) else "open"
    mine = RoleTask.objects.of_office(actor)
    rows = {"open": mine.open(), "late": mine.overdue(), "done": mine.filter(done_at__isnull=False)}[tab]
    page = KeysetPaginator(rows.select_related("consultation__matter"), ("due_on", "pk"), size=PAGE).page(
        request.GET
    )
    today = timezone.localdate()
    matters = [one.consultation_id for one in page]
    readlog.saw("role_task", [one.pk for one in page], verb=Verb.LIST, matters=matters)
    return {
        "title": "会議・プランで受け持った役割",
        "tabs": [{"label": label, "url": f"?tab={name}", "is_current": name == tab} for name, label in TABS],
        "page": page,
        "rows": [
            {"task": one, "number": one.consultation.receipt_no, **papers.state_of(one, today)}
            for one in page
        ],
    }


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, get_permitted(request, ROWS, pk=pk), "support/staff/task.html")


@partner_required
@require_safe
def partner_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, get_permitted(request, ROWS, pk=pk), "support/partner/task.html")


@staff_required
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _done(request, pk, "support:task", "support/staff/task.html")


@partner_required
@require_POST
def partner_done(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _done(request, pk, "support_partner:task", "support/partner/task.html")


def _done(request: HttpRequest, pk: int, view: str, template: str) -> HttpResponseBase:
    """済んだ. What was typed stays on the screen when it is refused."""
    task, form = get_permitted(request, ROWS, pk=pk), DoneForm(request.POST)
    if form.is_valid():
        try:
            tasks.done(task.pk, by=actor_of_request(request), result=form.cleaned_data["result"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "済んだと記録しました。招集した課に見えます。")
            return redirect(view, pk)
    return _show(request, task, template, form, status=422)


def _show(
    request: HttpRequest, task: RoleTask, template: str, form: DoneForm | None = None, status: int = 200
) -> HttpResponse:
    actor = actor_of_request(request)
    readlog.saw("role_task", [task.pk], matters=[task.consultation_id])
    context = {
        "title": f"受け持った役割　{task.consultation.receipt_no}",
        "task": task,
        "number": task.consultation.receipt_no,
        "may_do": policy.may_do(actor, task),
        "sees_meeting": _sees(Meeting, actor, task.meeting_id),
        "sees_plan": _sees(SupportPlan, actor, task.plan_id),
        "form": form or DoneForm(),
        **papers.state_of(task, timezone.localdate()),
    }
    if template.startswith("support/staff"):
        return staff_page(request, template, context, status=status)
    return render(request, template, context, status=status)


def _sees(model: Any, actor: Actor, pk: int | None) -> bool:
    return pk is not None and model.objects.visible_to(actor).filter(pk=pk).exists()
