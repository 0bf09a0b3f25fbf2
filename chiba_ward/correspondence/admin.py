"""Standard texts in the stock admin, with a preview that writes nothing."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from chiba_ward.access.model_admin import PortalModelAdmin
from chiba_ward.correspondence.forms import NoticeTemplateForm
from chiba_ward.correspondence.models import NoticeTemplate


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(PortalModelAdmin):
    form = NoticeTemplateForm
    list_display = ("label", "language", "key", "is_reply", "updated_at", "preview_link")
    list_filter = ("language", "is_reply")
    search_fields = ("label", "key", "subject", "body")
    change_form_template = "correspondence/notice_template_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A key is what the program asks for: it is chosen once."""
        return ("key", "language") if obj else ()

    @admin.display(description="プレビュー")
    def preview_link(self, row: NoticeTemplate) -> str:
        return format_html('<a href="{}">見る</a>', reverse("correspondence:template_preview", args=[row.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        known = object_id if object_id.isdecimal() else ""
        preview = reverse("correspondence:template_preview", args=[known]) if known else ""
        return super().change_view(
            request, object_id, form_url, {"preview_url": preview, **(extra_context or {})}
        )
