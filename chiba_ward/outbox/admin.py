"""The operators' view of the outbox: what waits, what was given up, and one button to try again."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.model_admin import PortalModelAdmin
from chiba_ward.access.policy import allows
from chiba_ward.outbox import services
from chiba_ward.outbox.models import OutboxEntry

STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "dead": ("断念(要対応)", {"dead_at__isnull": False}),
    "pending": (
        "待っている",
        {"done_at__isnull": True, "dead_at__isnull": True, "cancelled_at__isnull": True},
    ),
    "failing": (
        "失敗中(やり直す)",
        {"attempts__gt": 0, "done_at__isnull": True, "dead_at__isnull": True, "cancelled_at__isnull": True},
    ),
    "done": ("完了", {"done_at__isnull": False}),
    "cancelled": ("取り消し", {"cancelled_at__isnull": False}),
}


class StateFilter(admin.SimpleListFilter):
    title = "状態"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, label) for key, (label, _) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxEntry]) -> QuerySet[OutboxEntry]:
        state = self.value() or ""
        return queryset.filter(**STATES[state][1]) if state in STATES else queryset


@admin.register(OutboxEntry)
class OutboxEntryAdmin(PortalModelAdmin):
    list_display = ("id", "kind", "state", "attempts", "last_error", "created_at", "available_at", "dead_at")
    list_filter = (StateFilter, "kind")
    date_hierarchy = "created_at"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # counting a year of finished entries on every visit is too slow
    actions: ClassVar[Any] = ("retry",)  # type: ignore[misc]  # as in the base, which switches it off

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return allows(actor_of_request(request), "outbox.retry")

    @admin.display(description="状態")
    def state(self, entry: OutboxEntry) -> str:
        if entry.dead_at:
            return "断念"
        if entry.done_at:
            return "完了"
        return "取り消し" if entry.cancelled_at else "待ち"

    @admin.action(description="選んだものを、もう一度実行する", permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxEntry]) -> None:
        revived = sum(services.retry(entry) for entry in queryset)
        skipped = queryset.count() - revived
        self.message_user(request, f"{revived} 件を、もう一度実行します。", messages.SUCCESS)
        if skipped:
            self.message_user(
                request, f"{skipped} 件は断念になっていないため、そのままです。", messages.WARNING
            )
