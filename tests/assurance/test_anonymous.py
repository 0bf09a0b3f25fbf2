"""Who files without an account: the secret, the guessing, the key that opens one case, and no trace of the person (AN1-AN5)."""

import datetime as dt
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from chiba_ward.access import throttle
from chiba_ward.access.models import Throttle
from chiba_ward.access.public import reviewed_routes
from chiba_ward.casework import attachments, matters
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.keys import WrongKey
from chiba_ward.casework.models import Attachment
from chiba_ward.casework.passphrase import DIGITS, parse_passphrase
from chiba_ward.directory.models import Office
from chiba_ward.documents import services as documents
from consultations.models import Consultation
from tests.consultations.citizen_support import (
    begin,
    make_city,
    picture,
    send,
    taken_home,
    unlock,
    walk,
    words,
)
from tests.guards.places import guessed_places

pytestmark = pytest.mark.django_db
SIGN_IN = ("/account/login/", "/admin/login/")


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Any) -> Office:
    settings.MEDIA_ROOT = tmp_path / "media"
    return make_city()


def all_rows() -> Iterator[tuple[str, str]]:
    """(table, row as text) of everything the database holds."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # names from the catalogue
            yield from ((table, row[0]) for row in cursor.fetchall())


def holders(*canaries: str) -> list[str]:
    """Tables in which one of the texts stands, in clear or as the hexadecimal of a binary column."""
    wanted = [sign for text in canaries for sign in (text, text.encode().hex())]
    return sorted({table for table, row in all_rows() if any(sign in row for sign in wanted)})


# --- AN1, AN2


def test_an1_the_passphrase_is_shown_once_and_kept_nowhere(
    client: Client, city: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    draft = walk(client)
    shown = client.post(f"{draft}/check/")
    _, phrase = taken_home(shown)
    digits = parse_passphrase(phrase)
    assert len(digits) == DIGITS, "16 random digits are 53 bits"
    assert holders(phrase, digits) == []
    assert phrase not in caplog.text
    assert digits not in caplog.text
    assert not any(phrase in cookie.value or digits in cookie.value for cookie in client.cookies.values())
    for path in (f"{draft}/check/", "/status/case/", "/"):
        later = client.get(path, follow=True).content.decode()
        assert phrase not in later
        assert digits not in later


# --- AN3


@pytest.mark.django_db(transaction=True)  # counts are then made on the open connection, a tenth of the time
def test_an3_a_thousand_guesses_without_a_broker_and_the_right_code_within_fifteen_minutes(
    client: Client, city: Office, settings: Any, time_machine: Any
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # nobody listens: whoever asked it would fail
    time_machine.move_to(timezone.now(), tick=False)
    number, phrase = send(client)
    guesser = Client(REMOTE_ADDR="203.0.113.66")
    for guess in range(1_000):
        if guess % 10:  # at the door itself one in ten, which is slower; the rest behind it
            with pytest.raises((WrongKey, throttle.TooManyTries)):
                matters.check_passphrase(number, f"1111 2222 3333 {guess:04}", "a network")
            continue
        answer = guesser.post("/status/", {"number": number, "phrase": f"1111 2222 3333 {guess:04}"})
        assert answer.status_code == 422
        time_machine.shift(dt.timedelta(minutes=1))
    waits = list(Throttle.objects.exclude(blocked_until=None).values_list("blocked_until", flat=True))
    assert waits, "the count stands in PostgreSQL, where no restart and no lost broker reaches it"
    assert max(waits) <= timezone.now() + dt.timedelta(minutes=15)
    time_machine.shift(dt.timedelta(minutes=15))
    assert unlock(Client(REMOTE_ADDR="198.51.100.5"), number, phrase)["Location"] == "/status/case/"


# --- AN4


def test_an4_the_key_of_one_case_opens_nothing_of_another(client: Client, city: Office) -> None:
    """Case A by its key; of case B the files, the paper, the conversation and the account pages stay closed."""
    other, _ = send(Client(), story={"body": "KANARIYA-B no naiyou", "consultant_kind": "self"})
    foreign = Consultation.objects.get(matter__receipt_no=other)
    file = attachments.attach(foreign.matter, picture(), _system(), audience=Audience.CITIZEN)
    paper = documents.request("consultation_receipt", title="受付票", matter=foreign.matter, by=_system())
    documents.make(paper.pk)

    number, phrase = send(Client())
    holder = Client()
    assert unlock(holder, number, phrase).status_code == 302
    assert number in words(holder.get("/status/case/"))
    for path in (
        f"/files/{file.pk}",
        reverse("documents:show", args=[paper.pk]),
        f"/documents/{paper.pk}/file",
        f"/documents/{paper.pk}/state",
        f"/my/{other}/",
    ):
        answer = holder.get(path)
        assert answer.status_code in (302, 404), path
        assert answer.headers.get("Location", "/account/login/").startswith(SIGN_IN), path
    for act in ("message", "withdraw", "reopen", "solved", "receipt"):
        answer = holder.post(f"/status/case/{act}/", {"number": other, "body": "x", "sure": "on"})
        assert "KANARIYA-B" not in answer.content.decode()
    foreign.refresh_from_db()
    assert foreign.state == "received"
    assert not foreign.messages.exists()


def test_an4_the_key_opens_no_page_of_an_account_or_of_the_staff(client: Client, city: Office) -> None:
    number, phrase = send(Client())
    assert unlock(client, number, phrase).status_code == 302
    closed = [place for place in guessed_places() if place.route not in reviewed_routes()]
    assert len(closed) > 100
    ajar = []
    for place in closed:
        answer = client.get(place.path)
        if answer.status_code != 404 and not answer.headers.get("Location", "").startswith(SIGN_IN):
            ajar.append(place.path)
    assert ajar == []


def _system() -> Any:
    from chiba_ward.access.actor import SYSTEM

    return SYSTEM


# --- AN5

CANARY_ADDRESS, CANARY_BROWSER = "203.0.113.177", "KanariyaBrowser/7.7"
CANARY_NAME, CANARY_PLACE = "kanariya-no-namae", "KanariyaCamera"


def photograph() -> SimpleUploadedFile:
    import io

    exif = Image.Exif()
    exif[0x010F] = CANARY_PLACE  # the maker of the camera
    exif[0x9286] = CANARY_PLACE  # a comment
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(stream, "JPEG", exif=exif)
    assert CANARY_PLACE.encode() in stream.getvalue()
    return SimpleUploadedFile(f"{CANARY_NAME}.jpg", stream.getvalue(), "image/jpeg")


def test_an5_neither_address_nor_browser_nor_camera_nor_file_name_is_kept(
    city: Office, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    pictures = [photograph(), photograph()]
    caplog.set_level(logging.DEBUG)
    client = Client(REMOTE_ADDR=CANARY_ADDRESS, HTTP_USER_AGENT=CANARY_BROWSER)
    draft = begin(client)
    answered = client.post(
        f"{draft}/story/", {"chief_concern": "見本", "consultant_kind": "self", "files": pictures.pop()}
    )
    assert answered.status_code < 500
    number, phrase = send(client)
    assert unlock(client, number, phrase).status_code == 302
    client.post("/status/case/message/", {"number": number, "body": "写真です", "files": pictures.pop()})
    client.post("/status/", {"number": number, "phrase": "1111 2222 3333 4444"})
    assert Attachment.objects.exists()
    canaries = (CANARY_ADDRESS, CANARY_BROWSER, CANARY_NAME, CANARY_PLACE)
    assert holders(*canaries) == []
    assert not [line for line in caplog.text.splitlines() if any(sign in line for sign in canaries)]
    blobs = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert blobs
    for blob in blobs:
        assert not any(sign.encode() in blob.read_bytes() for sign in canaries)
        assert not re.search(CANARY_NAME, str(blob))
