"""What browsers and others really send, to real pages: odd bodies, huge ones, slow ones (FI2, AV2)."""

import base64
import re
import select
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from chiba_ward.casework.models import DraftFile
from tests.casework.corpus.pictures import noise, picture
from tests.casework.pages import BOUNDARY, MB, Browser, Pages, Part, body_of, photo, serving
from tests.consultations import citizen_support as support
from tests.patience import ends

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TYPED = "ここまで書いた文章です。"
QUIET = "from chiba_ward.casework.files import request_body\nrequest_body.SILENCE_SECONDS = {}.0"


def shown(page: requests.Response) -> str:
    return re.sub(r"<[^>]+>", "", page.text)


def kept() -> int:
    return DraftFile.objects.count()


def test_odd_bodies_and_too_much(tmp_path: Path) -> None:
    with serving(tmp_path) as pages:
        browser = Browser(pages).begin()
        assert browser.send(photo()).status_code == 302
        before = pages.peak_mb()
        _odd_but_understood(browser)
        _not_understood(browser)
        _too_much_at_once(browser)
        _too_large(browser)
        _in_base64(browser)
        assert pages.left_over() == []
        assert pages.peak_mb() - before < 60
        assert len(pages.blobs()) == kept()
        told = browser.finish()
        assert support.NUMBER.search(told.text), "after all that the consultation is still received"
        assert "Traceback" not in pages.log()


def _forget(browser: Browser) -> None:
    for pk in DraftFile.objects.values_list("pk", flat=True):
        browser.send(Part("remove_file", str(pk).encode()))
    assert kept() == 0


def _odd_but_understood(browser: Browser) -> None:
    """Whatever of it is a file in order is kept; no answer is an error."""
    _forget(browser)
    odd = [
        photo("a.jpg", headers=("Content-Length: 999999999",)),
        photo('"; filename="b.jpg', picture(size=(9, 9))),
        Part("files", picture(size=(8, 8)), "c.jpg", ("content-type:image/jpeg;charset=x",)),
        Part("files", picture(size=(7, 7)), "d.jpg"),
        Part("other", b"MZ", "unasked.exe"),
    ]
    answer = browser.send(*odd)
    assert answer.status_code in (302, 422)
    assert 3 <= kept() <= 4
    twice = [*browser.fields(body="一度め"), Part("body", TYPED.encode()), photo("e.jpg", b"GIF89a")]
    answer = browser.post(body_of(twice), {})
    assert (answer.status_code, TYPED in answer.text) == (422, True)
    encoded = Part("files", picture(size=(6, 6)), "", ("Content-Type: image/jpeg",))
    raw = body_of([*browser.fields(), encoded]).replace(
        b'name="files"', b"name=\"files\"; filename*=UTF-8''%E5%86%99%E7%9C%9F.jpg"
    )
    _forget(browser)
    assert browser.post(raw, {}).status_code == 302
    assert kept() == 1


def _not_understood(browser: Browser) -> None:
    """A page that says so in Japanese: never an error of the server, never a half-kept file."""
    _forget(browser)
    whole = body_of([*browser.fields(), photo()])
    for body, kind in [
        (whole, "multipart/form-data"),
        (whole, "multipart/form-data; boundary="),
        (whole, f"multipart/form-data; boundary={'x' * 5_000}"),
        (whole, "multipart/form-data; boundary=another"),
        (whole, 'multipart/form-data; boundary="quoted'),
        (whole, "application/x-www-form-urlencoded"),
        (whole, "text/plain"),
        (b"", f"multipart/form-data; boundary={BOUNDARY}"),
        (b"\xff" * 5_000, f"multipart/form-data; boundary={BOUNDARY}"),
        (whole.replace(b"\r\n\r\n", b"\r\n" + b"X-Long: " + b"y" * 100_000 + b"\r\n\r\n", 1),
         f"multipart/form-data; boundary={BOUNDARY}"),
    ]:  # fmt: skip
        answer = browser.post(body, {"Content-Type": kind})
        assert answer.status_code in (400, 403, 422), (kind[:60], len(body), body[:300], answer.status_code)
        assert "ください" in shown(answer)
    assert kept() == 0
    # A line that broke: the words are kept, of the half file nothing.
    assert browser.post(body_of([*browser.fields(body=TYPED), photo()])[:-400], {}).status_code == 302
    assert kept() == 0
    assert TYPED in browser.session.get(f"{browser.pages.base}{browser.draft}/story/").text


