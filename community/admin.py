"""Rows that the city edits: fields of activity, when the 現況届 is due, how many households there are."""

from django.contrib import admin

from chiba_ward.directory.admin.base import FACT_FIELDSET, VerifiedAdmin
from community.models import ActivityField, HouseholdFigure, ReturnRule


@admin.register(ActivityField)
class ActivityFieldAdmin(VerifiedAdmin):
    list_display = ("name", "order", "is_active", "check_mark", "verified_on")
    list_filter = ("is_active", "needs_verification")
    search_fields = ("name",)
    fieldsets = [(None, {"fields": ["name", "order", "is_active"]}), FACT_FIELDSET]


@admin.register(ReturnRule)
class ReturnRuleAdmin(VerifiedAdmin):
    """A new row holds from its fiscal year on; years before keep the row of then."""

    list_display = (
        "from_year",
        "opens_month",
        "opens_day",
        "due_month",
        "due_day",
        "check_mark",
        "verified_on",
    )
    list_filter = ("needs_verification",)
    fieldsets = [
        (None, {"fields": ["from_year", ("opens_month", "opens_day"), ("due_month", "due_day")]}),
        FACT_FIELDSET,
    ]


@admin.register(HouseholdFigure)
class HouseholdFigureAdmin(VerifiedAdmin):
    """住民基本台帳 or 国勢調査 by ward and by district: without them a rate is not measured."""

    list_display = ("place", "as_of", "households", "check_mark", "verified_on")
    list_filter = ("ward", "needs_verification")
    list_select_related = ("ward", "area")
    autocomplete_fields = ("area",)
    fieldsets = [(None, {"fields": ["ward", "area", "as_of", "households"]}), FACT_FIELDSET]

    @admin.display(description="区・地区")
    def place(self, row: HouseholdFigure) -> str:
        return str(row.ward or row.area)
