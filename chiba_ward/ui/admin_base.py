"""What the stock admin lacks for readers' aids, put right once for every ModelAdmin of the portal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models
from django.utils.translation import gettext_lazy as _


class LabelledSplitDateTime(AdminSplitDateTime):
    """Date and time as two controls that each have a name (Django leaves both without a label)."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the context with a name on each control."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for subwidget, label in zip(context["widget"]["subwidgets"], (_("日付"), _("時刻")), strict=True):
            subwidget["attrs"]["aria-label"] = label
        return context


class PortalModelAdmin(admin.ModelAdmin):
    """The base of every register in the admin: labelled date-times, counts beside filters, 50 rows."""

    formfield_overrides = {
        models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": LabelledSplitDateTime}
    }
    show_facets = admin.ShowFacets.ALWAYS
    show_full_result_count = False
    list_per_page = 50
    save_on_top = False
