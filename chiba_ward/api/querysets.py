"""Vocabulary of tokens, endpoints and deliveries."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.api.enums import DeliveryState
from chiba_ward.directory.models import Posting

if TYPE_CHECKING:
    from chiba_ward.api.models import ApiToken, WebhookDelivery, WebhookEndpoint  # noqa: F401  (in quotes below)


class TokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever keeps the register of people sees all; a person those of own postings; a head those of the office."""
        return self.filter(rows(actor, "api_token.view", "api_token.collect"))

    def for_collecting(self, actor: Actor) -> Self:
        """Whoever may be handed the token: the posting itself, and the head of its office (ADR 0017)."""
        return self.filter(rows(actor, "api_token.collect"))

    def with_standing(self) -> Self:
        """Adds `posting_stands`: the posting gives rights today."""
        stands = Posting.objects.active_on().filter(pk=OuterRef("posting"))
        return self.select_related("use", "posting__post__office__ward", "posting__person").annotate(
            posting_stands=Exists(stands)
        )

    def in_force(self, day: dt.date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(revoked_at__isnull=True, expires_on__gt=day)


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever keeps the register of people, and the posting that is told."""
        if allows(actor, "api_token.view"):
            return self
        return self.filter(posting=actor.posting.pk) if actor.posting else self.none()


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, actor: Actor) -> Self:
        from chiba_ward.api.models import WebhookEndpoint

        return self.filter(endpoint__in=WebhookEndpoint.objects.visible_to(actor).values("pk"))

    def dead(self) -> Self:
        return self.filter(state=DeliveryState.DEAD)
