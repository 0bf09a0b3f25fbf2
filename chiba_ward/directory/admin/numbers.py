from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chiba_ward.directory import selectors
from chiba_ward.directory.admin.base import FACT_FIELDSET, NotCheckedFor, VerifiedAdmin
from chiba_ward.directory.models import EmergencyNumber


@admin.register(EmergencyNumber)
class EmergencyNumberAdmin(VerifiedAdmin):
    list_display = [
        "number",
        "name",
        "hours",
        "topics",
        "is_always_shown",
        "order",
        "check_mark",
        "verified_on",
    ]
    list_display_links = ["number", "name"]
    list_filter = ["needs_verification", NotCheckedFor, "is_always_shown"]
    search_fields = ["name", "plain_name", "number", "topics"]
    fieldsets = [
        (None, {"fields": ["number", "name", "plain_name", "name_en", "hours"]}),
        ("見せ方", {"fields": ["topics", "is_always_shown", "order"]}),
        FACT_FIELDSET,
    ]

    def save_model(self, request: HttpRequest, obj: EmergencyNumber, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        selectors.forget_emergency_numbers()

    def delete_model(self, request: HttpRequest, obj: EmergencyNumber) -> None:
        super().delete_model(request, obj)
        selectors.forget_emergency_numbers()
