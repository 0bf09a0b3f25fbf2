"""Documents for the operators: which wait, which failed and why. Their content is not opened from here."""

from django.contrib import admin

from chiba_ward.access.model_admin import PortalModelAdmin
from chiba_ward.documents.models import Document


@admin.register(Document)
class DocumentAdmin(PortalModelAdmin):
    list_display = ("kind", "state", "progress", "attempts", "error", "created_at", "done_at")
    list_filter = ("state", "kind")
    fields = (
        "kind",
        "state",
        "progress",
        "attempts",
        "error",
        "pages",
        "created_at",
        "started_at",
        "done_at",
    )
    readonly_fields = fields
    date_hierarchy = "created_at"
    show_full_result_count = False
