"""A small ward for the tests of the resident's way, and the four screens as a browser without JavaScript posts them."""

import datetime as dt
import html
import io
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from chiba_ward.casework import calendars
from chiba_ward.casework import initial as clock_rows
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.correspondence import initial as text_rows
from chiba_ward.directory import selectors
from chiba_ward.directory.models import EmergencyNumber, Office, PostalCode
from consultations import initial as topic_rows
from tests.factories import make_office, make_ward
from tests.kept import kept

MONDAY = dt.datetime(2026, 5, 11, 10, 0, tzinfo=TOKYO)
FRIDAY_NIGHT = dt.datetime(2026, 5, 15, 21, 0, tzinfo=TOKYO)
PHRASE = re.compile(r"(?<!\d)\d{4} \d{4} \d{4} \d{4}(?!\d)")
NUMBER = re.compile(r"S-[0-9A-Z]{4}-[0-9A-Z]{4}")

STORY = {
    "consultant_kind": "family",
    "relation": "母",
    "chief_concern": "母の介護のこと",
    "body": "何から相談すればよいか分かりません。",
}
PLACE = {"ward": "wakaba", "town_name": "都賀", "address": "1-2-3"}
CONTACT = {"preferred": "portal"}
ANSWERS = {"topic": {"topic": "unknown"}, "story": STORY, "place": PLACE, "contact": CONTACT}


def make_city() -> Office:
    """Two wards with a desk each, the first rows of every package, three numbers to call, some postal codes."""
    calendars.forget()
    selectors.forget_emergency_numbers()
    return _two_wards()


@kept
def _two_wards() -> Office:
    for rows in (clock_rows, text_rows, topic_rows):
        rows.load()
    chuo, wakaba = make_ward("chuo", "中央区"), make_ward("wakaba", "若葉区")
    desk = make_office("中央区 総務課", ward=chuo, is_triage_desk=True)
    make_office("若葉区 総務課", ward=wakaba, is_triage_desk=True)
    numbers = [("警察", "110", "crime dv child", True), ("#いのちSOS", "0120-061-338", "suicide", False)]
    for order, (name, number, topics, always) in enumerate([*numbers, ("児童相談所", "189", "child", True)]):
        EmergencyNumber.objects.create(
            name=name, name_en=number, number=number, topics=topics, is_always_shown=always, order=order
        )
    for code, ward, town in [
        ("2640025", wakaba, "都賀"),
        ("2600001", chuo, "都町"),
        ("2600001", chuo, "若松町"),
    ]:
        PostalCode.objects.create(code=code, ward=ward, town_name=town)
    PostalCode.objects.create(code="2640026", ward=wakaba, town_name="西都賀")
    PostalCode.objects.create(code="2640026", ward=chuo, town_name="祐光")
    return desk


def begin(client: Client, prefix: str = "", **start: str) -> str:
    """Press 始める; the address of the draft, without a step."""
    response = client.post(f"{prefix}/consult/", start)
    return str(response["Location"]).rsplit("/", 2)[0]


def answer(
    client: Client, draft: str, name: str, data: dict[str, Any] | None = None, **more: Any
) -> HttpResponse:
    return client.post(f"{draft}/{name}/", {**(ANSWERS[name] if data is None else data), **more})


def walk(
    client: Client, prefix: str = "", start: dict[str, str] | None = None, **steps: dict[str, Any]
) -> str:
    """All four screens, up to 確かめる."""
    draft = begin(client, prefix, **(start or {}))
    for name in ANSWERS:
        response = answer(client, draft, name, {**ANSWERS[name], **steps.get(name, {})})
        assert response.status_code == 302, (name, words(response))
    return draft


def send(client: Client, prefix: str = "", **steps: dict[str, Any]) -> tuple[str, str]:
    """The whole way; number and passphrase from the receipt page."""
    response = client.post(f"{walk(client, prefix, **steps)}/check/")
    return taken_home(response)


def taken_home(response: HttpResponse) -> tuple[str, str]:
    text = words(response)
    number, phrase = NUMBER.search(text), PHRASE.search(text)
    assert number, text
    assert phrase, text
    return number[0], phrase[0]


def words(response: HttpResponse) -> str:
    """What a reader of the page sees of it, tags gone."""
    text = response.content.decode()
    main = text[text.find("<main") :]
    return html.unescape(re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^>]+>", "", main)))


def unlock(client: Client, number: str, phrase: str) -> HttpResponse:
    return client.post("/status/", {"number": number, "phrase": phrase})


def picture(name: str = "写真.jpg", colour: str = "teal") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")
