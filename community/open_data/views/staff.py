"""取込み: a file is tried out, its report is read line by line, and somebody decides."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.pagination import KeysetPaginator
from community.open_data.enums import FILE_TONES, DataKind, FileState
from community.open_data.forms import FileFilter, UploadForm
from community.open_data.importers import COUNTS, UnreadableFile
from community.open_data.models import DataFile
from community.open_data.querysets import DataFileQuerySet
from community.open_data.services import data_files
from community.open_data.workflow.errors import Refused

PAGE = 50
NEWEST_FIRST = ("-checked_at", "-pk")
HEAD = ("ファイル名", "種類", "出典", "状態", "確かめた日時", *COUNTS.values())
LINE_WORDS = {"rejected": ("誤り", "overdue"), "doubtful": ("確認", "waiting"), "ended": ("終了", "returned")}


def _narrowed(request: HttpRequest) -> tuple[FileFilter, DataFileQuerySet]:
    """The filter, and the rows that it leaves, without what their files held."""
    form = FileFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    found = DataFile.objects.visible_to(actor_of_request(request)).defer("content", "lines")
    if words := given.get("q"):
        found = found.filter(Q(name__icontains=words) | Q(source__icontains=words))
    return form, found.filter(**{name: given[name] for name in ("kind", "state") if given.get(name)})


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    form, found = _narrowed(request)
    page = KeysetPaginator(found, NEWEST_FIRST, size=PAGE).page(request.GET)
    actor = actor_of_request(request)
    context = {
        "title": "オープンデータの取込み",
        "filter": form,
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [_row(one) for one in page],
        "may_import": allows(actor, "open_data.import"),
        "may_export": allows(actor, "open_data.export"),
        "kinds": DataKind,
    }
    return staff_page(request, "open_data/staff/index.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="open_data:index")
def index_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    _form, found = _narrowed(request)
    return csv_file("open-data", timezone.localdate(), HEAD, map(_cells, found.order_by(*NEWEST_FIRST)))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A file to try out: nothing is published yet."""
    require_door(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        upload = given["file"]
        try:
            checked = data_files.check(
                DataKind(given["kind"]),
                upload.read(),
                name=upload.name or "",
                source=given["source"],
                by=actor_of_request(request),
            )
        except UnreadableFile as error:
            form.add_error("file", error.message)
        else:
            return redirect("open_data:file", checked.pk)
    context = {"title": "ファイルを確かめる", "form": form}
    return staff_page(request, "open_data/staff/new.html", context, status=422 if form.errors else 200)


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _found(request, pk))


@staff_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, data_files.take, "取り込みました。公開のページに出ています。")


@staff_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, data_files.discard, "取りやめました。公開のページは、もとのままです。")


def _settle(request: HttpRequest, pk: int, act: Callable[..., DataFile], said: str) -> HttpResponse:
    found = _found(request, pk)
    try:
        act(found.pk, by=actor_of_request(request))
    except DataFile.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        return _show(request, _found(request, pk), refused.message, status=422)
    messages.success(request, said)
    return redirect("open_data:file", pk)


def _found(request: HttpRequest, pk: int) -> DataFile:
    rows = DataFile.objects.defer("content").select_related("checked_by__person", "settled_by__person")
    return get_permitted(request, rows, pk=pk)


def _show(request: HttpRequest, found: DataFile, problem: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of_request(request)
    is_waiting = found.state == FileState.CHECKED
    context = {
        "title": found.name,
        **_row(found),
        "lines": [(line, *LINE_WORDS[line["kind"]]) for line in found.lines],
        "problem": problem,
        "may_take": is_waiting and not found.counts.get("rejected") and allows(actor, "open_data.import"),
        "may_discard": is_waiting and allows(actor, "open_data.import"),
    }
    return staff_page(request, "open_data/staff/file.html", context, status=status)


def _row(found: DataFile) -> dict[str, Any]:
    state = FileState(found.state)
    return {
        "file": found,
        "state": state.label,
        "tone": FILE_TONES[state],
        "counts": [(label, found.counts.get(name, 0)) for name, label in COUNTS.items()],
    }


def _cells(found: DataFile) -> Iterable[object]:
    row = _row(found)
    checked = timezone.localtime(found.checked_at)
    facts = (found.name, found.get_kind_display(), found.source, row["state"], f"{checked:%Y-%m-%d %H:%M}")
    return (*facts, *(number for _, number in row["counts"]))
