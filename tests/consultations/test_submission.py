"""Sending once: double click, retry, lost answer, two tabs and the back button give one case (DU2, J1)."""

import datetime as dt
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from chiba_ward.casework.models import CaseCredential, Draft, Matter
from consultations.models import Consultation
from tests.consultations import citizen_support as support
from tests.consultations.citizen_support import send, taken_home, walk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.mark.usefixtures("monday")
class TestOneCase:
    def test_a_second_press_shows_the_same_number_and_passphrase(self, client: Client) -> None:
        draft = walk(client)
        first = taken_home(client.post(f"{draft}/check/"))
        again = client.post(f"{draft}/check/")
        assert taken_home(again) == first
        assert "もう受け付けています" in words(again)
        assert Consultation.objects.count() == 1

    def test_after_fifteen_minutes_the_passphrase_is_not_shown_again(
        self, client: Client, monday: Any
    ) -> None:
        draft = walk(client)
        number, phrase = taken_home(client.post(f"{draft}/check/"))
        monday.shift(dt.timedelta(minutes=16))
        again = words(client.post(f"{draft}/check/"))
        assert number in again
        assert phrase not in again
        assert "一度だけ出ています" in again

    def test_the_back_button_leads_to_the_case_and_sends_nothing(self, client: Client) -> None:
        draft = walk(client)
        client.post(f"{draft}/check/")
        for page in ("check", "story"):
            shown = words(client.get(f"{draft}/{page}/", follow=True))
            assert "二重には送られません" in shown
            assert "相談のいまの状況" in shown

    def test_another_tab_that_still_writes_changes_nothing(self, client: Client) -> None:
        draft = walk(client)
        client.post(f"{draft}/check/")
        late = support.answer(client, draft, "story", {**support.STORY, "chief_concern": "おそい画面"})
        assert late.status_code == 302
        assert Consultation.objects.get().chief_concern == "母の介護のこと"

    def test_an_incomplete_draft_is_led_to_the_missing_screen(self, client: Client) -> None:
        draft = support.begin(client)
        response = client.post(f"{draft}/check/")
        assert response["Location"] == f"{draft}/topic/"
        assert not Matter.objects.exists()

    def test_an_account_holder_presses_twice(self, resident_client: Client) -> None:
        draft = walk(resident_client)
        first = taken_home(resident_client.post(f"{draft}/check/"))
        assert taken_home(resident_client.post(f"{draft}/check/")) == first
        case = Consultation.objects.get()
        assert words(resident_client.get("/my/")).count(case.receipt_no) == 1

    def test_what_was_typed_is_wiped_from_the_draft(self, client: Client) -> None:
        draft = walk(client)
        client.post(f"{draft}/check/")
        kept = Draft.objects.get()
        assert kept.data == {}
        assert kept.matter_id


class TestReceipt:
    @pytest.mark.usefixtures("monday")
    def test_it_names_number_passphrase_and_day_and_the_database_holds_only_a_hash(
        self, client: Client
    ) -> None:
        number, phrase = send(client)
        stored = CaseCredential.objects.get().phrase_hash
        assert phrase.replace(" ", "") not in stored
        assert stored.startswith("$argon2id$")
        assert phrase not in words(client.get("/status/case/"))
        assert number in words(client.get("/status/case/"))

    @pytest.mark.usefixtures("monday")
    def test_the_mail_says_number_day_and_page_and_nothing_else(
        self, client: Client, mailoutbox: list[Any]
    ) -> None:
        from chiba_ward.outbox import services as outbox

        number, phrase = send(
            client, contact={"preferred": "email", "email": "mihon@example.test", "name": "見本 花子"}
        )
        outbox.run_pending_now()
        (mail,) = mailoutbox
        assert number in mail.subject
        assert number in mail.body
        assert "/status/" in mail.body
        assert "5月14日" in mail.body
        for secret in (phrase, "介護", "見本 花子", "母"):
            assert secret not in mail.subject + mail.body

    @pytest.mark.usefixtures("monday")
    @pytest.mark.parametrize(
        ("prefix", "title"), [("", "相談受付票"), ("/en", "Receipt of your consultation")]
    )
    def test_the_pdf_has_number_promise_and_a_code_to_scan(
        self, client: Client, prefix: str, title: str, tmp_path: Path
    ) -> None:
        import io

        from pypdf import PdfReader

        from chiba_ward.documents import services as documents
        from chiba_ward.documents.models import Document

        number, phrase = send(client, prefix)
        page = client.post("/status/case/receipt/", {"number": number})
        document = Document.objects.get()
        assert page["Location"] == reverse("documents:show", args=[document.pk])
        documents.make(document.pk)
        content = b"".join(client.get(reverse("documents:download", args=[document.pk])).streaming_content)  # type: ignore[attr-defined]  # a FileResponse
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")
        assert title in text
        assert number in text
        assert "介護" not in text
        assert phrase not in text
        assert ("5月14日" in text) if not prefix else ("14 May 2026" in text)
        assert scanned(content, tmp_path).endswith(f"/status/?n={number}")
        assert Client().get(reverse("documents:show", args=[document.pk])).status_code == 404


def scanned(pdf: bytes, folder: Path) -> str:
    """What a telephone reads from the first page."""
    (folder / "receipt.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-png", "-r", "150", folder / "receipt.pdf", folder / "page"], check=True)
    (picture,) = folder.glob("page*.png")
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, check=True
    )
    return read.stdout.strip()


@pytest.mark.django_db(transaction=True)
def test_four_presses_at_the_same_moment_make_one_case(client: Client) -> None:
    """With real commits, each press on a connection of its own."""
    draft = walk(client)

    def press(_: int) -> tuple[str, str]:
        one = Client()
        one.cookies = client.cookies.copy()
        try:
            return taken_home(one.post(f"{draft}/check/"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(press, range(4)))
    assert len(answers) == 1
    assert Consultation.objects.count() == 1
