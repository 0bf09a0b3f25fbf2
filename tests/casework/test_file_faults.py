"""A full disk, and workers killed between the blob and its row: text is still accepted, and nothing disagrees (F8, FI8)."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.utils import timezone

from chiba_ward.casework import file_limits
from chiba_ward.casework.models import Attachment, DraftFile, FileLimit
from chiba_ward.casework.reconciliation import reconcile
from consultations.models import Consultation
from tests.casework.corpus.pictures import noise, picture
from tests.casework.pages import MB, Browser, Pages, may_mount, photo, serving
from tests.consultations import citizen_support as support
from tests.outbox.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TYPED = "ここまで書いた文章です。"


# -- no space


@contextlib.contextmanager
def small_disk(folder: Path, *, is_real: bool) -> Iterator[int]:
    """A store of 5 MB where this process may mount one; otherwise a limit of 2 MB on every file that pages write.

    Yields the limit, 0 for a real disk. Either way photographs of 4 MB are too much sooner or later.
    """
    if not (is_real and may_mount()):
        yield 2 * MB
        return
    media = folder / "media"
    media.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(media)], check=True)
    try:
        yield 0
    finally:
        subprocess.run(["umount", "--lazy", str(media)], check=True)


@pytest.mark.parametrize("is_real", [True, False])
def test_a_full_disk_refuses_files_and_takes_the_words(tmp_path: Path, is_real: bool) -> None:
    FileLimit.objects.create(kind="", keep_free_mb=0)
    file_limits.forget()
    with small_disk(tmp_path, is_real=is_real) as largest, serving(tmp_path, largest_file=largest) as pages:
        browser = Browser(pages).begin()
        assert browser.send(photo()).status_code == 302
        answers = [browser.send(photo(f"{number}.jpg", noise(4)), body=TYPED) for number in range(3)]
        refused = [answer for answer in answers if answer.status_code == 422]
        assert refused
        assert {answer.status_code for answer in answers} <= {302, 422}
        for answer in refused:
            assert "いまファイルを保存できません" in answer.text
            assert TYPED in answer.text
        number = support.NUMBER.search(browser.finish().text)
        assert number, "the words are accepted"
        case = Consultation.objects.get(matter__receipt_no=number[0])
        assert case.matter.attachments.count() == len(pages.blobs()) == 1 + len(answers) - len(refused)
        assert "Traceback" not in pages.log()
        with media_of(pages):
            report = reconcile(now=timezone.now() + dt.timedelta(days=2))
        assert (report.missing, report.damaged, report.orphans) == (0, 0, 0), "not even half a blob"


def test_little_space_is_kept_for_the_rest_of_the_house(tmp_path: Path) -> None:
    """The row says how much: far more than any disk has."""
    FileLimit.objects.create(kind="", keep_free_mb=10**9)
    with serving(tmp_path) as pages:
        answer = Browser(pages).begin().send(photo(), body=TYPED)
    assert (answer.status_code, "いまファイルを保存できません" in answer.text) == (422, True)
    assert not pages.blobs()


@contextlib.contextmanager
def media_of(pages: Pages) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=pages.media):
        yield


# -- killed


def standing_at(place: str, marker: Path) -> str:
    """Workers stand still at a place, say so, and wait to be killed; only while the marker's folder says so."""
    return f"""
import time
from chiba_ward.casework import attachments, blobs
from chiba_ward.casework.files import sandbox

marker = Path({str(marker)!r})

def stand():
    if marker.parent.exists():
        marker.write_text(str(os.getpid()))
        time.sleep(60)

def then(function):
    def after(*arguments, **named):
        result = function(*arguments, **named)
        stand()
        return result
    return after

if {place!r} == "while it is cleaned":
    sandbox._run = then(sandbox._run)
elif {place!r} == "between blob and commit":
    attachments.blobs.write = then(blobs.write)
else:
    from consultations.views import answers
    answers.attachments.add_to_draft = then(attachments.add_to_draft)
"""


@pytest.mark.parametrize(
    ("place", "rows", "orphans"),
    [("while it is cleaned", 0, 0), ("between blob and commit", 0, 1), ("after the commit", 1, 0)],
)
def test_a_worker_killed_with_a_file_in_its_hands(
    tmp_path: Path, place: str, rows: int, orphans: int
) -> None:
    marker = tmp_path / "stand" / "still"
    with serving(tmp_path, body=standing_at(place, marker)) as pages:
        browser = Browser(pages).begin()
        marker.parent.mkdir()
        sending = threading.Thread(target=_sent, args=[browser])
        sending.start()
        wait_until(lambda: marker.exists() and marker.read_text(), 30)
        time.sleep(0.2)
        victim = int(marker.read_text())
        assert victim in pages.workers(), "only a worker of our own"
        os.kill(victim, signal.SIGKILL)
        sending.join(30)
        marker.unlink()
        marker.parent.rmdir()
        assert pages.left_over() == []
        assert (DraftFile.objects.count(), len(pages.blobs())) == (rows, rows + orphans)
        with media_of(pages):
            assert reconcile().orphans == 0, "a young one may still get its row"
            report = reconcile(now=timezone.now() + dt.timedelta(days=2))
        assert (report.missing, report.damaged, report.orphans) == (0, 0, orphans)
        assert len(pages.blobs()) == rows
        assert browser.send(photo(content=picture(size=(33, 22)))).status_code == 302, "pressed again"
        assert DraftFile.objects.count() == 1, "kept once"
        assert support.NUMBER.search(browser.finish().text)
        assert Attachment.objects.count() == 1
        with media_of(pages):
            assert reconcile(now=timezone.now() + dt.timedelta(days=2)).agrees


def _sent(browser: Browser) -> None:
    with contextlib.suppress(requests.RequestException):
        browser.send(photo(content=picture(size=(33, 22))))
