"""Fields, topics, phrases that raise the urgency and grounds of the law are rows, not code (DESIGN §2 rule 10).

None is ever deleted: cases refer to them. A topic or a phrase is switched off instead.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from chiba_ward.access.model_admin import PortalModelAdmin
from consultations.models import Field, LegalGround, Topic, UrgencyWord


@admin.register(Field)
class FieldAdmin(PortalModelAdmin):
    list_display = ("name", "code", "is_hardship", "order")
    list_filter = ("is_hardship",)
    search_fields = ("name", "code")
    fields = ("code", "name", "is_hardship", "order")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Routing and indicators know a field by its code."""
        return ("code",) if obj else ()


@admin.register(Topic)
class TopicAdmin(PortalModelAdmin):
    list_display = ("name", "name_easy", "name_en", "is_active", "order")
    list_filter = ("is_active",)
    search_fields = ("name", "name_easy", "code")
    filter_horizontal = ("fields",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["code", "name", "hint", "is_active", "order"]}),
        ("やさしい日本語", {"fields": ["name_easy", "hint_easy"]}),
        ("英語", {"fields": ["name_en", "hint_en"]}),
        ("振り分けの目安", {"fields": ["fields", "suggested_routing"]}),
    ]


@admin.register(UrgencyWord)
class UrgencyWordAdmin(PortalModelAdmin):
    """A phrase only raises the suggested urgency of what is filed from now on; a human confirms it (DOMAIN §9 R1)."""

    list_display = ("phrase", "urgency", "flag", "is_active")
    list_filter = ("urgency", "flag", "is_active")
    search_fields = ("phrase",)
    fields = ("phrase", "urgency", "flag", "is_active")


@admin.register(LegalGround)
class LegalGroundAdmin(PortalModelAdmin):
    """A change is printed on what is sent from now on; what was sent keeps its words."""

    list_display = ("name", "code", "law", "is_active", "needs_verification", "verified_on")
    list_filter = ("is_active", "needs_verification")
    search_fields = ("name", "code", "law")
    fields = (
        ("code", "name"), "law", "sentence", ("order", "is_active"), ("source", "verified_on", "needs_verification"),
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Other systems name a ground by its code."""
        return ("code",) if obj else ()
