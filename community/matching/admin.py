"""Rows that the city edits: what is checked, why matches fail, how many days things take."""

from django.contrib import admin

from chiba_ward.directory.admin.base import FACT_FIELDSET, VerifiedAdmin
from community.matching.models import CheckItem, FailureReason, MatchingRule


@admin.register(CheckItem)
class CheckItemAdmin(VerifiedAdmin):
    list_display = ("name", "question", "order", "is_active", "check_mark", "verified_on")
    list_filter = ("is_active", "needs_verification")
    search_fields = ("name", "question")
    fieldsets = [(None, {"fields": ["name", "question", "order", "is_active"]}), FACT_FIELDSET]


@admin.register(FailureReason)
class FailureReasonAdmin(VerifiedAdmin):
    list_display = ("name", "kind", "order", "is_active", "check_mark", "verified_on")
    list_filter = ("kind", "is_active", "needs_verification")
    search_fields = ("name",)
    fieldsets = [(None, {"fields": ["name", "kind", "order", "is_active"]}), FACT_FIELDSET]


@admin.register(MatchingRule)
class MatchingRuleAdmin(VerifiedAdmin):
    list_display = ("key", "days", "check_mark", "verified_on")
    list_filter = ("needs_verification",)
    fieldsets = [(None, {"fields": ["key", "days"]}), FACT_FIELDSET]
