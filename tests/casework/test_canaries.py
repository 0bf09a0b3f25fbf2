"""What a file, its name and the request that carried it say about a person is nowhere afterwards (AN5, FI4, FI5)."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import override_settings

from chiba_ward.casework.models import Attachment, DraftFile
from chiba_ward.outbox import publishing
from chiba_ward.outbox import services as outbox
from chiba_ward.sealed.fields import sealed_fields
from tests.casework.clamd_server import ClamdServer
from tests.casework.corpus import CANARY, pdfs, pictures
from tests.casework.pages import SECONDS, Browser, Pages, Part, photo, serving
from tests.consultations import citizen_support as support
from tests.outbox.servers import Broker
from tests.sealed.dumps import dump_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
IN_NAME, IN_HEADER, IN_ADDRESS = "CANARY-NAME-42", "CANARY-HEADER-42", "203.0.113.77"
SEALED_WORDS = "母の介護"
GONE = re.compile("|".join([CANARY.decode(), IN_NAME, IN_HEADER, re.escape(IN_ADDRESS)]))
TALKATIVE = [
    (f"千葉花子の診断書-{IN_NAME}.jpg", pictures.jpeg_with_everything),
    (f"{IN_NAME}.png", pictures.png_with_texts),
    (f"{IN_NAME}.heic", pictures.heic_with_place),
    (f"C:\\Users\\{IN_NAME}\\letter.pdf", pdfs.hostile_pdf),
    (f"{IN_NAME}-2.pdf", pdfs.updated_pdf),
]
REFUSED = [
    (f"{IN_NAME}.exe", b"MZ" + CANARY),
    (f"{IN_NAME}.jpg", CANARY),
    (f"{IN_NAME}.docx", b"PK" + CANARY),
]


@pytest.fixture
def broker() -> Iterator[Broker]:
    server = Broker()
    server.start()
    publishing.breaker.reset()
    yield server
    server.kill()


@pytest.fixture
def clamd() -> Iterator[ClamdServer]:
    server = ClamdServer()
    yield server
    server.stop()


def test_nothing_remains_but_what_is_to_be_seen(tmp_path: Path, broker: Broker, clamd: ClamdServer) -> None:
    assert all(CANARY in build() for _name, build in TALKATIVE)
    with serving(tmp_path, REDIS_URL=broker.url, PAGES_CLAMD=clamd.url) as pages:
        browser = Browser(pages)
        browser.session.headers.update(
            {"User-Agent": IN_HEADER, "X-Forwarded-For": IN_ADDRESS, "X-Real-IP": IN_ADDRESS,
             "Forwarded": f"for={IN_ADDRESS}", "X-Device": IN_HEADER, "From": f"{IN_HEADER}@example.test"}
        )  # fmt: skip
        seen = _way_of_a_resident(browser.begin())
        with override_settings(CELERY_BROKER_URL=broker.url, MEDIA_ROOT=pages.media, PORTAL_CLAMD=clamd.url):
            outbox.run_pending_now()
            seen += _downloads(browser)
            _found_nowhere(pages, seen, broker)
        assert len(pages.blobs()) == Attachment.objects.count() == len(TALKATIVE) + 1
        assert not DraftFile.objects.exists()


def _way_of_a_resident(browser: Browser) -> list[bytes]:
    """Every page and every download on the way: files refused, files kept, one more with a later message."""
    seen = []
    for name, content in REFUSED:
        answer = browser.send(Part("files", content, name, (f"X-Part: {IN_HEADER}",)))
        assert answer.status_code == 422
        seen.append(answer.content)
    for name, build in TALKATIVE:
        assert browser.send(Part("files", build(), name, (f"X-Part: {IN_HEADER}",))).status_code == 302
    seen.append(browser.session.get(f"{browser.pages.base}{browser.draft}/story/").content)
    receipt = browser.finish()
    assert support.NUMBER.search(receipt.text)
    later = {"files": (f"{IN_NAME}.jpg", pictures.jpeg_with_everything(), "image/jpeg")}
    base = browser.pages.base
    number = support.NUMBER.search(receipt.text)
    assert number
    data = {"csrfmiddlewaretoken": browser.token, "number": number[0], "body": "もう一つ送ります。"}
    status = browser.session.post(f"{base}/status/case/message/", data, files=later, timeout=SECONDS)
    assert status.status_code == 200
    assert status.text.count("安全かどうか確かめています") == len(TALKATIVE) + 1
    return [*seen, receipt.content, status.content]


def _downloads(browser: Browser) -> list[bytes]:
    """Headers and contents of every file, once the scanner has passed it."""
    base = browser.pages.base
    status = browser.session.get(f"{base}/status/case/", timeout=SECONDS)
    links = re.findall(r'href="(/files/\d+)"', status.text)
    assert len(links) == len(TALKATIVE) + 1
    answers = [browser.session.get(f"{base}{link}", timeout=SECONDS) for link in links]
    assert {one.status_code for one in answers} == {200}
    return [
        status.content,
        *(f"{one.headers}".encode() for one in answers),
        *(one.content for one in answers),
    ]


def _found_nowhere(pages: Pages, seen: list[bytes], broker: Broker) -> None:
    blobs = [path.read_bytes() for path in pages.blobs()]
    places = {
        "pages": b"\n".join(seen),
        "store": b"\n".join(blobs),
        "store, unpacked": b"\n".join(_unpacked(one) for one in blobs if one.startswith(b"%PDF")),
        "names in the store": "\n".join(map(str, pages.media.rglob("*"))).encode(),
        "logs": pages.log().encode(),
        "broker": broker.contents().encode(),
        "database": _dump().encode(),
        "sessions": repr([one.get_decoded() for one in Session.objects.order_by("pk")]).encode(),
    }
    assert all(len(content) > 20 for content in places.values()), {
        name: len(one) for name, one in places.items()
    }
    found = {name: GONE.findall(content.decode("latin-1")) for name, content in places.items()}
    assert {name: hits for name, hits in found.items() if hits} == {}
    assert pages.left_over() == []


def _unpacked(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable,
                 stream_decode_level=pikepdf.StreamDecodeLevel.all)  # fmt: skip
    return out.getvalue()


def _dump() -> str:
    """Every row as the owner dumps it, and what is sealed in it as whoever holds the keys reads it.

    A seal would hide a canary from the search and not from somebody with the keys, so it is looked for under it too.
    """
    dumped = dump_of(connection.settings_dict["NAME"])
    under_seals = "\n".join(
        str(getattr(row, field.name))
        for model in apps.get_models()
        for field in sealed_fields(model)
        for row in model._default_manager.filter(**{f"{field.name}__filled": True}).order_by("pk")
    )
    assert SEALED_WORDS not in dumped
    assert SEALED_WORDS in under_seals
    return f"{dumped}\n{under_seals}"


def test_a_canary_would_be_found(tmp_path: Path) -> None:
    """The search itself: in a name, in a compressed stream, in a row."""
    packed = pdfs.changed(
        lambda pdf: setattr(pdf.pages[0].obj, "Contents", pdf.make_stream(CANARY)), compress_streams=True
    )
    assert not GONE.search(packed.decode("latin-1"))
    assert GONE.search(_unpacked(packed).decode("latin-1"))
    support.make_city()
    from chiba_ward.casework.models import Draft
    from tests.casework.support import at

    draft = Draft.objects.create(kind="probe", data={"note": SEALED_WORDS}, expires_at=at("2090-01-01 00:00"))
    assert not GONE.search(_dump())
    draft.data = {"name": IN_NAME, "note": SEALED_WORDS}  # under a seal
    draft.save()
    assert GONE.search(_dump())
    draft.data, draft.step = {"note": SEALED_WORDS}, IN_NAME  # in the clear
    draft.save()
    assert GONE.search(_dump())
    assert photo().filename
