"""The same POST twice is done once (ASSURANCE DU2): replays, other bodies, failures, thirty at once."""

import datetime as dt
import json
import threading
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from chiba_ward.api import idempotency
from chiba_ward.api.models import IdempotencyKey
from chiba_ward.api.tasks import purge_keys
from consultations.models import Consultation
from tests.api.support import BASE, Caller, caller, entry, make_token, problem
from tests.consultations.staff_support import House, make_house


def test_a_key_is_asked_for(house: House, clerk: Caller) -> None:
    found = problem(clerk.post("/consultations/", entry(), key=""), 400)
    assert found["type"].endswith("#key-missing")
    for wrong in ("short", "with spaces", "x" * 81, "日本語の鍵です。"):
        response = clerk.client.post(
            f"{BASE}/consultations/",
            json.dumps(entry()),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {clerk.secret}",
            HTTP_IDEMPOTENCY_KEY=wrong,
        )
        assert response.status_code == 400
    assert not Consultation.objects.exists()


def test_another_body_under_the_same_key_is_refused(house: House, clerk: Caller) -> None:
    clerk.post("/consultations/", entry(), key="same-key-1")
    found = problem(clerk.post("/consultations/", entry(topic="elder"), key="same-key-1"), 422)
    assert found["type"].endswith("#key-reused")
    problem(
        clerk.post(
            "/intake/",
            {name: entry()[name] for name in ("topic", "story", "place", "contact")},
            key="same-key-1",
        ),
        422,
    )
    assert Consultation.objects.count() == 1


def test_the_order_of_members_and_spaces_is_the_same_body(house: House, clerk: Caller) -> None:
    first = clerk.post("/consultations/", entry(), key="same-key-2")
    turned = dict(reversed(entry().items()))
    again = clerk.post(
        "/consultations/", json.dumps(turned, indent=3, ensure_ascii=False).encode(), key="same-key-2"
    )
    assert again.data == first.data


def test_keys_of_two_tokens_do_not_meet(house: House, clerk: Caller) -> None:
    other = caller(house.colleague)
    first, second = (system.post("/consultations/", entry(), key="same-key-3") for system in (clerk, other))
    assert first.data["receipt_no"] != second.data["receipt_no"]


def test_what_was_refused_may_be_sent_again_under_its_key(house: House, clerk: Caller) -> None:
    """Nothing happened, so nothing is remembered: the corrected request takes the same key."""
    problem(clerk.post("/consultations/", entry(contact={"preferred": "email"}), key="same-key-4"), 422)
    assert not IdempotencyKey.objects.exists()
    assert clerk.post("/consultations/", entry(), key="same-key-4").status_code == 201


def test_nothing_that_was_sent_stands_beside_the_key(house: House, clerk: Caller) -> None:
    clerk.post("/consultations/", entry(), key="same-key-5")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM api_idempotencykey k")
        row = cursor.fetchone()[0]
    assert "母" not in row
    assert "花子" not in row
    assert set(IdempotencyKey.objects.get().outcome) == {"case"}


def test_an_outcome_holds_ids_alone() -> None:
    with pytest.raises(ValueError, match="ids and code words"):
        idempotency._refuse_text({"name": "見本 花子"})


def test_keys_are_forgotten_after_two_days(house: House, clerk: Caller) -> None:
    clerk.post("/consultations/", entry(), key="same-key-6")
    assert purge_keys.apply().get() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(hours=47), tick=True):
        assert purge_keys.apply().get() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(hours=49), tick=True):
        assert purge_keys.apply().get() == 1


def test_a_transition_is_replayed_although_the_case_has_moved(house: House, clerk: Caller) -> None:
    """The answer was lost: the retry carries the old If-Match and must not be told that somebody moved the case."""
    case = house.case()
    version = clerk.get(f"/consultations/{case.receipt_no}/").data["version"]
    first = clerk.post(
        f"/consultations/{case.receipt_no}/transitions/", {"act": "take"}, match=version, key="take-00001"
    )
    again = clerk.post(
        f"/consultations/{case.receipt_no}/transitions/", {"act": "take"}, match=version, key="take-00001"
    )
    assert again.status_code == 200
    assert again.data == first.data
    assert case.matter.timeline.filter(kind="consultation.taken").count() == 1


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_make_one(settings: Any) -> None:
    house = make_house()
    from consultations import initial

    initial.load()
    _, secret = make_token(house.clerk)
    answers: list[Any] = []
    together = threading.Barrier(30)

    def send() -> None:
        try:
            together.wait(30)
            answers.append(Caller(secret).post("/consultations/", entry(), key="thirty-at-once"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.status_code for answer in answers] == [201] * 30
    assert len({json.dumps(answer.data, sort_keys=True) for answer in answers}) == 1
    assert sum(answer.headers.get("Idempotency-Replayed") == "true" for answer in answers) == 29
    assert Consultation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_second_works_when_the_first_fails() -> None:
    """The first holds the key and gives up; whoever waits for it is not answered from nothing."""
    house = make_house()
    from consultations import initial

    initial.load()
    token, secret = make_token(house.clerk)
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute(
                "INSERT INTO api_idempotencykey (token_id, key, digest, status, outcome, created_at)"
                " VALUES (%s, 'held-by-another', 'x', 0, '{}', now())",
                [token.pk],
            )
        answers: list[Any] = []

        def send() -> None:
            try:
                answers.append(Caller(secret).post("/consultations/", entry(), key="held-by-another"))
            finally:
                connection.close()

        waiting = threading.Thread(target=send)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive(), "the second waits for the first"
        holder.rollback()
        waiting.join(30)
    finally:
        holder.close()
    assert answers[0].status_code == 201
    assert "Idempotency-Replayed" not in answers[0].headers


@pytest.mark.django_db(transaction=True)
def test_whoever_holds_it_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT_MS", 200)
    house = make_house()
    token, secret = make_token(house.clerk)
    holder = connection.copy()
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute(
                "INSERT INTO api_idempotencykey (token_id, key, digest, status, outcome, created_at)"
                " VALUES (%s, 'held-for-ever', 'x', 0, '{}', now())",
                [token.pk],
            )
        answer = Caller(secret).post("/consultations/", entry(), key="held-for-ever")
    finally:
        holder.rollback()
        holder.close()
    assert problem(answer, 409)["type"].endswith("#in-progress")
    assert answer.headers["Retry-After"] == "5"


def test_status_and_reading_need_no_key(house: House) -> None:
    """They change nothing that could happen twice."""
    answer = Client().post(
        f"{BASE}/status/",
        json.dumps({"number": "S-7K4M-925W", "phrase": "1111222233334444"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {make_token(house.clerk)[1]}"},
    )
    assert answer.status_code == 404
