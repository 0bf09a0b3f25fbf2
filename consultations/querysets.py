"""Who sees which consultation and which referral: the one rule every page, count and export asks."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.compartments import services as compartments
from chiba_ward.directory.enums import PostingKind
from chiba_ward.directory.models import Posting
from consultations.enums import WAITING_FOR_PARTNER, Direction

if TYPE_CHECKING:  # named in the bases below, in quotes
    from consultations.models import CitizenMessage, ConsentGrant, Consultation, Referral  # noqa: F401


def mine_rule(actor: Actor) -> Q:
    """One's own; those of one's seat that nobody holds; a deputy's also those of the person who is away.

    Posts own, people occupy (DESIGN §2 rule 8): whoever sits in the seat covers for the absent.
    """
    posting = actor.posting
    if posting is None:
        return Q(pk__in=[])
    rule = Q(assignee=posting.pk) | Q(owner_post=posting.post_id, assignee__isnull=True)
    seat = Posting.objects.filter(post=posting.post_id)
    if posting.kind != PostingKind.ACTING:
        seat = seat.filter(ends_on__lte=timezone.localdate())
    return rule | Q(assignee__in=seat)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, actor: Actor) -> Self:
        """What the policy lets this actor read: own filings, a proved key, the section's own, the ward's unsorted…

        Partners, bureaus, coordinators, auditors and administrators see none: they read referrals, numbers or the
        log (ASSURANCE §5). What lies in a compartment: its seats, and whoever proved the key of that one matter.
        """
        return self.filter(rows(actor, "consultation.read"), compartments.reachable(actor, matter="pk"))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def untaken(self) -> Self:
        return self.open().filter(assignee__isnull=True)

    def overdue(self, now: dt.datetime | None = None) -> Self:
        return self.open().filter(waiting_since__isnull=True, due_at__lt=now or timezone.now())

    def mine(self, actor: Actor) -> Self:
        return self.filter(mine_rule(actor))

    def given_away_by(self, actor: Actor) -> Self:
        """What this person gave to another section just now and may still take back."""
        return self.filter(rows(actor, "consultation.take_back"))

    def for_queue(self) -> Self:
        return self.select_related("matter", "assignee__person").annotate(field_ids=self._field_ids())

    @staticmethod
    def _field_ids() -> ArraySubquery:
        from consultations.models import Field

        rows = Field.objects.filter(consultations=OuterRef("pk")).order_by("order", "id")
        return ArraySubquery(rows.values("pk"))


class MessageQuerySet(models.QuerySet["CitizenMessage"]):
    def unread_by_staff(self) -> Self:
        return self.filter(direction=Direction.FROM_CITIZEN, read_at__isnull=True)


class ConsentQuerySet(models.QuerySet["ConsentGrant"]):
    def in_force(self, day: dt.date | None = None) -> Self:
        day = day or timezone.localdate()
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), withdrawn_at__isnull=True)


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, actor: Actor) -> Self:
        """The sender's and the owner's office; the receiving office while the referral is open to it."""
        return self.filter(rows(actor, "referral.read"), compartments.reachable(actor, matter="consultation"))

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING_FOR_PARTNER)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)
