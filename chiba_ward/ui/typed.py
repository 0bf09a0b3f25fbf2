"""What was typed into a form that could not be received: shown once more to be copied, kept and logged nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _

from .furigana import nofurigana

SECRET = re.compile(
    r"pass|phrase|code|token|secret|credential|csrf|^(next|seen|action|number)$", re.IGNORECASE
)
# What nobody typed: codes of a choice, ids, ticks. A text of a field that no form names must look like one.
SHORTEST = 6
NOT_PLAIN = re.compile(r"[^\x00-\x7f]|\s")
LONGEST = 20_000
MOST = 40


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """(label, text) of every text in the form; nothing of a form that another site has sent here."""
    if request.method != "POST" or not is_from_here(request):
        return []
    try:
        return list(_texts(request))[:MOST]
    except (UnreadablePostError, RequestDataTooBig, TooManyFieldsSent):
        return []


def is_from_here(request: HttpRequest) -> bool:
    """Another site must not make the portal show its words as somebody's own."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    sender = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    return bool(sender.netloc) and sender.netloc == request.get_host()


def page(request: HttpRequest, *, title: str, reason: str, steps: list[str], status: int) -> HttpResponse:
    """Says that nothing was sent and why, and shows what was typed."""
    context = {
        "title": title,
        "reason": reason,
        "steps": steps,
        "texts": kept(request),
        "back": _page_of_the_form(request),
        "has_files": bool(request.FILES) if is_from_here(request) else False,
    }
    return render(request, "ui/not_received.html", context, status=status)


def _page_of_the_form(request: HttpRequest) -> str:
    """Where the form stood; the address it was sent to may take nothing but forms."""
    sender = urlsplit(request.headers.get("Referer") or "")
    if sender.netloc != request.get_host():
        return request.get_full_path()
    return f"{sender.path}?{sender.query}" if sender.query else sender.path


def _texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        field = name.rsplit("-", 1)[-1]
        for value in values:
            if value.strip() and not SECRET.search(field) and _is_text(field, value):
                yield _labels().get(field) or _("入力した文"), value[:LONGEST]


def _is_text(field: str, value: str) -> bool:
    return field in _labels() or (len(value) >= SHORTEST and bool(NOT_PLAIN.search(value)))


@cache
def _labels() -> dict[str, str]:
    """Of every field of text in any form of the portal; a name that means several things has no label."""
    found: dict[str, set[str]] = {}
    for form in _forms(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
                found.setdefault(name, set()).add(nofurigana(field.label or ""))
    return {name: labels.pop() if len(labels) == 1 else "" for name, labels in found.items()}


def _forms(base: type) -> Iterator[type]:
    form: type
    for form in base.__subclasses__():
        yield form
        yield from _forms(form)
