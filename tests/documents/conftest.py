from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from chiba_ward.documents import registry
from chiba_ward.documents.heads import DocumentHead
from chiba_ward.documents.models import Document
from chiba_ward.documents.registry import DocumentKind, PdfSource
from chiba_ward.documents.renderer import Progress

KIND = "probe.letter"
Builder = Callable[[Document, Progress], PdfSource]


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for the blobs of one test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def letter(document: Document, progress: Progress) -> PdfSource:
    progress(50)
    head = DocumentHead(title=document.title, created_at=timezone.now(), number="S-TEST", office="総合相談課")
    return PdfSource.of_template("documents/base.html", {"document": head})


@pytest.fixture
def announce(monkeypatch: pytest.MonkeyPatch) -> Callable[[Builder], None]:
    """`announce(builder)` makes it the builder of the probe's kind for one test."""

    def known(builder: Builder) -> None:
        monkeypatch.setitem(registry._kinds, KIND, DocumentKind(KIND, "試験の手紙", builder))

    known(letter)
    return known
