"""What did not arrive: failure reports, and what a person may decide."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework import my_work
from chiba_ward.correspondence import bounces, notices, registrations, trouble
from chiba_ward.correspondence.enums import DeliveryState, Medium
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from tests.correspondence.support import make_card, make_matter, pushed, states
from tests.factories import make_office, make_posting

REPORT = """From: MAILER-DAEMON@example.test
To: portal@example.test
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain

It did not arrive.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test

Final-Recipient: rfc822; hanako@example.test
Action: {action}
Status: {status}

--edge
Content-Type: {kind}

From: portal@example.test
To: hanako@example.test
Message-ID: {name}
Subject: x

--edge--
"""


@pytest.fixture
def actor(office: Office) -> Actor:
    posting = make_posting(Role.SECTION, office=office)
    return actor_of(posting.person, posting)


def sent_mail(office: Office, *shapes: str) -> Delivery:
    matter = make_matter()
    make_card(matter, *(shapes or ("email",)))
    notices.tell_citizen(matter, "consultation.received", office=office)
    outbox.run_pending_now()
    (delivery,) = pushed(matter)
    assert delivery.state == DeliveryState.SENT
    return delivery


def report(
    name: str, *, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822"
) -> bytes:
    return REPORT.format(name=name, action=action, status=status, kind=kind).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_failure_report_names_the_mail(kind: str) -> None:
    assert bounces.failed_message_ids(report("<a@b.test>", kind=kind)) == ["<a@b.test>"]


@pytest.mark.parametrize(
    "mail",
    [
        report("<a@b.test>", action="delayed", status="4.4.1"),
        report("<a@b.test>", action="failed", status="4.4.1"),
        b"",
        b"Subject: hello\r\n\r\nMessage-ID: <a@b.test>",
        b"\xff\xfe" * 50,
    ],
    ids=["delayed", "temporary", "empty", "not a report", "noise"],
)
def test_other_mails_bounce_nothing(mail: bytes) -> None:
    assert bounces.failed_message_ids(mail) == []


def test_command_marks_by_report_and_puts_it_on_the_call_list(
    office: Office, mailoutbox: list[Any], tmp_path: Path
) -> None:
    delivery = sent_mail(office, "email", "call")
    eml = tmp_path / "report.eml"
    eml.write_bytes(report(delivery.message_id))
    said = StringIO()
    call_command("mark_bounced", report=str(eml), stdout=said)
    call_command("mark_bounced", delivery.message_id, stdout=said)
    assert said.getvalue().splitlines() == [
        "1 件を「届かなかった」にしました(0 件は該当なし)。",
        "0 件を「届かなかった」にしました(1 件は該当なし)。",
    ]
    assert states(delivery.notice.matter) == [("email", "bounced"), ("call", "to_call")]


def test_command_says_what_is_wrong(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Message-ID がありません"):
        call_command("mark_bounced")
    with pytest.raises(CommandError, match="読めません"):
        call_command("mark_bounced", report=str(tmp_path / "none.eml"))


def test_person_sends_again_with_a_new_message_id(
    office: Office, actor: Actor, mailoutbox: list[Any]
) -> None:
    delivery = sent_mail(office)
    trouble.mark_bounced(delivery.message_id)
    second = trouble.send_again(delivery, Medium.EMAIL, actor)
    outbox.run_pending_now()
    second.refresh_from_db()
    assert second.state == DeliveryState.SENT
    assert second.message_id != delivery.message_id
    assert len(mailoutbox) == 2
    with pytest.raises(trouble.NotPossibleError, match="すでに対応"):
        trouble.send_again(delivery, Medium.EMAIL, actor)


def test_person_cannot_choose_what_is_not_safe(office: Office, actor: Actor, mailoutbox: list[Any]) -> None:
    delivery = sent_mail(office)
    trouble.mark_bounced(delivery.message_id)
    with pytest.raises(trouble.NotPossibleError, match="希望されていません"):
        trouble.send_again(delivery, Medium.CALL, actor)
    ContactCard.objects.update(no_home_contact=True)
    with pytest.raises(trouble.NotPossibleError, match="家には連絡しない"):
        trouble.send_again(delivery, Medium.EMAIL, actor)
    trouble.close(delivery, actor)
    delivery.refresh_from_db()
    assert delivery.handled_by == actor.posting
    assert not Delivery.objects.troubled().exists()


def test_day_s_work_shows_what_the_own_office_owes(
    office: Office, actor: Actor, mailoutbox: list[Any]
) -> None:
    trouble.mark_bounced(sent_mail(office).message_id)
    for shape in ("call", "letter"):
        matter = make_matter()
        make_card(matter, shape)
        notices.tell_citizen(matter, "consultation.received", office=office)
    elsewhere = make_posting(Role.SECTION, office=make_office("別の課"))

    def counts(who: Actor) -> dict[str, int]:
        return {group.key: group.count for group in registrations.work(who)}

    assert registrations.work in my_work._providers

    assert counts(actor) == {f"correspondence.{key}": 1 for key in ("failures", "calls", "letters")}
    assert set(counts(actor_of(elsewhere.person, elsewhere)).values()) == {0}
    OutboxEntry.objects.filter(done_at=None).delete()
    outbox.owe("nobody.knows", {}, key="dead:1")
    OutboxEntry.objects.filter(key="dead:1").update(dead_at="2026-11-23T00:00:00+09:00")
    operator = make_posting(Role.SYSTEM_ADMIN)
    assert counts(actor_of(operator.person, operator))["correspondence.dead_letters"] == 1
