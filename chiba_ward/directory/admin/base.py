"""What the master tables share: the 要確認 mark, the day of the last check, two-step actions."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

# The one import uphill: the base asks the posting for permission, and without it the portal's site takes no table.
from chiba_ward.access.model_admin import PortalModelAdmin, PortalStackedInline
from chiba_ward.ui import components

FACT_FIELDS = ("source", "verified_on", "needs_verification")
FACT_FIELDSET: Any = ("出典と確認", {"fields": FACT_FIELDS})

__all__ = [
    "FACT_FIELDSET",
    "DirectoryAdmin",
    "PortalStackedInline",
    "VerifiedAdmin",
    "checked",
    "two_steps",
    "validity_of",
]


class NotCheckedFor(admin.SimpleListFilter):
    """Facts grow old: which were not checked within the last year?"""

    title = "最後の確認"
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("old", "1年より前"), ("recent", "1年以内"), ("never", "確認日なし")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        limit = timezone.localdate() - dt.timedelta(days=365)
        wanted: dict[str, dict[str, Any]] = {
            "old": {"verified_on__lt": limit},
            "recent": {"verified_on__gte": limit},
            "never": {"verified_on__isnull": True},
        }
        return queryset.filter(**wanted.get(self.value() or "", {}))


class DirectoryAdmin(PortalModelAdmin):
    """Rows are ended or corrected one by one; never deleted in bulk."""

    actions: ClassVar[Any] = ()  # type: ignore[misc]  # as in the base

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: act for name, act in super().get_actions(request).items() if name != "delete_selected"}


class VerifiedAdmin(DirectoryAdmin):
    """A table of facts: each line shows whether it needs checking; checked lines are ticked off together."""

    actions: ClassVar[Any] = ("mark_checked",)  # type: ignore[misc]  # as in the base

    @admin.display(description="要確認", ordering="needs_verification")
    def check_mark(self, row: Any) -> SafeString | str:
        return checked(row)

    @admin.action(description="確かめた(今日の日付を入れる)", permissions=["change"])
    def mark_checked(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        number = queryset.update(needs_verification=False, verified_on=timezone.localdate())
        self.message_user(request, f"{number}件を確認済みにしました。", messages.SUCCESS)


def checked(row: Any) -> SafeString | str:
    """The 要確認 mark, or the day of the last check."""
    if not row.needs_verification:
        return f"{row.verified_on:%Y/%m/%d} 確認" if row.verified_on else "確認済み"
    return components.status_chip("要確認", "waiting")


def validity_of(row: Any) -> str:
    """`2023/4/1〜` as a column."""
    end = f"{row.valid_to:%Y/%m/%d}の前日" if row.valid_to else ""
    return f"{row.valid_from:%Y/%m/%d}〜{end}"


def two_steps(
    model_admin: DirectoryAdmin,
    request: HttpRequest,
    rows: models.QuerySet[Any],
    *,
    form: forms.Form,
    page: dict[str, str],
    act: Callable[[Any, Any], None],
) -> HttpResponse | None:
    """Ask on a page of its own, then act on every row or on none; what the domain refuses is said there."""
    if "confirmed" in request.POST and form.is_valid() and _acted(rows, form, act):
        model_admin.message_user(request, page["done"], messages.SUCCESS)
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        **page,
        "form": form,
        "opts": model_admin.opts,
        "checkbox": ACTION_CHECKBOX_NAME,
        "keys": [row.pk for row in rows],
        "media": model_admin.media,
    }
    status = 422 if "confirmed" in request.POST else 200
    return TemplateResponse(request, "directory/admin/two_steps.html", context, status=status)


def _acted(rows: models.QuerySet[Any], form: forms.Form, act: Callable[[Any, Any], None]) -> bool:
    try:
        with transaction.atomic():
            for row in rows:
                _act_on(row, form, act)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _act_on(row: Any, form: forms.Form, act: Callable[[Any, Any], None]) -> None:
    try:
        act(row, form)
    except ValidationError as refusal:
        raise ValidationError([f"{row}: {message}" for message in refusal.messages]) from refusal
