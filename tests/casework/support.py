"""Small helpers of the tests about shared casework."""

import datetime as dt
import io
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, SYSTEM, Actor
from chiba_ward.casework import matters
from chiba_ward.casework.models import Attachment, DeadlineRule, Matter, StepRule

TOKYO = ZoneInfo("Asia/Tokyo")
KIND = "probe"
ALLOWED: set[tuple[int, int | None]] = set()


def sees(matter: Matter, actor: Actor) -> bool:
    """The probe's rule: the key of the matter, or any staff of an office that was let in."""
    return actor.matter_id == matter.pk or (matter.pk, actor.office_id) in ALLOWED


matters.register_kind(KIND, "X", visible=sees)


def at(text: str) -> dt.datetime:
    """「2026-11-20 17:00」 in Tokyo. 2026-11-20 is a Friday, 11-23 (勤労感謝の日) a holiday."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def make_matter() -> Matter:
    return matters.open_matter(KIND, SYSTEM)


def make_rule(
    kind: str = "probe.answer", *, urgency: str = "", unit: str, amount: int, **steps: tuple[str, int]
) -> DeadlineRule:
    rule = DeadlineRule.objects.create(kind=kind, label="試験", urgency=urgency, unit=unit, amount=amount)
    for code, (step_unit, step_amount) in steps.items():
        StepRule.objects.create(rule=rule, code=code, label=code, unit=step_unit, amount=step_amount)
    return rule


def picture(name: str = "母の写真.jpg", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", size, "teal").save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


def files_in(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def key_holder(matter_id: int) -> Client:
    """A browser that proved number and passphrase of this matter."""
    client = Client()
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key
    case_keys.grant(session, CASE_KEY, matter_id)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def fetch(client: Client, file: Attachment, method: str = "get", **headers: str) -> Any:
    """The answer, read to its end so that the file is closed; `body` holds what came."""
    response = getattr(client, method)(reverse("casework:attachment", args=[file.pk]), headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response
