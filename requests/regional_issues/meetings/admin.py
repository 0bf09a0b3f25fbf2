"""The one table that a city edits: who belongs to which meeting, from when until when."""

from django.contrib import admin

from chiba_ward.access.model_admin import PortalModelAdmin
from regional_issues.meetings.models import StandingMember


@admin.register(StandingMember)
class StandingMemberAdmin(PortalModelAdmin):
    list_display = ("office", "ward", "kind", "valid_from", "valid_to")
    list_filter = ("ward", "kind")
    autocomplete_fields = ("office",)
