"""The controls that are written without a template are those of Django's templates, to the letter."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chiba_ward.ui.quick_widgets import FOLDER, WRITERS, QuickRenderer
from chiba_ward.ui.widgets import CheckboxList, RadioCards

SHARP = "<b>\"&'</b>"
CHOICES = [
    ("", "すべて"),
    (1, SHARP),
    ("1000", 1000),
    (SHARP, _("受付")),
    (SafeString("&amp;"), SafeString("<i>x</i>")),
    ("部", [("a", "甲｜区役所《くやくしょ》"), (SHARP, "乙")]),
]
ATTRIBUTES = {
    "id": "id_x",
    "class": SHARP,
    "required": True,
    "disabled": False,
    "maxlength": 1000,
    "data-x": SafeString("&lt;"),
}
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.Select(choices=CHOICES), value) for value in (None, "", 1, "1000", SHARP, "a", "nowhere")
]
WIDGETS += [(forms.SelectMultiple(choices=CHOICES), ["1", "a"]), (forms.NullBooleanSelect(), True)]
WIDGETS += [
    (widget(), value)
    for widget in (forms.TextInput, forms.HiddenInput, forms.EmailInput, forms.TextInput, forms.Textarea)
    for value in (None, "", SHARP, 1234567, SafeString("&amp;"))
]
CARDS = [(value, label) for value, label in CHOICES if value]
HINTS = {"1": "区役所《くやくしょ》" + SHARP, SHARP: _("受付")}
WIDGETS += [
    (kind(choices=CARDS, columns=columns, hints=HINTS), value)
    for kind, value in ((RadioCards, "1"), (RadioCards, None), (CheckboxList, ["1", "a", SHARP]))
    for columns in (False, True)
]
WIDGETS += [
    (forms.NumberInput(), 1234567),
    (forms.URLInput(), "https://demo.example.jp/?a=1&b=2"),
    (forms.PasswordInput(render_value=True), SHARP),
    (forms.SearchInput(), SHARP),
    (forms.TelInput(), "043-000-0000"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.DateInput(), dt.date(2026, 4, 1)),
    (forms.TimeInput(), dt.time(8, 30)),
]


@pytest.mark.parametrize(("widget", "value"), WIDGETS)
@pytest.mark.parametrize("attrs", [None, ATTRIBUTES])
def test_the_same_markup(widget: forms.Widget, value: Any, attrs: dict[str, Any] | None) -> None:
    assert widget.template_name in WRITERS
    name = f"name{SHARP}"
    slow = TemplatesSetting() if widget.template_name.startswith("forms/") else DjangoTemplates()
    quick = widget.render(name, value, attrs, QuickRenderer())
    assert quick == widget.render(name, value, attrs, slow)
    assert isinstance(quick, SafeString)


def test_each_writer_was_compared() -> None:
    compared = {widget.template_name for widget, _ in WIDGETS}
    assert set(WRITERS) - compared == {f"{FOLDER}input.html"}
