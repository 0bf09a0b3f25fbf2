"""The whole way of somebody who reads no Japanese: every answer of the portal, its refusals too (C17)."""

import re
from typing import Any

import pytest
from django.test import Client

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.models import Posting
from consultations.enums import State
from consultations.models import Consultation
from consultations.services import closing, conversation, triage
from tests.consultations.citizen_support import NUMBER, PHRASE, picture, words
from tests.ui.reading import JAPANESE, japanese_in

STORY = {
    "consultant_kind": "family",
    "relation": "Mother",
    "chief_concern": "Care of my mother",
    "body": "I do not know.",
}
CONTACT = {"preferred": "portal", "name": "Mihon Hanako"}
# Of somebody else: who says "I" has no relation, a mail needs an address, files must be pictures or PDFs.
WRONG: dict[str, dict[str, Any]] = {
    "topic": {},
    "story": {"consultant_kind": "family", "chief_concern": "", "body": ""},
    "place": {"ward": "", "postal_code": "1"},
    "contact": {"preferred": "email", "email": "no address", "name": "", "phone": "12"},
}
RIGHT: dict[str, dict[str, Any]] = {
    "topic": {"topic": "elder"},
    "story": STORY,
    "place": {"ward": "wakaba", "town_name": "Tsuga"},
    "contact": CONTACT,
}
# The place where one is used to the sign, and the numbers that one dials.
REVIEWED = ("千葉港",)


class Reader:
    """A browser that reads every page it gets and keeps what it cannot read."""

    def __init__(self) -> None:
        self.client, self.problems, self.pages = Client(), [], 0  # type: tuple[Client, list[str], int]

    def get(self, path: str, status: int = 200) -> Any:
        return self._read(path, self.client.get(path, follow=True), status)

    def post(self, path: str, status: int = 200, **data: Any) -> Any:
        return self._read(path, self.client.post(path, data, follow=True), status)

    def _read(self, path: str, answer: Any, status: int) -> Any:
        assert answer.status_code == status, (path, answer.status_code, words(answer)[:900])
        text = answer.content.decode()
        for name in REVIEWED:
            text = text.replace(name, "")
        self.problems += [f"{path} ({status}): {found}" for found in japanese_in(text)]
        self.pages += 1
        return answer


@pytest.fixture
def clerk(demo_city: None) -> Actor:
    posting = Posting.objects.get(person__email="somu.wakaba@demo.example.jp")
    return actor_of(posting.person, posting)


def test_from_the_first_page_to_the_end_there_is_no_japanese(clerk: Actor) -> None:
    reader = Reader()
    number, phrase = _file(reader)
    case = _followed(reader, number, phrase)
    _answered(reader, number, case, clerk)
    _ended(reader, number, case, clerk)
    assert not reader.problems, "\n".join(dict.fromkeys(reader.problems))
    assert reader.pages > 25


def _file(reader: Reader) -> tuple[str, str]:
    reader.get("/en/")
    reader.get("/en/consult/")
    first = reader.post("/en/consult/")
    draft = first.request["PATH_INFO"].rsplit("/", 2)[0]
    for name, right in RIGHT.items():
        reader.post(f"{draft}/{name}/", 422, **WRONG[name])
        reader.post(f"{draft}/{name}/", **right)
    reader.post(f"{draft}/story/", 422, **STORY, files=_film())
    reader.post(f"{draft}/story/", **STORY | {"body": "He beats me. 死にたい. I want to die."})
    reader.problems = [
        found for found in reader.problems if "死にたい" not in found
    ]  # typed, shown again to be checked
    reader.post(f"{draft}/story/", **STORY)
    reader.post(f"{draft}/saved/")
    received = reader.post(f"{draft}/check/")
    reader.post(f"{draft}/check/")
    found_number, found_phrase = NUMBER.search(words(received)), PHRASE.search(words(received))
    assert found_number
    assert found_phrase
    return found_number[0], found_phrase[0]


def _film() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("film.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 64, "video/mp4")


def _followed(reader: Reader, number: str, phrase: str) -> Consultation:
    reader.client.post("/en/status/leave/")
    reader.get("/en/status/")
    reader.post("/en/status/", 422, number="S-1", phrase="")
    reader.post("/en/status/", 422, number=number, phrase="1111 2222 3333 4444")
    reader.post("/en/status/", number=number, phrase=phrase)
    reader.get("/en/status/case/readers/")
    reader.post("/en/status/case/message/", 422, number=number, body="")
    reader.post("/en/status/case/message/", 422, number=number, body=f"My passphrase is {phrase}")
    reader.post("/en/status/case/message/", number=number, body="One more thing.", files=picture("photo.jpg"))
    reader.post("/en/status/case/receipt/", number=number)
    return next(case for case in Consultation.objects.all() if case.receipt_no == number)


def _answered(reader: Reader, number: str, case: Consultation, clerk: Actor) -> None:
    triage.take(case.pk, by=clerk)
    conversation.reply(case.pk, by=clerk, body="How old is your mother?", ask=True)
    page = words(reader.get("/en/status/case/"))
    assert "Wakaba Ward General Affairs Section" in page
    reader.post("/en/status/case/message/", number=number, body="She is 82.")
    conversation.reply(case.pk, by=clerk, body="Come on Monday.")
    reader.get("/en/status/case/readers/")


def _ended(reader: Reader, number: str, case: Consultation, clerk: Actor) -> None:
    closing.close(case.pk, by=clerk, outcome="advised")
    reader.get("/en/status/case/")
    reader.post("/en/status/case/message/", 422, number=number, body="Are you there?")
    reader.post("/en/status/case/solved/", number=number)
    reader.post("/en/status/case/reopen/", number=number, body="Not solved.")
    reader.post("/en/status/case/withdraw/", 422, number=number)
    reader.post("/en/status/case/withdraw/", number=number, sure="on")
    case.refresh_from_db()
    assert case.state == State.WITHDRAWN
    reader.post("/en/status/leave/")
    reader.get("/en/status/case/")


def test_japanese_on_a_page_would_be_noticed() -> None:
    page = '<html lang="en"><head><title>Home</title></head><body><p>Hello <b>{}</b></p><img alt="{}"></body></html>'
    assert japanese_in(page.format("x", "x")) == []
    assert japanese_in(page.format("受付", "x")) == ["<b> 受付"]
    assert japanese_in(page.format("x", "そうだん")) == ["<img> そうだん"]
    assert japanese_in(page.format('<i lang="ja">受付</i>', "x")) == []
    assert japanese_in(page.replace('"en"', '"ja"')) == ["lang is ja"]
    assert re.search(JAPANESE, "ー") is not None
