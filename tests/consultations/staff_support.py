"""A ward with a desk, sections, people on duty and consultations: what the staff side's tests start from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework import calendars
from chiba_ward.casework.initial import load as load_deadlines
from chiba_ward.correspondence.initial import load as load_texts
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting, Ward
from consultations import choices
from consultations.models import Consultation
from consultations.services import filing, triage
from tests.factories import make_office, make_posting, make_ward
from tests.kept import begin_with

TOKYO = ZoneInfo("Asia/Tokyo")


def at(text: str) -> dt.datetime:
    """「2026-11-20 17:20」 in Tokyo (a Friday; Monday the 23rd is a holiday)."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@dataclass
class House:
    ward: Ward
    desk: Office
    section: Office
    reception: Posting
    clerk: Posting
    colleague: Posting
    worker: Posting
    head: Posting

    def case(self, concern: str = "母のことで相談", **fields: Any) -> Consultation:
        contact = {"preferred": "portal", **fields.pop("contact", {})}
        filed = filing.file(
            filing.Filing(
                chief_concern=concern,
                body=fields.pop("body", ""),
                ward=fields.pop("ward", self.ward),
                contact=contact,
                **fields,
            ),
            by=Actor(),
        )
        return fresh(filed.consultation)


def make_house(slug: str = "midori") -> House:
    calendars.forget()
    choices.forget()
    begin_with(load_deadlines, load_texts)
    ward = make_ward(slug)
    above = make_office("保健福祉センター所長室", ward=ward)
    desk = make_office("総務課", ward=ward, is_triage_desk=True, escalates_to=above)
    section = make_office("高齢障害支援課", ward=ward, routing_code="KOREI", escalates_to=desk)
    return House(
        ward=ward,
        desk=desk,
        section=section,
        reception=make_posting(Role.RECEPTION, office=desk),
        clerk=make_posting(Role.SECTION, office=desk),
        colleague=make_posting(Role.SECTION, office=desk),
        worker=make_posting(Role.SECTION, office=section),
        head=make_posting(Role.SECTION, office=desk, is_head=True),
    )


def by(posting: Posting) -> Actor:
    return actor_of(posting.person, posting)


def fresh(case: Consultation) -> Consultation:
    return Consultation.objects.get(pk=case.pk)


def taken(house: House, **fields: Any) -> Consultation:
    case = house.case(**fields)
    triage.take(case.pk, by=by(house.clerk))
    return fresh(case)


def seen(case: Consultation) -> int:
    return case.matter.timeline.order_by("-id").values_list("pk", flat=True)[0]
