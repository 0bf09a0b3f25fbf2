"""The whole corpus through the page on which a resident chooses files: what is told, what is kept, what it costs."""

import html
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chiba_ward.casework.files import Rejection
from chiba_ward.casework.files.errors import MESSAGES
from chiba_ward.casework.models import DraftFile
from tests.casework.corpus import CANARY, SPECIMENS, Specimen
from tests.casework.corpus.measure import Peaks
from tests.consultations import citizen_support as support
from tests.consultations.citizen_support import answer, begin, words
from tests.patience import PATIENCE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "monday")]
MOST_MB = 300
MOST_SECONDS = PATIENCE
TYPED = {**support.STORY, "body": "ここまで書いた文章です。"}
LIMITS = {"mb": 10, "count": 5}


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


class Page:
    """The screen 「どんなことか」 of one draft, from which accepted files are taken out again."""

    def __init__(self, client: Client, media: Path, peaks: Peaks) -> None:
        self.client, self.media, self.peaks = client, media, peaks
        self.draft = begin(client)
        answer(client, self.draft, "topic")

    def faults(self, specimen: Specimen) -> list[str]:
        content = specimen.build()
        upload = SimpleUploadedFile("x", content, specimen.declared or "application/octet-stream")
        upload._name = specimen.name  # as the request brings it: Django's own test client would clean it
        began = time.monotonic()
        response = answer(self.client, self.draft, "story", {**TYPED, "files": upload})
        seconds = time.monotonic() - began
        found = list(self._costs(seconds))
        found += (
            self._refused(response, specimen.becomes)
            if isinstance(specimen.becomes, Rejection)
            else self._kept(response, specimen.becomes)
        )
        return [f"{specimen.what}: {fault}" for fault in found]

    def _costs(self, seconds: float) -> Any:
        peak = max(self.peaks.taken(), default=0)
        if peak > MOST_MB:
            yield f"took {peak} MB"
        if seconds > MOST_SECONDS:
            yield f"took {seconds:.1f} s"

    def _refused(self, response: Any, why: Rejection) -> list[str]:
        page = response.content.decode()
        beside = html.unescape(page.partition('id="id_files_error"')[2].partition("</div>")[0])
        checks = {
            f"answered {response.status_code}": response.status_code == 422,
            f"did not say {why} beside the field: {beside or words(response)[:400]}": _told(why) in beside,
            "lost what was typed": TYPED["body"] in page,
            "kept a row": not DraftFile.objects.exists(),
            "kept a file": not self._files(),
        }
        return [fault for fault, is_fine in checks.items() if not is_fine]

    def _kept(self, response: Any, kind: str) -> list[str]:
        row = DraftFile.objects.first()
        if response.status_code != 302 or row is None:
            return [f"was not kept: {response.status_code} {words(response)[:400]}"]
        content = self._files()[0].read_bytes()
        checks = {
            f"became {row.content_type}": row.content_type.endswith(kind),
            "kept the canary": CANARY not in content,
            "kept its name": row.display_name.startswith("添付1."),
            "lies under a name that says something": len(self._files()[0].name) == 32,
        }
        answer(self.client, self.draft, "story", remove_file=str(row.pk))
        for file in self._files():  # the commit that would delete it never comes in a test
            file.unlink()
        return [fault for fault, is_fine in checks.items() if not is_fine]

    def _files(self) -> list[Path]:
        return [path for path in self.media.rglob("*") if path.is_file()]


def _told(why: Rejection) -> str:
    """The field itself says of an empty file that it is empty, in its own words."""
    return "中身が空" if why == Rejection.EMPTY else str(MESSAGES[why] % LIMITS)


@pytest.mark.slow
def test_the_corpus(client: Client, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(client, media, Peaks(tmp_path, monkeypatch))
    faults = [fault for specimen in SPECIMENS for fault in page.faults(specimen)]
    assert faults == []
    assert len(SPECIMENS) > 80
