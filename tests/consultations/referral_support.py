"""A small ward for the tests of つなぎ: a desk, an agency with accounts, one with only a mail address, one on paper."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core import mail
from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework import calendars
from chiba_ward.casework import initial as clock_rows
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.correspondence import initial as text_rows
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting, Ward
from chiba_ward.outbox import services as outbox
from consultations import registrations_referral
from consultations.enums import ConsentMethod
from consultations.initial import referrals as referral_rows
from consultations.models import Consultation, LegalGround, Referral
from consultations.services import filing, referrals
from tests.factories import make_office, make_posting, make_ward
from tests.kept import begin_with

registrations_referral.register()

MONDAY = dt.datetime(2026, 5, 11, 10, 0, tzinfo=TOKYO)
NAME, PHONE, BODY, CONCERN = (
    "見本 花子黄雀",
    "043-000-7788",
    "母のことで困っています。金糸雀BODY 続きの文。",
    "母の物忘れ 金糸雀CONCERN",
)
SECRET_NOTE = "庁内メモ 金糸雀NOTE"
ADDRESS = "架空町1-2-3 金糸雀ADDR"
ITEMS = ["name", "phone", "concern", "body", "contact_rules"]


@dataclass
class World:
    ward: Ward
    desk: Office
    clerk: Posting
    agency: Office
    worker: Posting
    by_link: Office
    on_paper: Office
    case: Consultation

    @property
    def sender(self) -> Actor:
        return actor_of(self.clerk.person, self.clerk)

    @property
    def partner(self) -> Actor:
        return actor_of(self.worker.person, self.worker)


def make_world(**contact: Any) -> World:
    """Everything that a つなぎ needs; the clock stands where the test has put it."""
    calendars.forget()
    begin_with(clock_rows.load, text_rows.load, referral_rows.load)
    ward = make_ward()
    desk = make_office("高齢障害支援課", ward=ward, is_triage_desk=True, notify_email="desk@example.test")
    agency = make_office(
        "あんしんケアセンター見本", kind=OfficeKind.AGENCY, notify_email="agency@example.test"
    )
    by_link = make_office("見本社会福祉協議会", kind=OfficeKind.AGENCY, notify_email="link@example.test")
    on_paper = make_office("見本診療所", kind=OfficeKind.AGENCY)
    for office in (by_link, on_paper):
        office.posts.create(name="担当", role=Role.PARTNER)
    clerk = make_posting(Role.SECTION, office=desk)
    worker = make_posting(Role.PARTNER, office=agency)
    return World(ward, desk, clerk, agency, worker, by_link, on_paper, make_case(ward, **contact))


def ground(code: str = "law") -> LegalGround:
    """同意によらない根拠, as the first rows have it or in words of its own."""
    words = {"name": f"根拠 {code}", "law": "見本法第1条", "sentence": "見本の文。"}
    return LegalGround.objects.get_or_create(code=code, defaults=words)[0]


def make_case(ward: Ward, **contact: Any) -> Consultation:
    card = {
        "preferred": "call", "name": NAME, "phone": PHONE, "may_call": True, "address": ADDRESS,
        "forbidden": "夫には伝えない", **contact,
    }  # fmt: skip
    filed = filing.file(
        filing.Filing(
            chief_concern=CONCERN,
            body=BODY,
            ward=ward,
            consulter=filing.Person(name=NAME, phone=PHONE, address=ADDRESS),
            contact=card,
        ),
        by=Actor(),
    )
    return Consultation.objects.get(pk=filed.consultation.pk)


def give_consent(world: World, office: Office | None = None, items: list[str] | None = None) -> Any:
    return referrals.record_consent(
        world.case.pk,
        by=world.sender,
        to_office=office or world.agency,
        items=items or ITEMS,
        method=ConsentMethod.ORAL,
        obtained_on=timezone.localdate(),
    )


def drafted(world: World, office: Office | None = None, **fields: Any) -> Referral:
    """A draft that is ready to be sent, on consent."""
    office = office or world.agency
    draft = referrals.draft(
        world.case.pk, by=world.sender, to_office=office, purpose="訪問をお願いします", **fields
    )
    consent = give_consent(world, office)
    referrals.set_ground(draft.pk, by=world.sender, consent=consent)
    texts = {"name": NAME, "concern": CONCERN, "body": BODY, "phone": PHONE}
    referrals.choose_items(draft.pk, by=world.sender, texts=texts)
    return fresh(draft)


def held(world: World, office: Office | None = None, **fields: Any) -> Referral:
    draft = drafted(world, office, **fields)
    referrals.send(draft.pk, by=world.sender, seen=referrals.preview_digest(draft))
    return fresh(draft)


def sent(world: World, office: Office | None = None, **fields: Any) -> Referral:
    """Sent and released, as if the five minutes were over; the mails have left."""
    referral = held(world, office, **fields)
    referrals.release(referral.pk)
    outbox.run_pending_now()
    return fresh(referral)


def accepted(world: World, **fields: Any) -> Referral:
    referral = sent(world, **fields)
    referrals.accept(
        referral.pk,
        by=world.partner,
        name="受手 一郎",
        first_contact_on=timezone.localdate() + dt.timedelta(days=2),
    )
    return fresh(referral)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def mails_to(address: str) -> list[Any]:
    return [message for message in mail.outbox if address in message.to]
