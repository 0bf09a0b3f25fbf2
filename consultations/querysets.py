"""Who sees which consultation and which referral: the one rule every page, count and export asks."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.compartments import services as compartments
from chiba_ward.directory.enums import PostingKind, Role
from consultations.enums import OPEN_STATES, PARTNER_OPEN, WAITING_FOR_PARTNER, Direction, State

if TYPE_CHECKING:  # named in the bases below, in quotes
    from consultations.models import CitizenMessage, ConsentGrant, Consultation, Referral  # noqa: F401

CASE_WORKERS = (Role.SECTION, Role.SPECIALIST, Role.ABUSE_TEAM, Role.AREA_OFFICER)
TAKE_BACK_WITHIN = dt.timedelta(minutes=30)


def mine_rule(actor: Actor) -> Q:
    """One's own; those of one's seat that nobody holds; a deputy's also those of the person who is away.

    Posts own, people occupy (DESIGN §2 rule 8): whoever sits in the seat covers for the absent.
    """
    posting = actor.posting
    if posting is None:
        return Q(pk__in=[])
    rule = Q(assignee=posting.pk) | Q(owner_post=posting.post_id, assignee__isnull=True)
    rule |= Q(assignee__post=posting.post_id, assignee__ends_on__lte=timezone.localdate())
    if posting.kind == PostingKind.ACTING:
        rule |= Q(assignee__post=posting.post_id)
    return rule


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own filings; the one case of a proved key; the ward's untriaged for reception; the section's own.

        The triage desk (総務課) also sees what nobody of its ward has taken, and cases without a ward
        (DOMAIN §9 R4). Partners, bureaus, coordinators, auditors and administrators see none: they read
        referrals, numbers or the log (ASSURANCE §5). What lies in a compartment: its seats, and nobody else.
        """
        outside = self.filter(compartments.outside())
        if actor.is_staff:
            return self.filter(self._staff_scope(actor) & compartments.outside() | compartments.seated(actor))
        if actor.is_citizen:
            return outside.filter(Q(user=actor.user) | Q(pk=actor.matter_id))
        if actor.matter_id:
            return outside.filter(pk=actor.matter_id)
        return self.none()

    @staticmethod
    def _staff_scope(actor: Actor) -> Q:
        office = actor.posting.post.office if actor.posting else None
        if office is None:
            return Q(pk__in=[])
        scope = Q(pk__in=[])
        if actor.has_role(*CASE_WORKERS):
            # Whoever typed for a person may correct a slip until the case is sorted, wherever the person lives (J2).
            scope |= Q(desk_office=office) | Q(entered_by=actor.posting, state=State.RECEIVED)
        if actor.has_role(Role.RECEPTION):
            scope |= Q(ward=office.ward, state=State.RECEIVED) | Q(desk_office=office, state=State.RECEIVED)
            scope |= Q(entered_by=actor.posting)
        if office.is_triage_desk and actor.has_role(Role.SECTION, Role.RECEPTION):
            scope |= Q(ward=office.ward, state=State.RECEIVED) | Q(ward=None, state__in=OPEN_STATES)
        return scope

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def untaken(self) -> Self:
        return self.open().filter(assignee__isnull=True)

    def overdue(self, now: dt.datetime | None = None) -> Self:
        return self.open().filter(waiting_since__isnull=True, due_at__lt=now or timezone.now())

    def mine(self, actor: Actor) -> Self:
        return self.filter(mine_rule(actor))

    def given_away_by(self, actor: Actor, now: dt.datetime | None = None) -> Self:
        """What this person gave to another section in the last half hour and nobody there has taken yet."""
        if actor.posting is None or not actor.has_role(*CASE_WORKERS, Role.RECEPTION):
            return self.none()
        from chiba_ward.casework.models import TimelineEntry

        since = (now or timezone.now()) - TAKE_BACK_WITHIN
        lines = TimelineEntry.objects.filter(kind="consultation.assigned")
        last = lines.filter(matter=OuterRef("pk")).order_by("-id").values("posting")[:1]
        recent = lines.filter(posting=actor.posting, at__gte=since).values("matter")
        return (
            self.open()
            .filter(compartments.outside(), pk__in=recent, assignee__isnull=True)
            .exclude(desk_office=actor.office_id)
            .alias(giver=Subquery(last))
            .filter(giver=actor.posting.pk)
        )

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
        if actor.is_staff:
            from consultations.models import Consultation

            mine = Consultation.objects.visible_to(actor).values("pk")
            sent = Q(from_office=actor.office_id) if actor.has_role(*CASE_WORKERS) else Q(pk__in=[])
            scope = Q(consultation__in=mine) | sent | self._received_by(actor)
            return self.filter(scope, compartments.outside() | compartments.seated(actor))
        if actor.is_partner:
            return self.filter(self._received_by(actor), compartments.outside() | compartments.seated(actor))
        if actor.referral_id:
            return self.filter(compartments.outside(), pk=actor.referral_id, state__in=PARTNER_OPEN)
        return self.none()

    @staticmethod
    def _received_by(actor: Actor) -> Q:
        if not actor.has_role(*CASE_WORKERS, Role.PARTNER, Role.BUREAU):
            return Q(pk__in=[])
        return Q(to_office=actor.office_id, state__in=PARTNER_OPEN)

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING_FOR_PARTNER)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)
