"""The one table that a city edits: how long a circular stands."""

from django.contrib import admin

from chiba_ward.directory.admin.base import FACT_FIELDSET, VerifiedAdmin
from community.circulars.models import PostingPeriod


@admin.register(PostingPeriod)
class PostingPeriodAdmin(VerifiedAdmin):
    list_display = ("sender", "days", "check_mark", "verified_on")
    list_filter = ("needs_verification",)
    fieldsets = [(None, {"fields": ["sender", "days"]}), FACT_FIELDSET]
