"""The plainest controls written without a template: to the letter what Django's own templates give, ten times as fast.

A queue has nine selects with a hundred options, a case screen three hundred, and Django renders two templates for each
option. What is not in `WRITERS` goes the usual way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData

from .furigana import furigana

FOLDER = "django/forms/widgets/"
Widget = Mapping[str, Any]
Writer = Callable[[Widget], str]


def _text(value: Any) -> str:
    """`value|stringformat:"s"`: text that was declared safe stays, everything else is escaped."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))


def attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in attrs.items()
        if value is not False
    )


def write_input(widget: Widget) -> str:
    value = widget["value"]
    shown = "" if value is None else f' value="{_text(value)}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{shown}{attributes(widget["attrs"])}>'


def write_textarea(widget: Widget) -> str:
    value = conditional_escape(localize(widget["value"])) if widget["value"] else ""
    return f'<textarea name="{conditional_escape(widget["name"])}"{attributes(widget["attrs"])}>\n{value}</textarea>'


def write_select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    return f'<select name="{conditional_escape(widget["name"])}"{attributes(widget["attrs"])}>{groups}\n</select>'


def _group(name: Any, options: Iterable[Widget]) -> str:
    inside = "".join(f"\n  {_option(option)}" for option in options)
    return f'\n  <optgroup label="{conditional_escape(name)}">{inside}\n  </optgroup>' if name else inside


def _option(option: Widget) -> str:
    label = conditional_escape(localize(option["label"]))
    return f'<option value="{_text(option["value"])}"{attributes(option["attrs"])}>{label}</option>\n'


def write_options(widget: Widget) -> str:
    """The portal's own cards: `forms/widgets/options.html`."""
    inline = " cw-options--inline" if widget["columns"] else ""
    groups = "".join(_cards(name, options) for name, options, _ in widget["optgroups"])
    return f'<div class="cw-options{inline}"{_id("id", widget["attrs"])}>{groups}</div>'


def _cards(name: Any, options: Iterable[Widget]) -> str:
    title = f'<p class="cw-option__group">{conditional_escape(name)}</p>' if name else ""
    return title + "".join(map(_card, options))


def _card(option: Widget) -> str:
    hint = option["hint"] and f'<span class="cw-option__hint">{furigana(option["hint"])}</span>'
    words = f"<span>{furigana(option['label'])}{hint}</span>"
    return f'<label class="cw-option"{_id("for", option["attrs"])}>{write_input(option)}\n{words}</label>'


def _id(name: str, attrs: Mapping[str, Any]) -> str:
    return f' {name}="{conditional_escape(attrs["id"])}"' if attrs.get("id") else ""


INPUTS = (
    "input",
    "text",
    "number",
    "email",
    "url",
    "search",
    "tel",
    "password",
    "hidden",
    "date",
    "time",
    "checkbox",
)


def _template(widget: str) -> str:
    return f"{FOLDER}{widget}.html"


WRITERS: dict[str, Writer] = {
    **{_template(name): write_input for name in INPUTS},
    _template("textarea"): write_textarea,
    _template("select"): write_select,
    "forms/widgets/options.html": write_options,
}


class QuickWidgets:
    """A mixin for renderers: the plainest controls by hand, everything else by its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The markup of a widget, a field or a form."""
        writer = WRITERS.get(template_name)
        if writer is not None:
            return writer(context["widget"])
        markup: str = super().render(template_name, context, request)  # type: ignore[misc]  # mixin of a renderer
        return markup


class QuickRenderer(QuickWidgets, DjangoTemplates):
    """Django's default renderer for forms that are not the portal's own: filters, the admin."""
