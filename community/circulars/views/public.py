"""The household's pages: a key from paper instead of an account, the notice, one press 「読みました」; and the 班長's tick.

Nobody's name stands here, and which household reads is no business of the log: it tells circulars, never people.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access import throttle
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.policy import rows
from chiba_ward.access.public import public
from chiba_ward.casework.acting import add_refusal
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import OfficeVersion
from community.circulars import selectors
from community.circulars.enums import CircularState
from community.circulars.forms.public import CodeForm
from community.circulars.models import CircularKey, CircularRecipient, ECircular
from community.circulars.services import keys, ledger
from community.circulars.views import device

ROWS = ECircular.objects.select_related("office", "org__office")
MOST = 100
TURNS: dict[str, Callable[..., CircularRecipient]] = {
    "close": ledger.close_with,
    "reopen": ledger.reopen_with,
}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponseBase:
    """The code opens what was sent to the household; a browser that has shown it comes straight to the list."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (token := _opened(request, form)):
        response = redirect("circulars_home:index")
        device.remember(request, response, token)
        return response
    shown = device.shown(request)
    context = {
        "form": form,
        "homes": [_home(key) for key in shown if key.slot_id],
        "leads": [key.group for key in shown if key.group_id],
        "wants_more": "add" in request.GET,
    }
    return render(request, "circulars/public/index.html", context, status=422 if form.errors else 200)


def _opened(request: HttpRequest, form: CodeForm) -> str:
    """The token of this browser, or nothing with the reason beside the field."""
    if not form.is_valid():
        return ""
    try:
        return keys.open_with(form.cleaned_data["code"], throttle.bucket_of(request))
    except keys.WrongCode:
        form.add_error("code", form.WRONG)
    except throttle.TooManyTries as refused:
        text = _(
            "まちがいが続いたため、いまは開けません。%(minutes)d分ほど待ってから、もう一度入れてください。"
        )
        form.add_error("code", text % {"minutes": refused.minutes})
    except Refused as refused:
        add_refusal(form, refused)
    return ""


def _home(key: CircularKey) -> dict[str, Any]:
    """What was sent to a household, unread first; what has ended is found under what has been read."""
    sent = ROWS.for_key(key).order_by("-posted_at", "-pk")[:MOST]
    found = list(sent)
    read = selectors.read_by(key.slot_id or 0, [one.pk for one in found])
    lines = [_line(one, is_read=one.pk in read) for one in found]
    return {
        "key": key,
        "unread": [line for line in lines if line["is_new"]],
        "others": [line for line in lines if not line["is_new"]],
    }


def _line(circular: ECircular, *, is_read: bool) -> dict[str, Any]:
    return {
        "circular": circular,
        "sender": circular.sender_on(timezone.localdate()),
        "is_new": circular.is_current and not is_read,
        "is_read": is_read,
        "is_recalled": circular.state == CircularState.RECALLED,
        "is_over": circular.state == CircularState.ENDED
        or (circular.state == CircularState.POSTED and not circular.is_current),
    }


@public
@require_safe
def key(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR code leads: one press opens. Nothing is looked up before it, so the address alone tells nothing."""
    form = CodeForm(initial={"code": code[:40]})
    return render(request, "circulars/public/key.html", {"form": form})


@public
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One notice, by a key or because it is public. What was recalled says so here, with the reason and the day."""
    circular, mine = _sought(request, pk)
    if circular is None:
        return redirect("circulars_home:index")
    home = next((one for one in mine if one.slot_id), None)
    read = selectors.read_by(home.slot_id or 0, [pk]).get(pk) if home else None
    context = {
        "circular": circular,
        **_line(circular, is_read=read is not None),
        "office": _office(circular),
        "notices": selectors.notices_of(circular),
        "read": read,
        "may_read": home is not None and circular.is_current and read is None,
        "has_key": bool(mine),
        "is_large": request.GET.get("size") == "large",
    }
    return render(request, "circulars/public/show.html", context)


def _sought(request: HttpRequest, pk: int) -> tuple[ECircular | None, list[CircularKey]]:
    """The circular, and the keys of this browser that it was sent to. None where a key may yet open it."""
    shown = device.shown(request)
    mine = [one for one in shown if ECircular.objects.for_key(one).filter(pk=pk).exists()]
    found = ROWS.filter(pk=pk)
    circular = (
        found.first()
        if mine
        else found.filter(rows(actor_of_request(request), "e_circular.read_public")).first()
    )
    return circular, mine


def _office(circular: ECircular) -> OfficeVersion | None:
    """Whom to ask: the section's telephone of today. Of an association no number is shown."""
    return circular.office.version_on(timezone.localdate()) if circular.office else None


@public
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponseBase:
    """読みました, for the household."""
    circular, mine = _sought(request, pk)
    home = next((one for one in mine if one.slot_id), None)
    if circular is None or home is None:
        return redirect("circulars_home:index")
    if ledger.read(pk, key=home):
        messages.success(
            request, _("読んだことを記録しました。家族のだれかが読めば、その世帯は「既読」です。")
        )
    return redirect("circulars_home:show", pk)


@public
@require_safe
def group(request: HttpRequest) -> HttpResponseBase:
    """The 班長's page: what stands now for each 班 of the keys shown, its counts, and one tick for the paper."""
    leads = [one for one in device.shown(request) if one.group_id]
    if not leads:
        return redirect("circulars_home:index")
    return _lead(request, leads)


def _lead(request: HttpRequest, leads: list[CircularKey], status: int = 200) -> HttpResponse:
    found = CircularRecipient.objects.filter(
        group__in=[one.group_id for one in leads],
        circular__in=ECircular.objects.current().order_by().values("pk"),
    ).with_counts()
    rows_ = list(
        found.select_related("circular__office", "circular__org__office", "group__org__office").order_by(
            "group", "-circular__posted_at", "pk"
        )
    )
    context = {"keys": leads, "rows": rows_}
    return render(request, "circulars/public/group.html", context, status=status)


@public
@require_POST
def turn(request: HttpRequest, recipient: int, name: str) -> HttpResponseBase:
    """紙が回り終わった, or まちがえて押した."""
    leads = [one for one in device.shown(request) if one.group_id]
    if not leads:
        return redirect("circulars_home:index")
    if name not in TURNS:
        raise Http404
    there = CircularRecipient.objects.filter(pk=recipient).first()
    own = next((one for one in leads if there and one.group_id == there.group_id), None)
    if own is None:
        raise Http404
    try:
        TURNS[name](recipient, key=own)
    except Refused as refused:
        messages.error(request, refused.message)
        return _lead(request, leads, status=409)
    messages.success(request, _("記録しました。"))
    return redirect("circulars_home:group")


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """この端末で閉じる: the keys are forgotten here and nowhere else."""
    response = redirect("circulars_home:index")
    device.forget(request, response)
    messages.success(request, _("この端末で閉じました。また開くときは、紙の鍵を入れてください。"))
    return response
