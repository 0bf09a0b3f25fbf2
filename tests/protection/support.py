"""A ward with everybody a protected matter meets: who files, who confirms, the section with its seats, 総務課."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chiba_ward.access import initial as retention_rows
from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import Matter
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting
from consultations import initial as topic_rows
from consultations.enums import Flag
from consultations.models import Consultation
from consultations.protection import initial as desk_rows
from consultations.protection.models import AbuseNotification, ProtectedDesk
from consultations.protection.services import confirming
from consultations.services import filing
from consultations.services.filing import Person
from tests.consultations.staff_support import House, by, make_house, seen
from tests.factories import make_office, make_posting
from tests.kept import begin_with

NOTIFIER = ("隣野 伝子", "トナリノ", "0439990001", "見本町8-8-8", "tonari@example.test", "となりの棟の住人")
WHEN = "%Y-%m-%dT%H:%M"
S2 = {
    "concern": "となりのアパートから泣き声がする",
    "body": "夜10時過ぎに小さい子の泣き声が聞こえます。昨日は子どもがベランダに出されていました。こちらの名前は出さないでください。",
    "consultant_kind": "neighbour",
    "relation": "となりの棟の住人",
    "consulter": Person(name="隣野 伝子", kana="トナリノ ツタコ", phone="0439990001", address="見本町8-8-8"),
    "contact": {"preferred": "email", "email": "tonari@example.test", "may_email": True},
}
S6 = {
    "concern": "家族のことで相談したい",
    "body": "夫が怒ると殴ります。先週は首を絞められました。家には絶対に電話しないでください。",
    "consultant_kind": "self",
    "consulter": Person(name="見本 みどり", phone="0439990006"),
    "contact": {"preferred": "portal", "no_home_contact": True, "forbidden": "夫に知られないこと"},
}


@dataclass
class Ward:
    house: House
    section: Office
    team: Posting
    head: Posting
    elder: Office

    @property
    def clerk(self) -> Posting:
        return self.house.clerk

    def case(self, story: dict[str, Any], **more: Any) -> Consultation:
        given = {**story, **more}
        case = self.house.case(given.pop("concern"), **given)
        assert case.matter.compartment_id is None  # read while it can be
        return case

    def filed(self, story: dict[str, Any]) -> filing.Filed:
        """With the passphrase that whoever filed takes home."""
        return filing.file(
            filing.Filing(
                chief_concern=story["concern"],
                body=story["body"],
                consultant_kind=story["consultant_kind"],
                consulter=story["consulter"],
                ward=self.house.ward,
                contact=story["contact"],
            ),
            by=Actor(),
        )


def make_protected_ward(slug: str = "midori") -> Ward:
    house = make_house(slug)
    begin_with(topic_rows.load, retention_rows.load)
    section = make_office("こども家庭課", ward=house.ward, routing_code="KODOMO", escalates_to=house.desk)
    desk_rows.load()
    return Ward(
        house=house,
        section=section,
        team=make_posting(Role.ABUSE_TEAM, office=section),
        head=make_posting(Role.ABUSE_TEAM, office=section, is_head=True),
        elder=house.section,
    )


def inside() -> Any:
    """Every compartment open, for what a test looks at afterwards."""
    return compartments.everywhere("a test")


def notice_of(case: Consultation) -> AbuseNotification:
    with inside():
        return AbuseNotification.objects.select_related("consultation__matter").get(pk=case.pk)


def case_now(case: Consultation) -> Consultation:
    with inside():
        return Consultation.objects.select_related("matter__contact", "desk_office").get(pk=case.pk)


def room_of(case: Consultation) -> int | None:
    with inside():
        return Matter.objects.get(pk=case.pk).compartment_id


def desk_of(ward: Ward, kind: CompartmentKind) -> ProtectedDesk:
    return ProtectedDesk.objects.get(ward=ward.house.ward, kind=kind)


def local(moment: dt.datetime | None = None) -> str:
    return timezone.localtime(moment or timezone.now()).strftime(WHEN)


def yes(case: Consultation, **more: Any) -> dict[str, Any]:
    return {"seen": seen(case), "kinds": ["abuse_child"], "protect": "1", **more}


def protected(ward: Ward, story: dict[str, Any] = S2, kinds: list[Flag] | None = None) -> Consultation:
    case = ward.case(story)
    confirming.confirm(case.pk, by=by(ward.clerk), kinds=kinds or [Flag.ABUSE_CHILD])
    return case


__all__ = [
    "NOTIFIER",
    "S2",
    "S6",
    "Ward",
    "by",
    "case_now",
    "desk_of",
    "inside",
    "local",
    "make_protected_ward",
    "notice_of",
    "protected",
    "room_of",
    "yes",
]
