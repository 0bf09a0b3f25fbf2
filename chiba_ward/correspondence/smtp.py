"""One mail over one connection, and what is known afterwards: it went, it will never go, or nobody knows.

The question that matters is whether the server may have taken the message. Until its body is on the way the answer is
no, and trying again is safe; after that only the server's own reply decides (ASSURANCE F10).
"""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.utils import parseaddr

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from chiba_ward.correspondence.enums import DeliveryState
from chiba_ward.outbox.effects import TryLater

UNKNOWN = "メールサーバーの返事がないまま接続が切れました。届いたかどうか分かりません。"


@dataclass(frozen=True)
class Sent:
    """`state` is SENT, BOUNCED or MAYBE_SENT; `reason` is Japanese, for staff, without the server's own words."""

    state: DeliveryState
    reason: str = ""


def transmit(message: EmailMessage) -> Sent:
    """Hand one message with one recipient to the mail server. Raises TryLater when it surely did not take it."""
    connection = get_connection(fail_silently=False)
    if not isinstance(connection, EmailBackend):
        return _to_other_backend(connection, message)
    try:
        connection.open()
        assert connection.connection is not None  # open() raises unless there is one
        return _over_smtp(connection.connection, message)
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(_why(error)) from None
    finally:
        _close(connection)


def _to_other_backend(connection: BaseEmailBackend, message: EmailMessage) -> Sent:
    """Files and the test outbox: written or not, nothing in between."""
    try:
        connection.send_messages([message])
    except OSError as error:
        raise TryLater(_why(error)) from None
    return Sent(DeliveryState.SENT)


def _over_smtp(server: smtplib.SMTP, message: EmailMessage) -> Sent:
    server.ehlo_or_helo_if_needed()
    raw = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's SafeMIME classes take it
    _expect(server.mail(_address(message.from_email)), "差出人")
    code, _ = server.rcpt(message.to[0])
    if code >= 500:
        return Sent(DeliveryState.BOUNCED, f"宛先のメールサーバーが受け取りませんでした({code})")
    _expect((code, b""), "宛先")
    return _body(server, raw)


def _body(server: smtplib.SMTP, raw: bytes) -> Sent:
    """From here on a broken connection means that nobody knows."""
    try:
        code, _ = server.data(raw)
    except smtplib.SMTPDataError as error:  # refused before the body was on its way
        code = error.smtp_code
    except (OSError, smtplib.SMTPServerDisconnected):
        return Sent(DeliveryState.MAYBE_SENT, UNKNOWN)
    if code >= 500:
        return Sent(DeliveryState.BOUNCED, f"メールサーバーが本文を受け取りませんでした({code})")
    _expect((code, b""), "本文")
    return Sent(DeliveryState.SENT)


def _expect(reply: tuple[int, bytes], part: str) -> None:
    """Raises TryLater unless the reply is positive. A refused sender is our own fault: it is tried again too."""
    if not 200 <= reply[0] < 300:
        raise TryLater(f"メールサーバーが{part}を受け付けませんでした({reply[0]})")


def _why(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"メールサーバーにつながりません {type(error).__name__} {code}".strip()


def _close(connection: EmailBackend) -> None:
    """Without waiting for a server that hangs: the result is known already."""
    server, connection.connection = connection.connection, None
    if server is not None:
        server.close()


def _address(sender: str) -> str:
    return parseaddr(sender)[1]
