"""Who sees which organisation, contact and 現況届: the one rule that pages, counts, lists and papers ask."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.directory.models import OfficeVersion
from community.enums import FILED, ReturnState, Visibility

if TYPE_CHECKING:  # named in the bases below, in quotes
    from community.models import AnnualReturn, CommunityOrg, OrgContact  # noqa: F401

FRESH = dt.timedelta(days=365)
"""How long what was confirmed counts as up to date (DOMAIN §8: 団体台帳 鮮度)."""


class OrgQuerySet(models.QuerySet["CommunityOrg"]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff of a ward in which it is active; its own officers."""
        return self.filter(rows(actor, "community_org.read"))

    def named(self, day: dt.date | None = None) -> Self:
        """Adds `label`, the name of that day (the last one of an office that is no more), without a question per row."""
        day = day or timezone.localdate()
        versions = OfficeVersion.objects.filter(office=OuterRef("office"), valid_from__lte=day)
        newest = versions.order_by("-valid_from").values("name")[:1]
        first = OfficeVersion.objects.filter(office=OuterRef("office")).order_by("valid_from")
        return self.annotate(label=Coalesce(Subquery(newest), Subquery(first.values("name")[:1]), "own_name"))

    def active(self, day: dt.date | None = None) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day or timezone.localdate()))

    def ended(self, day: dt.date | None = None) -> Self:
        return self.filter(ended_on__lte=day or timezone.localdate())

    def confirmed_lately(self, day: dt.date | None = None) -> Self:
        return self.filter(confirmed_on__gte=(day or timezone.localdate()) - FRESH)

    def stale(self, day: dt.date | None = None) -> Self:
        """未更新1年以上: last confirmed more than a year ago, or never."""
        limit = (day or timezone.localdate()) - FRESH
        return self.filter(Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=limit))

    def owing(self, fiscal_year: int) -> Self:
        """Active, asked for a 現況届, and none filed for that year."""
        from community.models import AnnualReturn

        filed = AnnualReturn.objects.filter(fiscal_year=fiscal_year, state__in=FILED)
        return self.active().filter(files_return=True).exclude(pk__in=filed.values("org"))


class ContactQuerySet(models.QuerySet["OrgContact"]):
    def visible_to(self, actor: Actor) -> Self:
        """Public ones to whoever reads the organisation; the others to those whom their visibility names."""
        from community.models import CommunityOrg

        def of(right: str) -> Any:
            return CommunityOrg.objects.filter(rows(actor, right)).values("pk")

        return self.filter(
            Q(visibility=Visibility.PUBLIC, org__in=of("community_org.read"))
            | Q(visibility=Visibility.WARD, org__in=of("community_org.ward_contacts"))
            | Q(visibility=Visibility.PRIVATE, org__in=of("community_org.private_contacts"))
        )

    def public(self) -> Self:
        return self.filter(visibility=Visibility.PUBLIC)


class ReturnQuerySet(models.QuerySet["AnnualReturn"]):
    def visible_to(self, actor: Actor) -> Self:
        """The association from the first word; the section of its ward once it was filed."""
        return self.filter(rows(actor, "annual_return.read"))

    def waiting(self) -> Self:
        return self.filter(state=ReturnState.SUBMITTED)
