"""Vocabulary of the deliveries: what an office still has to print, to call, to look after."""

from typing import TYPE_CHECKING, Self

from django.db import models

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence.enums import DeliveryState, Medium

if TYPE_CHECKING:
    from chiba_ward.correspondence.models import Delivery  # noqa: F401  (named in the class below, in quotes)

TROUBLED = (DeliveryState.FAILED, DeliveryState.MAYBE_SENT, DeliveryState.BOUNCED)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those that the actor's own office prints, calls or sent; nobody else's (DESIGN §2 rule 3).

        Of a sealed matter, for its seats alone.
        """
        return self.filter(rows(actor, "delivery.list"), compartments.reachable(actor))

    def to_print(self) -> Self:
        return self.filter(medium=Medium.LETTER, state=DeliveryState.TO_PRINT, handled_at__isnull=True)

    def to_call(self) -> Self:
        return self.filter(medium=Medium.CALL, state=DeliveryState.TO_CALL, handled_at__isnull=True)

    def troubled(self) -> Self:
        """Failed, bounced, or perhaps sent: a person decides what follows."""
        return self.filter(state__in=TROUBLED, handled_at__isnull=True)

    def with_matter(self) -> Self:
        return self.select_related("notice__matter__contact", "office", "document")
