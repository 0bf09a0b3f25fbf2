"""いまどうなっているか, for a telephone or a kiosk: the same limits and the same silence as the page (AN2, AN3)."""

import pytest

from consultations.services import conversation, triage
from tests.api.support import Caller, caller, entry, problem
from tests.consultations.staff_support import House, by


@pytest.fixture
def kiosk(house: House) -> Caller:
    return caller(house.reception, ["status"])


def test_the_resident_s_own_words_and_nothing_of_the_house(
    house: House, clerk: Caller, kiosk: Caller
) -> None:
    receipt = clerk.post("/consultations/", entry()).data
    case = house.ward.consultation_set.get()
    triage.take(case.pk, by=by(house.clerk))
    triage.add_note(case.pk, by=by(house.clerk), text="庁内だけの話")
    conversation.reply(case.pk, by=by(house.clerk), body="お待たせしました。")
    typed = receipt["receipt_no"].lower().replace("-", "ー")
    answer = kiosk.post("/status/", {"number": typed, "phrase": receipt["passphrase"]})
    assert answer.status_code == 200
    assert answer.data["receipt_no"] == receipt["receipt_no"]
    assert answer.data["is_open"] is True
    assert len(answer.data["steps"]) == 3
    assert [row["body"] for row in answer.data["messages"]] == ["お待たせしました。"]
    assert answer.data["office"] == "総務課"
    assert "庁内だけの話" not in answer.content.decode()
    assert "read_at" not in answer.data["messages"][0]
    english = kiosk.post("/status/", {"number": typed, "phrase": receipt["passphrase"], "language": "en"})
    assert "received" in english.data["steps"][0].lower()


def test_wrong_number_and_wrong_phrase_are_one_answer(clerk: Caller, kiosk: Caller) -> None:
    receipt = clerk.post("/consultations/", entry()).data
    other = clerk.post("/consultations/", entry()).data
    wrong_phrase = kiosk.post("/status/", {"number": receipt["receipt_no"], "phrase": other["passphrase"]})
    unknown = kiosk.post("/status/", {"number": "S-7K4M-925W", "phrase": receipt["passphrase"]})
    assert wrong_phrase.content == unknown.content
    assert problem(unknown, 404)["type"].endswith("#wrong-key")


def test_slips_of_the_fingers_are_told(clerk: Caller, kiosk: Caller) -> None:
    receipt = clerk.post("/consultations/", entry()).data
    found = problem(kiosk.post("/status/", {"number": "S-1", "phrase": receipt["passphrase"]}), 422)
    assert found["errors"][0]["pointer"] == "/number"
    found = problem(kiosk.post("/status/", {"number": receipt["receipt_no"], "phrase": "1234"}), 422)
    assert found["errors"][0]["pointer"] == "/phrase"


def test_guessing_waits_as_on_the_page(clerk: Caller, kiosk: Caller) -> None:
    number = clerk.post("/consultations/", entry()).data["receipt_no"]
    answers = [kiosk.post("/status/", {"number": number, "phrase": "1111 2222 3333 4444"}) for _ in range(7)]
    assert [answer.status_code for answer in answers[:5]] == [404] * 5
    assert problem(answers[-1], 429)["type"].endswith("#too-many")
    assert int(answers[-1].headers["Retry-After"]) >= 30
