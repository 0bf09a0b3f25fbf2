"""Lists of つなぎ, for both sides. Every one starts from `visible_to`; a list never shows what a page would not."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.models import Deadline
from chiba_ward.directory.models import Office
from chiba_ward.directory.selectors import offices_for_referral
from consultations.enums import PARTNER_OPEN, WAITING_FOR_PARTNER, ReferralState
from consultations.models import Referral
from consultations.querysets import ReferralQuerySet
from consultations.services.referrals import timers

S = ReferralState
IN_HAND = (S.ACCEPTED, S.CONTACT_MADE)
DONE_BY_US = (S.OUTCOME_REPORTED, S.DECLINED)
BACK_WITH_US = (S.DECLINED, S.RETURNED, S.REVOKED, S.RECALLED)
RECEIVED = {"waiting": Q(state__in=WAITING_FOR_PARTNER), "in_hand": Q(state__in=IN_HAND)}
CLOCK_OF = {
    S.ACCEPTED: timers.CONTACT,
    S.CONTACT_MADE: timers.OUTCOME,
    **dict.fromkeys(BACK_WITH_US, timers.REDIRECT),
}


def received(actor: Actor) -> ReferralQuerySet:
    """What other offices asked of the actor's own, while it is open; or the one of a link."""
    mine = Referral.objects.visible_to(actor).filter(state__in=PARTNER_OPEN)
    if actor.posting is None:
        return mine
    return mine.filter(to_office=actor.office_id).select_related(
        "consultation__matter", "from_office__calendar", "to_office"
    )


def waiting_for_us(actor: Actor) -> ReferralQuerySet:
    """Urgent first, then the longest waiting."""
    return received(actor).filter(state__in=WAITING_FOR_PARTNER).order_by("-is_urgent", "sent_at", "pk")


def in_our_hands(actor: Actor) -> ReferralQuerySet:
    return received(actor).filter(state__in=IN_HAND).order_by("first_contact_on", "pk")


@dataclass(frozen=True)
class RegisterLine:
    """One finished つなぎ in the receiver's own register: number, days and the kind of end, nothing of a person."""

    receipt_no: str
    sequence: int
    state: str
    answered_at: dt.datetime | None
    ended_at: dt.datetime | None

    @property
    def label(self) -> str:
        return str(S(self.state).label)


def finished_by_us(actor: Actor) -> "QuerySet[Any]":
    """What the actor's office has finished; only for `register_of` and its count: no page opens from it."""
    if actor.posting is None or not allows(actor, "referral.list_received"):
        return Referral.objects.none()
    return Referral.objects.filter(to_office=actor.office_id, state__in=DONE_BY_US)


def register_of(actor: Actor, limit: int = 200) -> list[RegisterLine]:
    """What the actor's office has finished. No page opens from it: the excerpt ends with the outcome (AC7)."""
    rows = finished_by_us(actor).order_by("-ended_at", "-pk")
    names = ("consultation__matter__receipt_no", "sequence", "state", "answered_at", "ended_at")
    return [RegisterLine(*values) for values in rows.values_list(*names)[:limit]]


def sent_by_us(actor: Actor) -> ReferralQuerySet:
    """他へお願いしたつなぎ: everything the actor's office has sent or prepares."""
    if not allows(actor, "referral.list_placed"):
        return Referral.objects.none()
    return Referral.objects.visible_to(actor).filter(from_office=actor.office_id)


def counts_of(rows: "QuerySet[Any]", rules: Mapping[str, Q]) -> dict[str, int]:
    """How many rows each rule finds, in one question to the database."""
    return rows.order_by().aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})


def placed(actor: Actor) -> "QuerySet[Any]":
    """`sent_by_us` with what its list shows: whether the answer is late, whether another place is looked for."""
    own_clock = Deadline.objects.running().filter(
        matter=OuterRef("consultation_id"), key=Cast(OuterRef("pk"), CharField())
    )
    late = own_clock.filter(kind=timers.ANSWER, paused_at__isnull=True, due_at__lt=timezone.now())
    rows: QuerySet[Any] = sent_by_us(actor)
    return rows.annotate(
        is_late=Exists(late), waits_for_redirect=Exists(own_clock.filter(kind=timers.REDIRECT))
    ).select_related("consultation__matter", "to_office")


def placed_without_answer(actor: Actor) -> "QuerySet[Any]":
    return placed(actor).filter(state__in=[S.SENT, S.ACKNOWLEDGED]).order_by("-is_urgent", "sent_at", "pk")


def to_redirect(actor: Actor) -> "QuerySet[Any]":
    return placed(actor).filter(waits_for_redirect=True).order_by("-is_urgent", "ended_at", "pk")


def questions_for_us(actor: Actor) -> "QuerySet[Any]":
    return placed(actor).filter(state=S.ASKED_BACK).order_by("-is_urgent", "sent_at", "pk")


def deadline_of(referral: Referral) -> Deadline | None:
    """The promise that runs for the state it is in."""
    kind = CLOCK_OF.get(S(referral.state), timers.ANSWER)
    rows = Deadline.objects.running().filter(
        matter_id=referral.consultation_id, kind=kind, key=timers.key_of(referral)
    )
    return rows.first()


def deadlines_of(referrals: list[Referral]) -> dict[int, Deadline]:
    """The nearest running promise of each, in one question to the database."""
    return deadlines_for([(referral.pk, referral.consultation_id) for referral in referrals])


def deadlines_for(pairs: Iterable[tuple[int, int]]) -> dict[int, Deadline]:
    """The same for keys of つなぎ, each with the key of its case: running promises are found by the matter."""
    known = dict(pairs)
    if not known:
        return {}
    kinds = (timers.ANSWER, timers.CONTACT, timers.OUTCOME, timers.REDIRECT)
    rows = Deadline.objects.running().filter(
        kind__in=kinds, key__in={str(pk) for pk in known}, matter__in=set(known.values())
    )
    return {int(deadline.key): deadline for deadline in rows.order_by("-due_at")}


def address_book(actor: Actor, *, words: str = "") -> "QuerySet[Office]":
    """Offices to hand on to, with their facts of today, searched by name, task, code or ward."""
    own = actor.posting.post.office if actor.posting else None
    offices = offices_for_referral(own).select_related("ward")
    for word in words.split():
        today = timezone.localdate()
        current = Q(versions__valid_from__lte=today) & (
            Q(versions__valid_to__isnull=True) | Q(versions__valid_to__gt=today)
        )
        named: Any = Q()
        for field in ("name", "short_name", "plain_description", "address"):
            named |= Q(**{f"versions__{field}__icontains": word})
        offices = offices.filter(
            pk__in=Office.objects.filter(
                (current & named) | Q(ward__name__icontains=word) | Q(routing_code__iexact=word)
            ).values("pk")
        )
    return offices
