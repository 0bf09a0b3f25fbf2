"""How a consultation, a つなぎ, a consent or a file may stand to whoever acts. `policy.yaml` grants roles these relations.

Registered by `registrations.register_all`. A rule that compares with something the actor lacks selects nothing.
"""

import datetime as dt

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations, rows
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.compartments import glass
from chiba_ward.compartments import services as compartments
from consultations.enums import OPEN_STATES, PARTNER_OPEN, PartyKind, ReferralState, State
from consultations.models import Consultation, Referral, ReferralItem

TAKE_BACK_WITHIN = dt.timedelta(minutes=30)
OPENED = PARTNER_OPEN - {ReferralState.SENT}
of_consultation = relations.of("consultation")
of_referral = relations.of("referral")
of_consent = relations.of("consent")
of_attachment = relations.of("attachment")


# --- consultations


@of_consultation
def own_filing(actor: Actor) -> Q:
    return Q(user=actor.user)


@of_consultation
def held_key(actor: Actor) -> Q:
    return Q(pk=actor.matter_id)


@of_consultation
def desk(actor: Actor) -> Q:
    return Q(desk_office=actor.office_id)


@of_consultation
def typed_unsorted(actor: Actor) -> Q:
    """Whoever typed for a person may correct a slip until the case is sorted, wherever the person lives (J2)."""
    return Q(entered_by=actor.posting, state=State.RECEIVED)


@of_consultation
def ward_unsorted(actor: Actor) -> Q:
    return Q(ward=actor.ward_id, state=State.RECEIVED)


@of_consultation
def desk_unsorted(actor: Actor) -> Q:
    return Q(desk_office=actor.office_id, state=State.RECEIVED)


@of_consultation
def triage_desk_unsorted(actor: Actor) -> Q | None:
    """The triage desk (総務課) sees what nobody of its ward has taken (DOMAIN §9 R4)."""
    return ward_unsorted(actor) if actor.is_at_triage_desk else None


@of_consultation
def triage_desk_no_ward(actor: Actor) -> Q | None:
    """Without a ward the case belongs to every triage desk until one takes it to the right place."""
    return Q(ward__isnull=True, state__in=OPEN_STATES) if actor.is_at_triage_desk else None


@of_consultation
def no_ward_unsorted(actor: Actor) -> Q | None:
    return Q(ward__isnull=True, state=State.RECEIVED) if actor.is_at_triage_desk else None


@of_consultation
def compartment_member(actor: Actor) -> Q:
    """Whoever has a seat reads what lies in the compartment; who works on it, the desk decides as ever (ADR 0019)."""
    return compartments.seated(actor)


@of_consultation
def broken_glass(actor: Actor) -> Q:
    """One sealed case for an hour, with a reason that is looked at afterwards; to read it, no more (ADR 0022)."""
    return glass.broken(actor, "pk")


@of_consultation
def given_away(actor: Actor) -> Q:
    """What this person gave to another section in the last half hour and nobody there has taken yet. Out of a
    compartment nobody takes anything back, not even whoever looks into it in an emergency."""
    lines = TimelineEntry.objects.filter(kind="consultation.assigned")
    last = lines.filter(matter=OuterRef("pk")).order_by("-id").values("posting")[:1]
    recent = lines.filter(posting=actor.posting, at__gte=timezone.now() - TAKE_BACK_WITHIN).values("matter")
    by_me = (
        Consultation.objects.open()
        .filter(pk__in=recent, assignee__isnull=True, compartment__isnull=True)
        .exclude(desk_office=actor.office_id)
        .alias(giver=Subquery(last))
        .filter(giver=actor.seat.pk)
    )
    return Q(pk__in=by_me.order_by().values("pk"))


# --- つなぎ


@relations.of("consent")
@of_referral
def of_visible_case(actor: Actor) -> Q:
    return Q(consultation__in=Consultation.objects.visible_to(actor).values("pk"))


@of_referral
def sent_by_my_office(actor: Actor) -> Q:
    return Q(from_office=actor.office_id)


@of_referral
def received_and_open(actor: Actor) -> Q:
    return Q(to_office=actor.office_id, state__in=PARTNER_OPEN)


@of_referral
def by_link(actor: Actor) -> Q:
    return Q(pk=actor.referral_id, state__in=PARTNER_OPEN)


@of_referral
def sender(actor: Actor) -> Q:
    """The sending office, or the desk of today when the case has moved within the house; never the receiver."""
    office = actor.office_id
    return ~Q(to_office=office) & (Q(from_office=office) | Q(consultation__desk_office=office))


@of_referral
def receiver(actor: Actor) -> Q:
    return Q(to_office=actor.office_id)


@of_referral
def link_receiver(actor: Actor) -> Q:
    return Q(pk=actor.referral_id)


@of_referral
def opened_here(actor: Actor) -> Q:
    """内容を開く comes first: the sender knows that it was read (AC7)."""
    return Q(to_office=actor.office_id, state__in=OPENED)


@of_referral
def opened_by_link(actor: Actor) -> Q:
    return Q(pk=actor.referral_id, state__in=OPENED)


# --- consents

# What another person of the household agreed to is theirs, also towards whoever filed (DOMAIN §1 finding 9).
OWN_WORD = Q(person__isnull=True) | Q(person__kind__in=[PartyKind.CONSULTER, PartyKind.PROXY])


@of_consent
def kept(actor: Actor) -> Q:
    return Q(consultation__desk_office=actor.office_id)


@of_consent
def own_by_account(actor: Actor) -> Q:
    return Q(consultation__user=actor.user, consultation__protected_at__isnull=True) & OWN_WORD


@of_consent
def own_by_key(actor: Actor) -> Q:
    return Q(consultation=actor.matter_id, consultation__protected_at__isnull=True) & OWN_WORD


# --- files


@of_attachment
def of_case_in_sight(actor: Actor) -> Q:
    return Q(matter__in=Consultation.objects.visible_to(actor).values("pk"))


@of_attachment
def shown_to_person(actor: Actor) -> Q:
    """Of a protected matter whoever holds the key reads nothing, not even what was sent with it."""
    mine = Consultation.objects.visible_to(actor).filter(protected_at__isnull=True)
    return Q(audience=Audience.CITIZEN, matter__in=mine.values("pk"))


@of_attachment
def handed_over(actor: Actor) -> Q:
    """A file that stands in the excerpt of a つなぎ that the actor may read, and has opened (AC7)."""
    readable = Referral.objects.visible_to(actor).filter(rows(actor, "referral.excerpt")).order_by()
    handed = ReferralItem.objects.filter(referral__in=readable.values("pk"), attachment__isnull=False)
    return Q(pk__in=handed.order_by().values("attachment"))


relations.decided_elsewhere(
    "partner_link",
    "token",
    "services.referrals.links compares the token of the address and the code of the mail",
)
