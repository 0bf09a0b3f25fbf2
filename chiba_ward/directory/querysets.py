"""Vocabulary for dated rows: validity is half-open, the end day is the first day without effect."""

import datetime as dt
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office, Posting, Ward  # noqa: F401  (named in the bases)


M = TypeVar("M", bound=models.Model)


class ValidOnQuerySet(models.QuerySet[M]):
    def valid_on(self, day: dt.date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class OfficeQuerySet(models.QuerySet["Office"]):
    def named(self, day: dt.date | None = None) -> Self:
        """Adds `label`, the name borne that day, without a query per row."""
        from chiba_ward.directory.models import OfficeVersion

        versions = OfficeVersion.objects.filter(office=OuterRef("pk"))
        day = day or timezone.localdate()
        current = versions.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
        return self.annotate(label=Subquery(current.values("name")[:1]))

    def existing_on(self, day: dt.date | None = None) -> Self:
        return self.named(day).filter(label__isnull=False)

    def routed(self, code: str) -> Self:
        """Offices of a routing code; a family name takes in its parts (`JISO`: `JISO_E`, `JISO_W`).

        An office that was merged away leaves its code to the one that took over its work.
        """
        wanted = Q(routing_code=code) | Q(routing_code__startswith=f"{code}_")
        inherited = self.model._default_manager.filter(wanted, successor__isnull=False).values("successor")
        return self.filter(wanted | Q(pk__in=inherited))

    def serving(self, ward: "Ward") -> Self:
        """Offices of the ward, offices that serve it by name, and those that serve the whole city."""
        from chiba_ward.directory.models import Office

        named = Office.served_wards.through.objects.filter(office_id=OuterRef("pk"))
        by_name = Q(models.Exists(named.filter(ward_id=ward.pk)))
        city_wide = Q(ward__isnull=True) & ~models.Exists(named)
        return self.filter(Q(ward=ward) | by_name | city_wide)

    def with_posts(self) -> Self:
        """Offices where somebody can take work; a bureau that only heads others is none."""
        from chiba_ward.directory.models import Post

        return self.filter(models.Exists(Post.objects.filter(office_id=OuterRef("pk"))))

    def nearest_first(self, ward: "Ward | None") -> Self:
        """Own ward, then the whole city, then the other wards."""
        own = [When(ward=ward, then=Value(0))] if ward else []
        distance = Case(
            *own, When(ward__isnull=True, then=Value(1)), default=Value(2), output_field=IntegerField()
        )
        return self.annotate(distance=distance).order_by("distance", "ward__order", "kind", "code")


class PostingQuerySet(models.QuerySet["Posting"]):
    def active_on(self, day: dt.date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)

    def with_duty(self) -> Self:
        return self.select_related("post__office__ward", "person")
