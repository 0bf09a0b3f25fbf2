"""Delivery failure reports (RFC 3464): which of our mails did not arrive."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

FAILED_FOR_GOOD = "5."


def failed_message_ids(report: bytes) -> list[str]:
    """The Message-IDs that a report says will never be delivered; none for a delay or any other mail."""
    mail = BytesParser(policy=policy.default).parsebytes(report)
    parts = list(mail.walk())
    if not any(_says_failed(part) for part in parts if part.get_content_type() == "message/delivery-status"):
        return []
    found = (_original_id(part) for part in parts)
    return list(dict.fromkeys(name for name in found if name))


def _says_failed(part: Message) -> bool:
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return False
    return any(
        str(block.get("Action", "")).strip().lower() == "failed"
        and str(block.get("Status", FAILED_FOR_GOOD)).strip().startswith(FAILED_FOR_GOOD)
        for block in blocks
        if isinstance(block, Message)
    )


def _original_id(part: Message) -> str:
    """From the returned message, or from its headers alone."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        return str(inner.get("Message-ID", "")).strip() if isinstance(inner, Message) else ""
    if part.get_content_type() == "text/rfc822-headers" and isinstance(part, EmailMessage):
        headers = BytesParser(policy=policy.default).parsebytes(part.get_content().encode(), headersonly=True)
        return str(headers.get("Message-ID", "")).strip()
    return ""
