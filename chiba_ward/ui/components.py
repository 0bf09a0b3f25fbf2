"""The components that take data: each turns plain values into the context of one small template.

Those that wrap other markup are block tags; everything is offered by the tag library ``portal``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .charts import WIDTH, Chart

SHAPES = {
    "neutral": "M2 6h8",
    "new": "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z",
    "active": "M2 1l9 5-9 5z",
    "waiting": "M2 1h8L2 11h8z",
    "done": "M1.5 6.5l3 3 6-7",
    "urgent": "M6 .5L11.5 11h-11zM6 4v3.5M6 9v.5",
    "overdue": "M6 1v6.5M6 10v.5",
    "returned": "M11 9c0-6-9-6-9-1M2 8L.5 5M2 8l3-2",
    "paused": "M3.5 2v8M8.5 2v8",
}
FILLED = {"active"}
BANNER_ICONS = {
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "error": "error",
    "promise": "clock",
}
# Django's message levels, and the word that says what colour alone must not.
_LEVELS = {"debug": "info", "info": "info", "success": "success", "warning": "warning", "error": "error"}


def chip(label: Any, tone: str) -> dict[str, Any]:
    """The context of one chip."""
    tone = tone if tone in SHAPES else "neutral"
    return {"label": label, "tone": tone, "shape": SHAPES[tone], "is_filled": tone in FILLED}


def status_chip(state: Any, tone: str = "") -> SafeString:
    """A state as shape, word and colour: pass a member of an enum with ``label`` and ``tone``, or a text."""
    tone = tone or str(getattr(state, "tone", "neutral"))
    label = str(getattr(state, "label", state))
    return _chip(
        label + "", tone
    )  # a text that was declared safe is plain again: nobody decides that for a chip


@lru_cache(maxsize=4096)
def _chip(label: str, tone: str) -> SafeString:
    """A page of fifty rows shows the same few chips again and again."""
    return render_to_string("components/status_chip.html", chip(label, tone))


def banner(content: str, title: str = "", tone: str = "info", live: bool = False) -> SafeString:
    """A framed notice; ``tone`` is info, success, warning, error or promise."""
    context = {"content": content, "title": title, "tone": tone, "icon": BANNER_ICONS[tone], "live": live}
    return render_to_string("components/banner.html", context)


def message_tone(tags: str) -> str:
    """Return the banner's tone for the tags of one of Django's messages."""
    return next((_LEVELS[tag] for tag in tags.split() if tag in _LEVELS), "info")


def empty_state(content: str, title: str, icon: str = "inbox") -> SafeString:
    """What a list shows when it has nothing: what that means and what to do first."""
    return render_to_string("components/empty.html", {"content": content, "title": title, "icon": icon})


def details(content: str, summary: str, is_open: bool = False) -> SafeString:
    """A part that opens on demand."""
    return render_to_string(
        "components/details.html", {"content": content, "summary": summary, "is_open": is_open}
    )


def error_summary(*forms: BaseForm | BaseFormSet[Any]) -> dict[str, Any]:
    """Every error of the forms with a link to its field; nothing if there is none."""
    singles = [one for form in forms for one in (form.forms if isinstance(form, BaseFormSet) else [form])]
    general = [
        str(text)
        for form in forms
        if isinstance(form, BaseFormSet) and form.is_bound
        for text in form.non_form_errors()
    ]
    general += [str(text) for form in singles if form.is_bound for text in form.non_field_errors()]
    fields = [
        {"target": getattr(bound, "first_control_id", bound.id_for_label), "text": str(text)}
        for form in singles
        if form.is_bound
        for bound in form
        for text in bound.errors
    ]
    return {"general": general, "fields": fields, "total": len(general) + len(fields)}


def step_nav(steps: Sequence[str], current: int) -> dict[str, Any]:
    """Where one is in a journey; ``current`` counts from 1."""
    entries = [
        {"name": name, "is_done": number < current, "is_current": number == current}
        for number, name in enumerate(steps, start=1)
    ]
    return {"steps": entries, "current": current, "total": len(entries)}


def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """Label, address, label, address … and the label of this page, or one list of (label, url)."""
    if len(parts) == 1 and not isinstance(parts[0], str):
        pairs = [(str(label), str(url)) for label, url in parts[0]]
    else:
        padded = [*parts, ""] if len(parts) % 2 else list(parts)
        pairs = list(zip(map(str, padded[::2]), map(str, padded[1::2]), strict=True))
    return {"crumbs": pairs}


def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Tabs that are links: each item has label, url, is_current and, if wanted, count."""
    plain = [item if isinstance(item, dict) else vars(item) for item in items]
    return {"items": [{"count": None, "is_current": False, **item} for item in plain], "label": label}


