"""Matters, cards and a mail server of the tests' own."""

import asyncio
from itertools import count
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chiba_ward.casework.models import Matter
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.directory.models import Office
from tests.outbox.servers import free_port

CANARY = "カナリア夫の暴力"
_next = count(1)
SHAPES = {
    "email": {"preferred": "email", "email": "hanako@example.test", "may_email": True},
    "call": {"preferred": "call", "phone": "043-000-0000", "may_call": True},
    "letter": {
        "preferred": "letter",
        "name": "見本 花子",
        "postal_code": "2600026",
        "address": "千葉市中央区千葉港0-0",
        "may_write": True,
    },
}


def make_matter(**fields: Any) -> Matter:
    return Matter.objects.create(receipt_no=f"S-TEST-{next(_next):03}", kind="probe", **fields)


def make_card(matter: Matter, *shapes: str, **fields: Any) -> ContactCard:
    """A card with the media named: `make_card(matter, "email", "call", no_home_contact=True)`; the first is wished."""
    merged: dict[str, Any] = {}
    for shape in reversed(shapes):
        merged.update(SHAPES[shape])
    return ContactCard.objects.create(matter=matter, **{**merged, **fields})


def pushed(matter: Matter) -> list[Delivery]:
    """Deliveries that leave the portal, oldest first."""
    return list(Delivery.objects.filter(notice__matter=matter).exclude(medium="portal").order_by("id"))


def states(matter: Matter) -> list[tuple[str, str]]:
    return [(delivery.medium, delivery.state) for delivery in pushed(matter)]


def with_mail(office: Office, address: str = "section@example.test") -> Office:
    office.notify_email = address
    office.save()
    return office


class Server(SMTP):
    """Lets a test cut the line after the body was taken."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  (the name of the protocol)
        self.event_handler.server = self
        await super().smtp_DATA(arg)


class MailServer:
    """An SMTP server on loopback. `mode`: accept, rcpt451, rcpt550, data451, data550, hang, drop."""

    def __init__(self) -> None:
        self.mode = "accept"
        self.taken: list[Envelope] = []
        self.server: Server | None = None
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.controller.factory = lambda: Server(self, enable_SMTPUTF8=True)  # type: ignore[method-assign]

    async def handle_RCPT(  # noqa: N802  (the name of the protocol)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode.startswith("rcpt"):
            return f"{self.mode[4:]} no"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  (the name of the protocol)
        if self.mode.startswith("data"):
            return f"{self.mode[4:]} no"
        self.taken.append(envelope)
        if self.mode == "hang":
            await asyncio.sleep(30)
        if self.mode == "drop" and self.server and self.server.transport:
            self.server.transport.abort()
        return "250 OK"

    @property
    def port(self) -> int:
        return int(self.controller.port)
