"""The list of hosts that notifications may go to. Tokens and endpoints have screens of their own."""

from django.contrib import admin

from chiba_ward.api.models import WebhookHost
from chiba_ward.directory.admin.base import FACT_FIELDSET, VerifiedAdmin


@admin.register(WebhookHost)
class WebhookHostAdmin(VerifiedAdmin):
    list_display = ["host", "port", "note", "check_mark", "verified_on"]
    search_fields = ["host", "note"]
    fieldsets = [(None, {"fields": ["host", "port", "note"]}), FACT_FIELDSET]
