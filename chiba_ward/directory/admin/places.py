from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from chiba_ward.directory.admin.base import (
    FACT_FIELDSET,
    DirectoryAdmin,
    PortalStackedInline,
    VerifiedAdmin,
    validity_of,
)
from chiba_ward.directory.models import Area, AreaTown, PostalCode, Town, Ward


@admin.register(Ward)
class WardAdmin(VerifiedAdmin):
    list_display = ["name", "kana", "code", "name_en", "population", "population_on", "check_mark"]
    list_filter = ["needs_verification"]
    fieldsets = [
        (None, {"fields": [("code", "slug"), ("name", "kana", "name_en"), "order"]}),
        ("人口", {"fields": [("population", "population_on")]}),
        FACT_FIELDSET,
    ]


class MembershipInline(PortalStackedInline):
    model = AreaTown
    fields = ["town", "valid_from", "valid_to", "needs_verification"]
    autocomplete_fields = ["town"]


@admin.register(Area)
class AreaAdmin(VerifiedAdmin):
    list_display = ["name", "kind", "ward", "towns", "validity", "check_mark"]
    list_filter = ["kind", "ward", "needs_verification"]
    search_fields = ["name"]
    inlines = [MembershipInline]
    fieldsets = [(None, {"fields": ["kind", "ward", "name", ("valid_from", "valid_to")]}), FACT_FIELDSET]
    validity = admin.display(description="期間")(staticmethod(validity_of))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Area]:
        return super().get_queryset(request).select_related("ward").annotate(town_count=Count("memberships"))

    def get_readonly_fields(self, request: HttpRequest, obj: Area | None = None) -> Any:
        return ["kind"] if obj else []  # its towns carry a copy

    @admin.display(description="町丁の数", ordering="town_count")
    def towns(self, area: Any) -> int:
        return int(area.town_count)


@admin.register(Town)
class TownAdmin(VerifiedAdmin):
    list_display = ["name", "kana", "ward", "validity", "check_mark"]
    list_filter = ["ward", "needs_verification"]
    search_fields = ["name", "kana"]
    list_select_related = ["ward"]
    fieldsets = [(None, {"fields": ["ward", ("name", "kana"), ("valid_from", "valid_to")]}), FACT_FIELDSET]
    validity = admin.display(description="期間")(staticmethod(validity_of))


@admin.register(PostalCode)
class PostalCodeAdmin(DirectoryAdmin):
    list_display = ["shown_code", "ward", "town_name", "town"]
    list_filter = ["ward"]
    search_fields = ["code", "town_name"]
    autocomplete_fields = ["town"]
    list_select_related = ["ward", "town__ward"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """260-0026 is written with a hyphen."""
        return super().get_search_results(request, queryset, search_term.replace("-", ""))

    @admin.display(description="郵便番号", ordering="code")
    def shown_code(self, row: PostalCode) -> str:
        return f"〒{row.code[:3]}-{row.code[3:]}"
