"""受付: one verb for every path in — online, counter, telephone, letter (DESIGN §2 rule 9)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, matters, timeline
from chiba_ward.casework.enums import Audience, Channel
from chiba_ward.casework.models import Deadline, Matter
from chiba_ward.casework.search import index
from chiba_ward.correspondence import notices, safe_contact
from chiba_ward.correspondence.models import ContactCard, Delivery, Notice
from chiba_ward.directory import selectors
from chiba_ward.directory.models import Office, Town, Ward
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.rows.together import Together
from consultations import receipts, search, urgency
from consultations.enums import ConsultantKind, Flag, PartyKind
from consultations.models import Consultation, Party, Topic

KIND = "consultation"
CLOCKS = ("consultation.take", "consultation.reply")
CONFIRM = "consultation.confirm"  # somebody reads whether it speaks of abuse or violence (R1)


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
    entry: dict[str, str] = field(default_factory=dict)
    """How the words came to the counter, as columns (`EntryFacts.columns`); empty where the person typed."""


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
        kinds = (*CLOCKS, CONFIRM) if urgency.flags_of(found)[1] else CLOCKS
        rows = Together({Deadline: len(kinds), Notice: 1, Delivery: 2, OutboxEntry: 1})
        clocks = deadlines.begin(matter, kinds, desk, urgency=suggested, at=now, into=rows)
        promise = receipts.promised(clocks[1])
        first = min(clock.due_at for clock in clocks)
        case = rows.add(_case(filing, matter, desk, by, found, rank, now, first))
        card = rows.add(ContactCard(matter=matter, language=filing.language, **filing.contact))
        safe_contact.ask_later(card)
        parties = [rows.add(party) for party in parties_of(case, filing)]
        rows.add(index.row(matter.pk, search.findable(case, parties)))
        passphrase = matters.set_passphrase(matter, seed=seed, into=rows)
        timeline.record(
            matter,
            "consultation.received",
            by,
            audience=Audience.CITIZEN,
            into=rows,
            channel=filing.channel,
            **desk.words_on(timezone.localdate(now)),
        )
        if filing.entry:
            timeline.record(matter, "consultation.entered", by, into=rows)
        notices.tell_citizen(
            matter,
            "consultation.received",
            office=desk,
            # Until somebody has read whether it may leave at all; confirming takes it back (DOMAIN §10 S2).
            available_at=clocks[-1].due_at if CONFIRM in kinds else None,
            context={"promise_date": timezone.localdate(promise).isoformat()},
            card=card,
            into=rows,
        )
        rows.write()
    return Filed(case, passphrase, promise)


def _case(
    filing: Filing,
    matter: Matter,
    desk: Office,
    by: Actor,
    found: list[urgency.Hit],
    rank: int,
    now: dt.datetime,
    due: dt.datetime,
) -> Consultation:
    flags, suspected = urgency.flags_of(found)
    if filing.consultant_kind not in (ConsultantKind.SELF, ConsultantKind.ANONYMOUS):
        flags.append(Flag.THIRD_PARTY)
    return Consultation(
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
        suspected=suspected,
        owner_office=desk,
        desk_office=desk,
        language=filing.language,
        received_at=now,
        due_at=due,
        **filing.entry,
    )


def add_parties(case: Consultation, filing: Filing) -> list[Party]:
    """Whoever consulted and whoever is concerned, as far as known."""
    return Party.objects.bulk_create(parties_of(case, filing))


def parties_of(case: Consultation, filing: Filing) -> list[Party]:
    """Their rows, not yet written."""
    people = [(PartyKind.CONSULTER, filing.consulter), (PartyKind.SUBJECT, filing.subject)]
    return [Party(consultation=case, kind=kind, **vars(person)) for kind, person in people if person.is_known]
