"""The name of the centre and the intervals of evaluation, editable by the city (DESIGN §2 rule 10)."""

from django.contrib import admin

from chiba_ward.directory.admin.base import FACT_FIELDSET, VerifiedAdmin
from consultations.centre.models import CentreName, EvaluationInterval


@admin.register(CentreName)
class CentreNameAdmin(VerifiedAdmin):
    """A new name begins on a day: end the old one on the same day first. Papers of before keep what was printed."""

    list_display = ("name", "ward", "valid_from", "valid_to", "check_mark", "verified_on")
    list_filter = ("ward", "needs_verification")
    list_select_related = ("ward",)
    search_fields = ("name",)
    fieldsets = [
        (None, {"fields": ["name", "law", "ward", ("valid_from", "valid_to")]}),
        FACT_FIELDSET,
    ]


@admin.register(EvaluationInterval)
class EvaluationIntervalAdmin(VerifiedAdmin):
    """What a form suggests from now on; days that were promised stay."""

    list_display = ("category", "months", "check_mark", "verified_on")
    list_filter = ("needs_verification",)
    fieldsets = [(None, {"fields": ["category", "months"]}), FACT_FIELDSET]
