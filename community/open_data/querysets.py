"""Vocabulary of what is published, and of the files it came from."""

import datetime as dt
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.directory.models import Area, AreaTown, Ward

if TYPE_CHECKING:
    from community.open_data.models import Boundary, DataFile, Facility, PublicEvent  # noqa: F401  (in the bases)

M = TypeVar("M", bound=models.Model)


class DataFileQuerySet(models.QuerySet["DataFile"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(rows(actor, "open_data.read"))


class PublishedQuerySet(models.QuerySet[M]):
    """Rows that everybody may see: they are public before they come here."""

    def current(self) -> Self:
        """Without those that a newer file of their publisher no longer names."""
        return self.filter(ended_on=None)

    def of_ward(self, ward: Ward) -> Self:
        return self.filter(ward=ward)

    def of_district(self, area: Area) -> Self:
        """Those whose 町丁 belongs to the district today."""
        towns = AreaTown.objects.valid_on().filter(area=area)
        return self.filter(ward_id=area.ward_id, town__in=towns.values("town"))

    def of_place(self, ward: Ward, area: Area | None) -> Self:
        return self.of_district(area) if area else self.of_ward(ward)


class FacilityQuerySet(PublishedQuerySet["Facility"]):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)


class PublicEventQuerySet(PublishedQuerySet["PublicEvent"]):
    def coming(self, day: dt.date | None = None) -> Self:
        """Those that have not ended by this day."""
        return self.filter(ends_on__gte=day or timezone.localdate())


class BoundaryQuerySet(PublishedQuerySet["Boundary"]):
    def at_level(self, level: str) -> Self:
        return self.filter(level=level)
