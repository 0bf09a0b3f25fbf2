"""The end of the chain, written every day to a folder outside the database: it shows when a tail was cut or written anew.

The folder belongs on another host, or on a medium that is written once (docs/adr/0012). A signature with a key that
does not lie in the database keeps whoever owns the tables from making a head that fits.
"""

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from chiba_ward.access.models import ReadLogHead
from chiba_ward.access.readlog.verification import Link, end

SIGNED = ("hash", "seq", "written_at")


def export() -> ReadLogHead | None:
    """Write the head of this moment as a file and as a row; None while the log is empty.

    The file comes first: a row without a file would be a promise without a witness. Raises OSError.
    """
    link = end()
    if not link.seq:
        return None
    text = json.dumps(_content(link), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    name = f"read-log-head-{timezone.localtime():%Y%m%d-%H%M%S}-{link.seq:012}-{link.hash.hex()[:8]}.json"
    path = _write(name, text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ReadLogHead.objects.create(seq=link.seq, hash=link.hash, place=path.name, sha256=digest)


def exported_today() -> bool:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return ReadLogHead.objects.filter(exported_at__gte=today).exists()


def folder() -> Path:
    return Path(settings.PORTAL_READ_LOG_HEADS)


def is_genuine(head: dict[str, Any]) -> bool:
    """Whether the portal's own key has signed this head."""
    try:
        return hmac.compare_digest(str(head["signature"]), _signature(head))
    except KeyError:
        return False


def _content(link: Link) -> dict[str, Any]:
    head = {"seq": link.seq, "hash": link.hash.hex(), "written_at": timezone.now().isoformat()}
    return {**head, "portal": settings.PORTAL_BASE_URL, "signature": _signature(head)}


def _signature(head: dict[str, Any]) -> str:
    text = json.dumps([head[name] for name in SIGNED])
    key = bytes.fromhex(settings.PORTAL_PEPPER)
    return hmac.new(key, f"head of the read log {text}".encode(), hashlib.sha256).hexdigest()


def _write(name: str, text: str) -> Path:
    """On disk before the row tells of it; an existing file is never overwritten."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / name
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return path
