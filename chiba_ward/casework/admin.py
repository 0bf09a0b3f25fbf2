"""Master data of deadlines: how long things may take is edited here, not in code (DESIGN §2 rule 10)."""

from django.contrib import admin

from chiba_ward.access.model_admin import PortalModelAdmin, PortalStackedInline
from chiba_ward.casework.models import DeadlineRule, StepRule


class StepRuleInline(PortalStackedInline):
    model = StepRule


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(PortalModelAdmin):
    """A change holds for clocks that start from now on; those that run keep what was promised."""

    list_display = ("kind", "urgency", "label", "amount", "unit", "needs_verification", "verified_on")
    list_filter = ("needs_verification", "unit", "urgency")
    search_fields = ("kind", "label")
    fields = (
        ("kind", "urgency"),
        "label",
        ("amount", "unit"),
        ("source", "verified_on", "needs_verification"),
    )
    inlines = (StepRuleInline,)
