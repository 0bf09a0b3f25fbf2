"""Occupations, plans and seats are edited by the administrators of the master data, each change in its history."""

from django.contrib import admin

from chiba_ward.directory.admin.base import FACT_FIELDSET, DirectoryAdmin, VerifiedAdmin
from consultations.staffing.models import Occupation, PlannedPost, SpecialistPost


@admin.register(Occupation)
class OccupationAdmin(VerifiedAdmin):
    list_display = ("name", "qualification", "order", "is_active", "check_mark", "verified_on")
    list_filter = ("is_active", "needs_verification")
    search_fields = ("name", "code")
    fieldsets = [
        (None, {"fields": ["code", "name", "qualification", "order", "is_active"]}),
        FACT_FIELDSET,
    ]


@admin.register(PlannedPost)
class PlannedPostAdmin(VerifiedAdmin):
    list_display = ("fiscal_year", "ward", "zone", "occupation", "amount", "check_mark", "verified_on")
    list_display_links = ("fiscal_year", "ward")
    list_filter = ("fiscal_year", "ward", "occupation", "needs_verification")
    list_select_related = ("ward", "zone", "occupation")
    search_fields = ("occupation__name", "zone__name")
    fieldsets = [
        (None, {"fields": ["fiscal_year", "ward", "zone", "occupation", "amount"]}),
        FACT_FIELDSET,
    ]


@admin.register(SpecialistPost)
class SpecialistPostAdmin(DirectoryAdmin):
    list_display = ("post", "occupation", "zone", "amount", "valid_from", "valid_to")
    list_filter = ("occupation", "post__office__ward")
    list_select_related = ("post__office", "occupation", "zone")
    search_fields = ("post__name", "post__office__code")
    autocomplete_fields = ("post",)
    fields = ("post", "occupation", "zone", "amount", ("valid_from", "valid_to"))
