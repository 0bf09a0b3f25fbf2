"""Widgets of the portal: large targets, a label for each control, nothing that needs JavaScript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from .japanese_dates import ERAS, era_of, era_year


class HintedChoices:
    """Adds a line of explanation below single choices; a mixin for choice widgets.

    ``hints`` maps a choice's value to its sentence, ``columns`` sets short choices side by side."""

    def __init__(
        self, *args: Any, hints: Mapping[str, Any] | None = None, columns: bool = False, **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.hints, self.columns = dict(hints or {}), columns

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the option with its hint."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc] # mixin
        return option | {"hint": self.hints.get(str(value), "")}

    def get_context(self, *args: Any) -> dict[str, Any]:
        """Return the context with the layout of the choices."""
        context: dict[str, Any] = super().get_context(*args)  # type: ignore[misc] # mixin of a widget
        context["widget"]["columns"] = self.columns
        return context


class RadioCards(HintedChoices, forms.RadioSelect):
    """One of several, each on a card that can be touched as a whole."""

    template_name = "forms/widgets/options.html"


class CheckboxList(HintedChoices, forms.CheckboxSelectMultiple):
    """Any of several, each on a card that can be touched as a whole."""

    template_name = "forms/widgets/options.html"


class CheckboxCard(forms.CheckboxInput):
    """A single tick; the field template puts its sentence beside it on one card."""


class CodeInput(forms.TextInput):
    """A receipt number or one-time code: wide, monospaced, no correction by the telephone."""

    def __init__(self, attrs: dict[str, Any] | None = None):
        plain = {"class": "cw-input cw-input--code", "autocapitalize": "characters", "spellcheck": "false"}
        super().__init__({**plain, "autocomplete": "off", **(attrs or {})})


class PortalFileInput(forms.ClearableFileInput):
    """A file control in Japanese; several files where the field allows them."""

    template_name = "forms/widgets/file.html"
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None, multiple: bool = False):
        super().__init__({**(attrs or {}), **({"multiple": True} if multiple else {})})

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """Return the list of files if several are allowed, else the single one."""
        if not self.attrs.get("multiple"):
            return files.get(name)
        return files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []


class EraDateInput(forms.MultiWidget):
    """Era, year, month and day: four small controls that need no calendar to be opened."""

    template_name = "forms/widgets/era_date.html"
    use_fieldset = True
    western_first: list[tuple[str, Any]] = [("", _("西暦"))]

    def __init__(self, attrs: dict[str, Any] | None = None, birthday: bool = False):
        eras = [(era.name, era.name) for era in ERAS]
        completes = ("", "bday-year", "bday-month", "bday-day") if birthday else ("", "off", "off", "off")
        numbers = [
            forms.TextInput({"inputmode": "numeric", "maxlength": size, "autocomplete": complete})
            for size, complete in zip((4, 2, 2), completes[1:], strict=True)
        ]
        choices = [*self.western_first, *eras]
        super().__init__(
            {"era": forms.Select(choices=choices), **dict(zip(self.parts[1:], numbers, strict=True))}, attrs
        )

    parts = ("era", "year", "month", "day")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the context with a label for each control."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        labels = (_("年号"), _("年"), _("月"), _("日"))
        for part, label, subwidget in zip(self.parts, labels, context["widget"]["subwidgets"], strict=True):
            subwidget["part"], subwidget["label"] = part, label
            subwidget["attrs"]["class"] = f"cw-input cw-date__{part}"
        return context

    def decompress(self, value: Any) -> list[Any]:
        """Split a day into era, year, month and day; show what was typed if it was no day."""
        if isinstance(value, (list, tuple)):
            return list(value)
        if not isinstance(value, dt.date):
            return ["", "", "", ""]
        era = era_of(value)
        name = era.name if era else ""
        return [name, era_year(value).removeprefix(name).removesuffix("年"), value.month, value.day]
