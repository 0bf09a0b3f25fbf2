"""What was taken in, to look at. It is changed by a newer file of its publisher alone."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from chiba_ward.access.model_admin import PortalModelAdmin
from community.open_data.models import Boundary, Facility, PublicEvent


class PublishedAdmin(PortalModelAdmin):
    search_fields: ClassVar[tuple[str, ...]] = ("name", "publisher_id")
    list_select_related = ("ward", "town")


@admin.register(Facility)
class FacilityAdmin(PublishedAdmin):
    list_display = ("name", "kind", "category", "ward", "town", "telephone", "ended_on")
    list_filter = ("kind", "ward", ("ended_on", admin.EmptyFieldListFilter))


@admin.register(PublicEvent)
class PublicEventAdmin(PublishedAdmin):
    list_display = ("name", "starts_on", "ends_on", "place", "ward", "ended_on")
    list_filter = ("ward", ("ended_on", admin.EmptyFieldListFilter))


@admin.register(Boundary)
class BoundaryAdmin(PublishedAdmin):
    list_display = ("name", "level", "ward", "ended_on")
    list_filter = ("level", "ward")
    exclude = ("geometry", "outline")  # thousands of numbers

    def get_queryset(self, request: HttpRequest) -> QuerySet[Boundary]:
        rows: QuerySet[Boundary] = super().get_queryset(request)
        return rows.defer("geometry", "outline")
