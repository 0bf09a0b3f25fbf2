"""The row that the city edits: after how many days without a visit a district is shown in red."""

from django.contrib import admin

from chiba_ward.directory.admin.base import FACT_FIELDSET, VerifiedAdmin
from community.area_officers.models import VisitRule


@admin.register(VisitRule)
class VisitRuleAdmin(VerifiedAdmin):
    """A new row holds from its day on."""

    list_display = ("from_day", "days", "check_mark", "verified_on")
    list_filter = ("needs_verification",)
    fieldsets = [(None, {"fields": ["from_day", "days"]}), FACT_FIELDSET]
