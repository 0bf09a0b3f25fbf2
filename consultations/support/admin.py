"""The words of the law and the grounds of secrecy, editable by the city (DESIGN §2 rule 10)."""

from django.contrib import admin

from chiba_ward.access.model_admin import PortalModelAdmin
from consultations.support.models import DutyGround, MeetingRule


@admin.register(MeetingRule)
class MeetingRuleAdmin(PortalModelAdmin):
    """A change holds for meetings whose members are fixed from now on; earlier ones keep what was printed."""

    list_display = ("kind", "basis", "needs_verification", "verified_on")
    list_filter = ("needs_verification",)
    fields = ("kind", "basis", "duty", ("source", "verified_on", "needs_verification"))


@admin.register(DutyGround)
class DutyGroundAdmin(PortalModelAdmin):
    """One that is switched off stays with the members who have it."""

    list_display = ("name", "code", "law", "is_active", "needs_verification", "verified_on")
    list_filter = ("is_active", "needs_verification")
    search_fields = ("name", "code", "law")
    fields = (
        ("code", "name"), "law", "kinds", ("order", "is_active"), ("source", "verified_on", "needs_verification"),
    )  # fmt: skip
