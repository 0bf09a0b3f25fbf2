"""Mail over a real SMTP server: accept, 451, 550, hang, drop after DATA, crash; never a silent duplicate (F10, OU7)."""

import datetime as dt
import json
import os
import subprocess
import sys
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from chiba_ward.correspondence import mail, notices, placeholders
from chiba_ward.correspondence.enums import DeliveryState
from chiba_ward.correspondence.models import ContactCard, Delivery, NoticeTemplate
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.enums import Outcome
from chiba_ward.outbox.models import OutboxEntry
from tests.correspondence.support import CANARY, MailServer, make_card, make_matter, pushed, states, with_mail
from tests.factories import make_posting
from tests.outbox.servers import ROOT, database_env, free_port

KEY = "consultation.received"


def tell(office: Office, *shapes: str, **card: Any) -> Delivery:
    matter = make_matter()
    make_card(matter, *(shapes or ("email",)), **card)
    notices.tell_citizen(matter, KEY, office=office)
    return pushed(matter)[0]


def again() -> None:
    """Time passes: pauses and leases are over."""
    OutboxEntry.objects.update(available_at=timezone.now(), leased_until=None)
    outbox.run_pending_now()


def sent(server: MailServer) -> list[EmailMessage]:
    return [
        message_from_bytes(bytes(envelope.original_content), policy=policy.default)
        for envelope in server.taken
    ]  # type: ignore[misc]


def test_accepted_mail_has_one_recipient_and_says_nothing(office: Office, mail_server: MailServer) -> None:
    delivery = tell(office)
    outbox.run_pending_now()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SENT
    (message,) = sent(mail_server)
    assert mail_server.taken[0].rcpt_tos == ["hanako@example.test"]
    assert (message["To"], message["Cc"], message["Bcc"]) == ("hanako@example.test", None, None)
    assert message["Message-ID"] == delivery.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert "このメールに返信しても届きません。" in message.get_content()
    assert delivery.notice.matter.receipt_no in message["Subject"]
    again()
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("mode", ["rcpt451", "data451"])
def test_temporary_refusal_is_tried_again_with_the_same_message_id(
    office: Office, mail_server: MailServer, mode: str
) -> None:
    mail_server.mode = mode
    delivery = tell(office)
    outbox.run_pending_now()
    delivery.refresh_from_db()
    first_id = delivery.message_id
    assert delivery.state == DeliveryState.QUEUED
    assert OutboxEntry.objects.get().last_error.startswith("TryLater: メールサーバーが")
    mail_server.mode = "accept"
    again()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.message_id) == (DeliveryState.SENT, first_id)
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("mode", ["rcpt550", "data550"])
def test_permanent_refusal_goes_to_the_call_list(office: Office, mail_server: MailServer, mode: str) -> None:
    mail_server.mode = mode
    delivery = tell(office, "email", "call")
    outbox.run_pending_now()
    assert states(delivery.notice.matter) == [("email", "bounced"), ("call", "to_call")]
    assert not Delivery.objects.troubled().exists()


def test_permanent_refusal_without_another_way_stays_with_the_office(
    office: Office, mail_server: MailServer
) -> None:
    mail_server.mode = "rcpt550"
    delivery = tell(office)
    outbox.run_pending_now()
    assert list(Delivery.objects.troubled()) == [delivery]
    assert states(delivery.notice.matter) == [("email", "bounced")]


@pytest.mark.parametrize("mode", ["hang", "drop"])
def test_no_answer_after_the_body_is_flagged_once_and_never_repeated(
    office: Office, mail_server: MailServer, mode: str
) -> None:
    mail_server.mode = mode
    delivery = tell(office, "email", "call")
    outbox.run_pending_now()
    mail_server.mode = "accept"
    again()
    assert states(delivery.notice.matter) == [("email", "maybe_sent")]
    assert len(mail_server.taken) == 1
    assert list(Delivery.objects.troubled()) == [delivery]


