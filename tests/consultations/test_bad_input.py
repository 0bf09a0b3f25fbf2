"""Bad input of the issue: a clear Japanese message beside the field, and nothing typed is lost."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chiba_ward.casework.models import Draft
from consultations.models import Consultation
from tests.consultations import citizen_support as support
from tests.consultations.citizen_support import ANSWERS, answer, begin, send, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "monday")]
ODD = "𠮷野家の葛󠄀城さん 👨‍👩‍👧 邉󠄂 ﾊﾝｶｸ"


def at(client: Client, name: str) -> str:
    draft = begin(client)
    for before in list(ANSWERS)[: list(ANSWERS).index(name)]:
        answer(client, draft, before)
    return draft


@pytest.mark.parametrize(("name", "reasons"), [
    ("topic", ["困っていることを選んでください。"]),
    ("story", ["だれのことですか", "ひとことで言うとを入力してください。"]),
    ("place", ["困っている人が住んでいる区を選んでください。"]),
    ("contact", ["お返事の受け取り方を選んでください。"]),
])  # fmt: skip
def test_empty(client: Client, name: str, reasons: list[str]) -> None:
    draft = at(client, name)
    response = answer(client, draft, name, {})
    assert response.status_code == 422
    for reason in reasons:
        assert reason in words(response)
    assert "このフィールドは必須です" not in words(response)


def test_a_megabyte_of_text_is_told_and_kept(client: Client) -> None:
    draft, long = at(client, "story"), "あ" * 350_000
    response = answer(client, draft, "story", {**support.STORY, "body": long})
    assert response.status_code == 422
    assert "くわしい内容は5000文字以内で入力してください（いまは350000文字です）" in words(response)
    assert long in client.get(f"{draft}/story/").content.decode()


def test_emoji_variants_and_half_width_kana_arrive_as_they_were(client: Client) -> None:
    number, _ = send(
        client,
        story={"chief_concern": ODD, "body": ODD},
        contact={"preferred": "portal", "name": "𠮷田 邉󠄂", "kana": "ﾖｼﾀﾞ"},
    )
    case = Consultation.objects.get(matter__receipt_no=number)
    person = case.parties.get(kind="consulter")
    assert case.chief_concern == ODD
    assert case.body == ODD
    assert person.name == "𠮷田 邉󠄂"
    assert person.kana == "ヨシダ"


def test_control_characters_go_and_lines_stay(client: Client) -> None:
    number, _ = send(
        client, story={"chief_concern": "母の\x00\x08介護\x1b", "body": "一行め\r\n二行め\x07\u202e"}
    )
    case = Consultation.objects.get(matter__receipt_no=number)
    assert case.chief_concern == "母の介護"
    assert "一行め" in case.body
    assert "二行め" in case.body
    assert "\x07" not in case.body
    assert "\x00" not in case.body


@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", '"><img src=x onerror=1>', "=HYPERLINK(1)", "{{ 777*777 }}", "｜<b>《x》"],
)
def test_markup_and_formulae_are_words(client: Client, evil: str) -> None:
    number, _ = send(client, story={"chief_concern": evil, "body": evil})
    page = client.post(
        "/status/case/message/", {"number": number, "body": evil}, follow=True
    ).content.decode()
    assert evil in words(client.get("/status/case/")) or "<script>alert" not in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "603729" not in page
    assert Consultation.objects.get().chief_concern == evil


@pytest.mark.parametrize(("upload", "reason"), [
    (SimpleUploadedFile("a.pdf", b""), "中身が空"),
    (SimpleUploadedFile("a.jpg", b"%PDF-1.4 not a picture"), "種類が違います"),
    (SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), "受け取れません"),
    (SimpleUploadedFile("a.zip", b"PK\x03\x04" + b"0" * 100), "受け取れません"),
    (SimpleUploadedFile("a.jpg", b"0" * (10 * 1024 * 1024 + 1)), "10MBまで"),
])  # fmt: skip
def test_wrong_files_are_refused_with_the_reason_and_the_words_stay(
    client: Client, upload: Any, reason: str
) -> None:
    draft = at(client, "story")
    upload.seek(0)
    response = answer(client, draft, "story", {**support.STORY, "files": upload})
    assert response.status_code == 422
    assert reason in words(response)
    assert "母の介護のこと" in response.content.decode()


def test_a_stale_form_of_another_release_is_no_error(client: Client) -> None:
    """Fields that are gone or new, a topic that was retired: the screen asks again."""
    draft = at(client, "topic")
    assert answer(client, draft, "topic", {"topic": "retired-topic", "old_field": "x"}).status_code == 422
    assert Draft.objects.get().data["topic"] == {"topic": ["retired-topic"]}


def test_a_form_without_its_token_is_told_and_sends_nothing(client: Client) -> None:
    draft = at(client, "contact")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(f"{draft}/contact/", support.CONTACT)
    assert response.status_code == 403
    assert "まだ何も送られていません" in words(response)


@pytest.mark.parametrize("address", [
    "/consult/00000000-0000-4000-8000-000000000000/check/",
    "/consult/00000000-0000-4000-8000-000000000000/story/",
    "/consult/00000000-0000-4000-8000-000000000000/saved/",
])  # fmt: skip
def test_a_guessed_draft_leads_to_a_new_beginning(client: Client, address: str) -> None:
    assert client.get(address, follow=True).redirect_chain[-1][0] == "/consult/"
    assert client.post(address, {}, follow=True).status_code in (200, 422)
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("number", ["", "S-2222-2222", "\x00", "'; DROP TABLE", "９" * 5000])
def test_acts_on_a_case_that_is_not_open_here_change_nothing(client: Client, number: str) -> None:
    send(Client())
    for act in ("withdraw", "reopen", "solved", "receipt"):
        assert client.post(f"/status/case/{act}/", {"number": number, "sure": "on"}).status_code == 302
    assert client.post("/status/case/message/", {"number": number, "body": "x"}).status_code == 401
    assert Consultation.objects.get().is_open
    assert not Consultation.objects.get().messages.exists()


@pytest.mark.parametrize(
    ("number", "phrase"),
    [("", ""), ("S-7K4M-925W", ""), ("\x00", "\x00"), ("S" * 9000, "1" * 9000), ("😀", "😀")],
)
def test_nonsense_as_a_key_is_told_beside_the_field(client: Client, number: str, phrase: str) -> None:
    response = support.unlock(client, number, phrase)
    assert response.status_code == 422
    assert "確かめてください" in words(response)