def tile(
    label: str, value: Any, url: str = "", tone: str = "", unit: str = "", note: str = ""
) -> dict[str, Any]:
    """A count that leads to its list; ``tone`` is empty, urgent, warning or done, and zero is quiet."""
    tone = "empty" if value in (0, "0", None, "") else tone
    shown = "―" if value is None else value
    return {"label": label, "value": shown, "url": url, "tone": tone, "unit": unit or _("件"), "note": note}


def pagination(page: Any) -> dict[str, Any]:
    """前 and 次 for a KeysetPage, with the count."""
    return {"page": page}


def progress_bar(
    label: str, value: int | None = None, maximum: int = 100, poll_url: str = "", note: str = ""
) -> dict[str, Any]:
    """A bar in words and figures; ``value`` None means begun but not measurable. With ``poll_url`` the
    fragment replaces itself every two seconds; without JavaScript the page offers a link to look again."""
    percent = None if value is None else round(100 * value / maximum) if maximum else 0
    return {
        "label": label,
        "value": value,
        "maximum": maximum,
        "percent": percent,
        "poll_url": poll_url,
        "note": note,
    }


def receipt_number(number: str, label: str = "", note: str = "") -> dict[str, Any]:
    """The number a person reads out on the telephone, in groups, with a button to copy it."""
    return {"number": number, "groups": number.split("-"), "label": label or _("受付番号"), "note": note}


def phone_callout(number: str, label: str, note: str = "") -> dict[str, Any]:
    """A telephone number large enough to be dialled by eye."""
    return {
        "number": number,
        "dial": "".join(c for c in number if c.isdigit() or c in "+#").replace("#", "%23"),
        "label": label,
        "note": note,
    }


def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened, in order: each entry has ``when`` and ``title`` and may have ``body``, ``who`` and
    ``mark`` (``now`` or ``next``); objects and dicts both serve."""
    names = ("when", "title", "body", "who", "mark")
    return {"entries": [{name: _get(entry, name) for name in names} for entry in entries]}


def file_list(files: Iterable[Any], delete_name: str = "") -> dict[str, Any]:
    """Stored files: each has ``name`` and may have ``url``, ``size`` (bytes), ``note`` and ``key``.
    With ``delete_name`` each gets a delete button that posts its key under that name."""
    names = ("name", "url", "size", "note", "key")
    return {"files": [{name: _get(one, name) for name in names} for one in files], "delete_name": delete_name}


def chart(drawing: Chart, is_print: bool = False) -> SafeString:
    """A BarChart or LineChart as figure, sentence and table; in print the table is open."""
    context = {"chart": drawing, "is_print": is_print, "width": WIDTH}
    return render_to_string(drawing.template_name, context)  # type: ignore[attr-defined] # on both kinds


def _get(thing: Any, name: str) -> Any:
    value = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    return "" if value is None else value


INCLUSIONS: dict[str, Any] = {
    "breadcrumbs": breadcrumbs,
    "error_summary": error_summary,
    "file_list": file_list,
    "pagination": pagination,
    "phone_callout": phone_callout,
    "progress_bar": progress_bar,
    "receipt_number": receipt_number,
    "step_nav": step_nav,
    "tabs": tabs,
    "tile": tile,
    "timeline": timeline,
}
BLOCKS: dict[str, Any] = {"banner": banner, "details": details, "empty_state": empty_state}


def register(library: template.Library) -> None:
    """Offer every component as a tag of ``library``."""
    for name, function in INCLUSIONS.items():
        library.inclusion_tag(f"components/{name}.html", name=name)(function)
    for name, function in BLOCKS.items():
        library.simple_block_tag(function, name=name)
    library.simple_tag(chart, name="chart")
    library.simple_tag(status_chip, name="status_chip")