def test_server_that_is_away_is_tried_until_it_is_a_dead_letter(
    office: Office, mail_server: MailServer, settings: Any
) -> None:
    settings.PORTAL_OUTBOX_ATTEMPTS = 2
    settings.EMAIL_PORT = free_port()
    delivery = tell(office, "email", "letter")
    outbox.run_pending_now()
    assert states(delivery.notice.matter) == [("email", "queued")]
    OutboxEntry.objects.update(available_at=timezone.now())
    assert outbox.run_entry(OutboxEntry.objects.get().pk) is Outcome.DEAD
    assert states(delivery.notice.matter) == [("email", "failed"), ("letter", "to_print")]


CRASH = """
import os, signal, django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", {port}
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
from chiba_ward.correspondence import mail
from chiba_ward.outbox import services
sending = mail.transmit
def transmit(message):
    sending(message)
    os.kill(os.getpid(), signal.SIGKILL)
mail.transmit = transmit
services.run_entry({entry})
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_worker_killed_between_acceptance_and_commit(mail_server: MailServer) -> None:
    from chiba_ward.correspondence import initial
    from tests.factories import make_office

    initial.load()
    with transaction.atomic():
        delivery = tell(make_office())
    entry = OutboxEntry.objects.get()
    script = CRASH.format(port=mail_server.port, entry=entry.pk)
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **database_env()},
        timeout=60,
        check=False,
    )
    assert ended.returncode == -9
    assert len(mail_server.taken) == 1
    assert outbox.run_entry(entry.pk) is Outcome.SKIPPED  # the lease: the other one might be alive
    again()
    again()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.MAYBE_SENT
    assert len(mail_server.taken) == 1


def test_recall_within_the_hold_and_after(office: Office, mail_server: MailServer) -> None:
    later = timezone.now() + dt.timedelta(minutes=5)
    held = notices.tell_office(make_matter(), with_mail(office), "referral.reminder", available_at=later)
    assert held.deliveries.get(medium="email").state == DeliveryState.HELD
    assert notices.recall(held) == []
    again()
    assert mail_server.taken == []
    gone = notices.tell_office(make_matter(), office, "referral.reminder")
    outbox.run_pending_now()
    assert [delivery.medium for delivery in notices.recall(gone)] == ["email"]


def test_safe_contact_is_asked_again_just_before_sending(office: Office, mail_server: MailServer) -> None:
    delivery = tell(office)
    ContactCard.objects.update(no_home_contact=True)
    outbox.run_pending_now()
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.BLOCKED
    assert "家には連絡しない" in delivery.reason
    assert mail_server.taken == []


@pytest.mark.parametrize(
    "address",
    [
        "a@example.test\r\nBcc: evil@example.test",
        "a@example.test\nX: y",
        "a@example.test,b@example.test",
        "a@example.test b@example.test",
        "見本 <a@example.test>",
        "a@example.test\u2028Bcc:b@example.test",
        "",
    ],
)
def test_header_injection_in_an_address_is_refused(
    office: Office, mail_server: MailServer, address: str
) -> None:
    for hostile in (address, f"{address}\x00"):
        with pytest.raises(mail.HeaderInjectionError):
            mail.one_address(hostile)
    delivery = tell(office)
    card = ContactCard.objects.get()
    card.email, card.may_email = address, bool(address)
    card.save()
    outbox.run_pending_now()
    delivery.refresh_from_db()
    assert delivery.state in (DeliveryState.FAILED, DeliveryState.BLOCKED)
    assert mail_server.taken == []


@pytest.mark.parametrize("ending", ["\r\nBcc: evil@example.test", "\nX-Evil: 1", "\rX: 1", "\x0bX: 1"])
def test_header_injection_in_a_subject_is_made_one_line_or_refused(
    office: Office, mail_server: MailServer, ending: str
) -> None:
    NoticeTemplate.objects.filter(key=KEY).update(subject=f"件名{ending}")
    tell(office)
    outbox.run_pending_now()
    for message in sent(mail_server):
        assert message["Bcc"] is None
        assert message["X-Evil"] is None
        assert mail_server.taken[0].rcpt_tos == ["hanako@example.test"]


def test_plain_sender_shows_no_city_in_the_envelope_or_the_text(
    office: Office, mail_server: MailServer, settings: Any
) -> None:
    settings.PORTAL_PLAIN_MAIL_FROM = "post@mail.example.test"
    tell(office, plain_sender=True)
    outbox.run_pending_now()
    (message,) = sent(mail_server)
    everything = "\n".join([*(f"{name}: {value}" for name, value in message.items()), message.get_content()])
    assert not [word for word in (*placeholders.CITY_WORDS, "kuyakusho") if word in everything]
    assert mail_server.taken[0].mail_from == "post@mail.example.test"
    assert message["Message-ID"].endswith("@mail.example.test>")


def test_partner_domain_outside_the_list_is_blocked(
    office: Office, mail_server: MailServer, settings: Any
) -> None:
    settings.PORTAL_MAIL_DOMAINS = ["city.example.test"]
    notice = notices.tell_office(make_matter(), with_mail(office, "x@elsewhere.test"), "referral.reminder")
    outbox.run_pending_now()
    assert notice.deliveries.get(medium="email").state == DeliveryState.BLOCKED
    allowed = notices.tell_office(
        make_matter(), with_mail(office, "x@city.example.test"), "referral.reminder"
    )
    outbox.run_pending_now()
    assert allowed.deliveries.get(medium="email").state == DeliveryState.SENT


def test_colleague_is_told_at_the_account_and_a_closed_account_is_not(
    office: Office, mail_server: MailServer
) -> None:
    posting = make_posting(Role.SECTION, office=office)
    notices.tell_posting(make_matter(), posting, "escalation.untaken")
    outbox.run_pending_now()
    assert mail_server.taken[0].rcpt_tos == [posting.person.email]
    posting.person.is_active = False
    posting.person.save()
    blocked = notices.tell_posting(make_matter(), posting, "escalation.untaken")
    outbox.run_pending_now()
    assert blocked.deliveries.get(medium="email").state == DeliveryState.BLOCKED
    assert len(mail_server.taken) == 1


def test_canary_is_nowhere(office: Office, mail_server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    """What a person is called or fears is in no mail, payload, notice, log line or failure text (PR1)."""
    mail_server.mode = "rcpt451"
    delivery = tell(office, "email", "call", name=CANARY, forbidden=CANARY, accommodation=CANARY)
    outbox.run_pending_now()
    mail_server.mode = "accept"
    again()
    entry = OutboxEntry.objects.get()
    delivery.refresh_from_db()
    stored = json.dumps(
        [entry.payload, entry.key, entry.last_error, delivery.reason, delivery.notice.context]
    )
    assert len(sent(mail_server)) == 1
    mails = "".join(str(message["Subject"]) + message.get_content() for message in sent(mail_server))
    own_lines = [
        record for record in caplog.records if record.name != "mail.log"
    ]  # that is the test's mail server
    logged = "".join(f"{record.getMessage()}{vars(record)}" for record in own_lines)
    assert "outbox_try_failed" in logged
    assert CANARY not in stored + mails + logged
    assert "hanako" not in stored + mails + logged
    assert entry.payload == {"delivery_id": delivery.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM correspondence_notice WHERE context::text LIKE %s", [f"%{CANARY}%"]
        )
        assert cursor.fetchone() == (0,)


def test_filing_needs_no_mail_server_and_no_text(db: None) -> None:
    from tests.factories import make_office

    matter = make_matter()
    make_card(matter, "email")
    notices.tell_citizen(matter, KEY, office=make_office())
    outbox.run_pending_now()
    assert (
        OutboxEntry.objects.get().last_error == "MissingTextError: 定型文 consultation.received がありません"
    )
    assert states(matter) == [("email", "queued")]
