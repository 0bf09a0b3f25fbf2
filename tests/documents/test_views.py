from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.access.actor import SYSTEM, Actor, actor_of
from chiba_ward.directory.models import Posting
from chiba_ward.documents import registry, services
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document
from tests.documents.conftest import KIND
from tests.factories import make_posting

RECEIPT = "consultation_receipt"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "announce")]


@pytest.fixture
def asker() -> Posting:
    return make_posting()


@pytest.fixture
def document(asker: Posting) -> Document:
    return services.request(KIND, title="相談受付票 S-7K4M-925F", by=actor_of(asker.person, asker))


@pytest.fixture
def client_of(asker: Posting, sign_in: Any) -> Client:
    return sign_in(asker.person)  # type: ignore[no-any-return]  # the fixture's own type


def address(name: str, document: Document) -> str:
    return reverse(f"documents:{name}", args=[document.pk])


def in_state(document: Document, state: DocumentState, **fields: Any) -> None:
    Document.objects.filter(pk=document.pk).update(state=state, **fields)


def test_the_page_waits_by_itself_and_offers_a_link_without_javascript(
    client_of: Client, document: Document
) -> None:
    page = client_of.get(address("show", document)).content.decode()
    assert page.count("<h1>") == 1
    assert "PDFを作る順番を待っています" in page
    assert f'hx-get="{address("state", document)}"' in page
    assert "いまの進み具合を見る" in page
    assert "htmx" in page
    assert "style=" not in page


def test_the_bar_shows_how_far_it_is(client_of: Client, document: Document) -> None:
    in_state(document, DocumentState.WORKING, progress=42)
    part = client_of.get(address("state", document), headers={"HX-Request": "true"}).content.decode()
    assert '<progress max="100" value="42"' in part
    assert "42%" in part
    assert "<html" not in part


def test_the_part_opened_alone_leads_to_the_page(client_of: Client, document: Document) -> None:
    response = client_of.get(address("state", document))
    assert response.headers["Location"] == address("show", document)


def test_when_it_is_done_the_page_stops_asking_and_links_to_the_file(
    client_of: Client, document: Document
) -> None:
    services.make(document.pk)
    part = client_of.get(address("state", document), headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in part
    assert address("download", document) in part
    assert "1ページ" in part


def test_the_file_is_a_download_with_its_japanese_name(client_of: Client, document: Document) -> None:
    assert client_of.get(address("download", document)).status_code == 404
    services.make(document.pk)
    response = client_of.get(address("download", document))
    name = quote("相談受付票 S-7K4M-925F.pdf")
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_it_opens_in_the_browser_when_asked(client_of: Client, document: Document) -> None:
    services.make(document.pk)
    response = client_of.get(address("download", document), {"view": "1"})
    assert response.headers["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert "sandbox" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


@pytest.mark.parametrize("name", ["show", "state", "download"])
def test_others_find_no_such_document(
    name: str, document: Document, sign_in: Any, resident_client: Client
) -> None:
    services.make(document.pk)
    for client in (Client(), resident_client, sign_in(make_posting().person)):
        assert client.get(address(name, document)).status_code == 404


def test_the_kind_decides_who_may_see(
    document: Document, monkeypatch: pytest.MonkeyPatch, asker: Posting
) -> None:
    rule = lambda found, actor: actor.matter_id == 5 or actor.posting is not None  # noqa: E731  (a rule in one line)
    monkeypatch.setitem(registry._rules, "progress_report", rule)
    document.kind = "progress_report"
    assert not registry.may_see(document, Actor(matter_id=5)), (
        "the policy does not grant it to the holder of a key"
    )
    monkeypatch.setitem(registry._rules, RECEIPT, rule)
    document.kind = RECEIPT
    assert registry.may_see(document, Actor(matter_id=5))
    assert registry.may_see(document, actor_of(asker.person, asker))
    assert not registry.may_see(document, Actor(matter_id=6))


def test_without_a_rule_nobody_but_the_asking_posting_sees_it() -> None:
    nobodys = services.request(KIND, title="一覧", by=SYSTEM)
    assert not registry.may_see(nobodys, SYSTEM)
    posting = make_posting()
    assert not registry.may_see(nobodys, actor_of(posting.person, posting))


def test_a_failure_is_told_and_can_be_tried_again(client_of: Client, document: Document) -> None:
    in_state(document, DocumentState.FAILED, error="表の行が多すぎて作れません。", attempts=3)
    page = client_of.get(address("show", document)).content.decode()
    assert "表の行が多すぎて作れません。" in page
    assert "もう一度作る" in page
    response = client_of.post(address("retry", document))
    assert response.headers["Location"] == address("show", document)
    document.refresh_from_db()
    assert (document.state, document.attempts) == (DocumentState.QUEUED, 0)


def test_the_reason_is_not_for_the_person(
    document: Document, monkeypatch: pytest.MonkeyPatch, resident_client: Client
) -> None:
    monkeypatch.setitem(registry._rules, RECEIPT, lambda found, actor: True)
    in_state(document, DocumentState.FAILED, error="庁内の理由", attempts=3, kind=RECEIPT)
    page = resident_client.get(address("show", document)).content.decode()
    assert "庁内の理由" not in page
    assert "区役所にお電話ください" in page
    assert resident_client.post(address("retry", document)).status_code == 404


def test_nothing_changes_by_a_get(client_of: Client, document: Document) -> None:
    in_state(document, DocumentState.FAILED, error="理由", attempts=3)
    assert client_of.get(address("retry", document)).status_code == 405


def test_a_post_needs_its_token(document: Document, asker: Posting, sign_in: Any) -> None:
    strict = sign_in(asker.person, enforce_csrf_checks=True)
    in_state(document, DocumentState.FAILED, error="理由", attempts=3)
    assert strict.post(address("retry", document)).status_code == 403


def test_a_damaged_or_lost_file_is_told_and_not_handed_out(
    client_of: Client, document: Document, media: Path
) -> None:
    services.make(document.pk)
    [path] = [path for path in media.rglob("*") if path.is_file()]
    path.write_bytes(b"%PDF-another")
    damaged = client_of.get(address("download", document))
    assert (damaged.status_code, b"%PDF" in damaged.content) == (410, False)
    path.unlink()
    assert client_of.get(address("download", document)).status_code == 410
