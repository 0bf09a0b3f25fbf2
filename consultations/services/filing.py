"""受付: one verb for every path in — online, counter, telephone, letter (DESIGN §2 rule 9)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, matters, timeline
from chiba_ward.casework.enums import Audience, Channel
from chiba_ward.casework.models import Matter
from chiba_ward.correspondence import notices
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office, Town, Ward
from consultations import receipts, urgency
from consultations.enums import ConsultantKind, Flag, PartyKind
from consultations.models import Consultation, Party, Topic

KIND = "consultation"


@dataclass(frozen=True)
class Person:
    """What is known of one person; every part may be empty (匿名)."""

    name: str = ""
    kana: str = ""
    known_as: str = ""
    relation: str = ""
    age_band: str = ""
    phone: str = ""
    postal_code: str = ""
    address: str = ""

    @property
    def is_known(self) -> bool:
        return any(vars(self).values())


@dataclass(frozen=True)
class Filing:
    """A consultation as it was given, whoever typed it. `contact` holds fields of `ContactCard`."""

    chief_concern: str
    body: str
    consultant_kind: str = ConsultantKind.SELF
    relation: str = ""
    topic: Topic | None = None
    ward: Ward | None = None
    town: Town | None = None
    consulter: Person = Person()
    subject: Person = Person()
    contact: dict[str, Any] = field(default_factory=dict)
    language: str = "ja"
    channel: str = Channel.WEB
    is_drill: bool = False


@dataclass(frozen=True)
class Filed:
    """What the person takes home. The passphrase exists only here: the database keeps its hash."""

    consultation: Consultation
    passphrase: str
    promise_at: dt.datetime


def file(filing: Filing, *, by: Actor, seed: str = "") -> Filed:
    """Receive a consultation: number, deadlines, first line, notices, all in one transaction.

    Needs PostgreSQL and nothing else. The promise is `receipts.promised` of
    `consultation.reply`, in the opening hours of the desk. `seed` (the draft's id) lets a repeated submit show the same passphrase.
    Raises PassphraseBusyError when too many file at the same moment: nothing was stored, try again.
    """
    with transaction.atomic():
        now = timezone.now()
        desk = selectors.triage_desk(filing.ward)
        matter = matters.open_matter(KIND, by, is_drill=filing.is_drill)
        found = urgency.hits_in(filing.chief_concern, filing.body)
        rank = urgency.risk_rank("", found)
        suggested = min((hit.urgency for hit in found), default="")
        promise = _start_clocks(matter, desk, suggested, now)
        case = _create(filing, matter, desk, by, found, rank, now, promise["first"])
        ContactCard.objects.create(matter=matter, language=filing.language, **filing.contact)
        add_parties(case, filing)
        passphrase = matters.set_passphrase(matter, seed=seed)
        timeline.record(
            matter,
            "consultation.received",
            by,
            audience=Audience.CITIZEN,
            channel=filing.channel,
            **desk.words_on(timezone.localdate(now)),
        )
        notices.tell_citizen(
            matter,
            "consultation.received",
            office=desk,
            context={"promise_date": timezone.localdate(promise["reply"]).isoformat()},
        )
    return Filed(case, passphrase, promise["reply"])


def _start_clocks(matter: Matter, desk: Office, suggested: str, now: dt.datetime) -> dict[str, dt.datetime]:
    take = deadlines.start(matter, "consultation.take", desk, urgency=suggested, at=now)
    reply = deadlines.start(matter, "consultation.reply", desk, urgency=suggested, at=now)
    return {"first": min(take.due_at, reply.due_at), "reply": receipts.promised(reply)}


def _create(
    filing: Filing,
    matter: Matter,
    desk: Office,
    by: Actor,
    found: list[urgency.Hit],
    rank: int,
    now: dt.datetime,
    due: dt.datetime,
) -> Consultation:
    flags = {hit.flag for hit in found if hit.flag}
    if filing.consultant_kind not in (ConsultantKind.SELF, ConsultantKind.ANONYMOUS):
        flags.add(Flag.THIRD_PARTY)
    return Consultation.objects.create(
        matter=matter,
        channel=filing.channel,
        entered_by=by.posting,
        user=by.user if by.is_citizen else None,
        consultant_kind=filing.consultant_kind,
        relation=filing.relation,
        ward=filing.ward,
        town=filing.town,
        topic=filing.topic,
        chief_concern=filing.chief_concern,
        body=filing.body,
        hits=urgency.as_rows(found),
        risk_rank=rank,
        flags=sorted(flags),
        owner_office=desk,
        desk_office=desk,
        language=filing.language,
        received_at=now,
        due_at=due,
    )


def add_parties(case: Consultation, filing: Filing) -> None:
    """Whoever consulted and whoever is concerned, as far as known."""
    people = [(PartyKind.CONSULTER, filing.consulter), (PartyKind.SUBJECT, filing.subject)]
    Party.objects.bulk_create(
        Party(consultation=case, kind=kind, **vars(person)) for kind, person in people if person.is_known
    )