def _too_much_at_once(browser: Browser) -> None:
    _forget(browser)
    album = [photo(f"{number}.jpg", picture(size=(20 + number, 20))) for number in range(30)]
    answer = browser.send(*album, body=TYPED)
    assert (answer.status_code, kept()) == (422, 5)
    assert "5つまで" in shown(answer)
    assert TYPED in answer.text
    _forget(browser)
    with ends():
        for parts in (
            [photo(f"{number}.jpg") for number in range(1_000)],
            [Part(f"field{number}", b"x") for number in range(1_000)],
        ):
            answer = browser.send(*parts)
            assert (answer.status_code, "もう一度送ってください" in shown(answer)) == (400, True)
        assert browser.send(Part("body", b"x" * 4 * MB)).status_code == 400
    assert kept() == 0


def _too_large(browser: Browser) -> None:
    for megabytes in (11, 25):
        answer = browser.send(photo("large.jpg", noise(megabytes)), photo("small.jpg"), body=TYPED)
        assert (answer.status_code, kept()) == (422, 1), shown(answer)[:400]
        assert "10MBまで" in shown(answer)
        assert TYPED in answer.text
        _forget(browser)
    with browser.line(130 * MB) as line:
        answer_line = line.makefile("rb").readline()
    assert b" 413 " in answer_line


def _in_base64(browser: Browser) -> None:
    """A transfer encoding that nobody uses, and that was once a way to take a server's time (CVE-2026-108147)."""
    in_base64 = ("Content-Type: image/jpeg", "Content-Transfer-Encoding: base64")
    answer = browser.send(Part("files", base64.encodebytes(picture()), "a.jpg", in_base64))
    assert (answer.status_code, kept()) == (302, 1)
    _forget(browser)
    with ends():
        for content in (
            b" " * 15 * MB,
            b"\n" * 15 * MB,
            b"QUJD" * 4 * MB,
            (b"A" + b" " * 1_000) * 15_000,
            b"A" * 9 * MB + b"=",
            b"\xff" * MB,
        ):
            answer = browser.send(Part("files", content, "a.jpg", in_base64))
            assert answer.status_code in (302, 400, 422)
            answer = browser.send(Part("body", content[:MB], "", ("Content-Transfer-Encoding: base64",)))
            assert answer.status_code in (302, 400, 422)
    assert kept() == 0


def test_others_are_served_while_some_fall_silent(tmp_path: Path) -> None:
    """Three hang on uploads that go nowhere: a worker has four threads, and it may be one worker that took them all.

    In production the reverse proxy collects bodies first.
    """
    with serving(tmp_path, body=QUIET.format(120)) as pages, ExitStack() as lines:
        browser = Browser(pages).begin()
        stalled = [lines.enter_context(browser.line(5 * MB)) for _ in range(3)]
        for _ in range(5):
            _is_answered(pages)
        assert browser.send(photo()).status_code == 302
        assert _are_held(stalled), "others were served while they hung, not after"


def test_those_who_fall_silent_lose_their_place(tmp_path: Path) -> None:
    with serving(tmp_path, body=QUIET.format(2)) as pages, ExitStack() as lines:
        browser = Browser(pages).begin()
        stalled = [lines.enter_context(browser.line(5 * MB)) for _ in range(10)]
        _is_answered(pages)  # also with more of them than there are threads
        for line in stalled:
            line.settimeout(60)
            assert line.recv(12).startswith(b"HTTP/1.1 4"), "told, and let go"
        assert "Traceback" not in pages.log()
        assert pages.left_over() == []


def _is_answered(pages: Pages) -> None:
    assert requests.get(f"{pages.base}/", timeout=60).ok


def _are_held(lines: list[socket.socket]) -> bool:
    """Nobody has been told anything yet."""
    return select.select(lines, [], [], 0)[0] == []
