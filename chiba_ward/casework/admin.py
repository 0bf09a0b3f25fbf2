"""Master data of deadlines and of files: what may take how long, and how much may be sent, is edited here and not in
code (DESIGN §2 rule 10). And what administrators see of the scanner and of the nightly comparison."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.model_admin import PortalModelAdmin, PortalStackedInline
from chiba_ward.casework import file_limits, scans
from chiba_ward.casework.models import Attachment, DeadlineRule, FileCheck, FileLimit, StepRule
from chiba_ward.directory.enums import Role

COUNTS = ("rows", "blobs", "verified", "missing", "damaged", "orphans", "leftovers", "repaired")


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


@admin.register(FileLimit)
class FileLimitAdmin(PortalModelAdmin):
    """How much may be sent; a change takes effect within a minute."""

    list_display = (
        "__str__",
        "max_mb",
        "per_action",
        "per_day",
        "per_matter",
        "mb_per_matter",
        "verified_on",
    )
    fields = (
        "kind",
        ("max_mb", "per_action", "per_day"),
        ("per_matter", "mb_per_matter"),
        ("keep_free_mb", "keep_infected_days"),
        ("source", "verified_on", "needs_verification"),
    )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        file_limits.forget()


@admin.register(FileCheck)
class FileCheckAdmin(PortalModelAdmin):
    """Each night's comparison of rows and files."""

    list_display = (
        "started_at",
        "finished_at",
        "rows",
        "blobs",
        "missing",
        "damaged",
        "orphans",
        "leftovers",
    )
    date_hierarchy = "started_at"
    show_facets = admin.ShowFacets.NEVER

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*("started_at", "finished_at"), *COUNTS, "found"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    @admin.display(description="見つかったもの")
    def found(self, check: FileCheck) -> str:
        """One line each: what is wrong, in which table and row, with which file."""
        words = {
            "missing": "ファイルがない",
            "damaged": "中身が違う",
            "orphans": "行がない(消した)",
            "leftovers": "置き忘れ",
        }
        return format_html_join(
            "",
            "<p>{} {} {} {}</p>",
            (
                (words[one["what"]], one.get("table", ""), one.get("row", ""), one["blob"])
                for one in check.findings
            ),
        )


@admin.register(Attachment)
class AttachmentAdmin(PortalModelAdmin):
    """Where each file stands with the scanner; neither its matter nor its content is seen here."""

    list_display = ("id", "state", "scanned_at", "signature", "content_type", "size", "created_at")
    list_filter = ("state",)
    date_hierarchy = "created_at"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = readonly_fields = (
        "state",
        "scanned_at",
        "signature",
        "content_type",
        "size",
        "sha256",
        "created_at",
    )
    actions: ClassVar[Any] = ("scan_anew",)  # type: ignore[misc]  # as in the base, which switches it off

    def has_scan_permission(self, request: HttpRequest) -> bool:
        return actor_of_request(request).has_role(Role.SYSTEM_ADMIN)

    @admin.action(description="選んだものを、もう一度検査する", permissions=["scan"])
    def scan_anew(self, request: HttpRequest, queryset: QuerySet[Attachment]) -> None:
        asked = sum(scans.scan_anew(one) for one in queryset.order_by("id"))
        self.message_user(request, f"{asked} 件を、もう一度検査します。", messages.SUCCESS)
        skipped = queryset.count() - asked
        if skipped:
            self.message_user(
                request,
                f"{skipped} 件は、検査の結果が出ているか、検査を待っているため、そのままです。",
                messages.WARNING,
            )
