"""Hostile input is refused in Japanese and never breaks anything (ASSURANCE IN5, IN7)."""

import json
from typing import Any

import pytest

from chiba_ward.api.parsers import DEEPEST, LARGEST
from chiba_ward.casework.models import Matter
from chiba_ward.correspondence.models import ContactCard
from consultations.models import Consultation, Party, Referral
from tests.api.support import Caller, entry, problem
from tests.consultations.staff_support import House, fresh, taken

WHOLE = json.dumps(entry()).encode()
DEEP = b'{"topic":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"7", 400),
        (b'"text"', 400),
        (b"{'a': 1}", 400),
        (WHOLE + b"x", 400),
        (WHOLE.replace(b"{", b'{"topic": "elder", ', 1), 400),  # a name twice
        (b'{"topic": NaN}', 400),
        (b'{"topic": Infinity}', 400),
        (b'{"topic": 1e999}', 400),
        (b'{"topic": ' + b"9" * 5000 + b"}", 400),
        (DEEP, 400),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, 400),
        (b'{"topic": "' + b"a" * LARGEST + b'"}', 413),
        (b'{"topic": "' + b"a" * 1_048_576 + b'"}', 413),
        (b'{"topic": "' + b"a" * 4_000_000 + b'"}', 413),
        ('{"topic": "相談"}'.encode("cp932"), 400),
        ('{"topic": "相談"}'.encode("utf-16"), 400),
        (b"\xef\xbb\xbf" + WHOLE, 400),
        (b"\x00" * 50, 400),
        (b'{"__proto__": {"x": 1}, "constructor": 1}', 400),
    ],
)
def test_a_body_that_is_none(house: House, clerk: Caller, raw: bytes, status: int) -> None:
    problem(clerk.post("/consultations/", raw), status)
    assert not Consultation.objects.exists()


def test_as_deep_as_is_allowed_and_one_more(clerk: Caller) -> None:
    at_most = b"[" * DEEPEST + b"]" * DEEPEST
    assert problem(clerk.post("/consultations/", at_most), 400)["type"].endswith("#bad-request")
    assert problem(clerk.post("/consultations/", b"[" + at_most + b"]"), 400)["type"].endswith("#not-json")


def test_brackets_in_words_are_words(house: House, clerk: Caller) -> None:
    body = "[{" * 60 + '"\\' + "}]" * 60
    answer = clerk.post("/consultations/", entry(story={"body": body}))
    assert answer.status_code == 201
    assert Consultation.objects.get().body == body


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        "application/json; charset=shift_jis",
        "application/json; charset=utf-16",
        "nonsense",
    ],
)
def test_another_content_type(house: House, clerk: Caller, kind: str) -> None:
    problem(clerk.post("/consultations/", WHOLE, **{"Content-Type": kind}), 415)


def test_another_accept(clerk: Caller) -> None:
    response = clerk.client.get(
        "/api/v1/me/", headers={"Authorization": f"Bearer {clerk.secret}", "Accept": "text/html"}
    )
    assert response.status_code == 406
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "\\udfff x", "x\\ud83d"])
def test_characters_that_cannot_be_kept(house: House, clerk: Caller, text: str) -> None:
    raw = json.dumps(entry(story={"body": "HERE"})).replace("HERE", text).encode()
    found = problem(clerk.post("/consultations/", raw), 400)
    assert found["errors"][0]["pointer"] == "/story/body"
    in_a_name = WHOLE.replace(b'"topic"', f'"{text}"'.encode(), 1)
    problem(clerk.post("/consultations/", in_a_name), 400)


def test_control_characters_and_markup_are_kept_harmless(house: House, clerk: Caller) -> None:
    body = "<script>alert(1)</script>\u202e\u0007\u200b 終わり =cmd|' /C calc'!A0 {{7*7}}"
    assert clerk.post("/consultations/", entry(story={"body": body})).status_code == 201
    kept = Consultation.objects.get().body
    assert kept == "<script>alert(1)</script> 終わり =cmd|' /C calc'!A0 {{7*7}}"


@pytest.mark.parametrize(
    "value", [None, 0, 1.5, True, [], {}, [[]], {"a": 1}, "x" * 100_000, [1] * 10_000, -1, 2**70]
)
def test_any_value_in_any_place(house: House, clerk: Caller, value: Any) -> None:
    """Each member of the body in turn: 4xx with words, or 2xx where the value is a right one."""
    whole = entry()
    places = [(name,) for name in whole] + [
        (name, inner) for name, part in whole.items() if isinstance(part, dict) for inner in part
    ]
    for place in places:
        body = entry()
        target = body if len(place) == 1 else body[place[0]]
        target[place[-1]] = value
        response = clerk.post("/consultations/", body)
        if response.status_code != 201:
            problem(response, 400)


@pytest.mark.parametrize("path", ["/consultations/", "/intake/"])
def test_no_column_can_be_set_by_its_name(house: House, clerk: Caller, path: str) -> None:
    """Mass assignment: every column of every model behind the body, in every place, is a name that is not known."""
    columns = {
        field.name
        for model in (Consultation, Matter, ContactCard, Party, Referral)
        for field in model._meta.fields
    }
    whole = entry()
    parts = ("topic", "story", "place", "contact") if path == "/intake/" else tuple(whole)
    for place in ("", *(part for part in parts if isinstance(whole[part], dict))):
        body = {part: entry()[part] for part in parts}
        target = body[place] if place else body
        foreign = columns - set(target) - KNOWN.get(place, set())
        assert len(foreign) > 40
        target |= dict.fromkeys(foreign, "1")
        found = problem(clerk.post(path, body), 400)
        assert all(error["pointer"].startswith(f"/{place}") for error in found["errors"])
    assert not Consultation.objects.exists()


# Columns that are also questions of the form in that place.
KNOWN = {
    "": {"language"},
    "entry": {"language"},
    "contact": {
        "phone", "email", "forbidden", "accommodation", "needs_interpreter", "call_from", "call_until", "name", "kana",
    },
    "place": {"postal_code", "address"},
    "story": {"body", "relation"},
}  # fmt: skip


def test_no_column_can_be_set_by_an_act(house: House, clerk: Caller) -> None:
    case = taken(house)
    before = fresh(case)
    version = clerk.get(f"/consultations/{case.receipt_no}/transitions/").data["version"]
    for column in [field.attname for field in Consultation._meta.fields]:
        body = {"act": "note", "text": "記録", column: "closed"}
        problem(clerk.post(f"/consultations/{case.receipt_no}/transitions/", body, match=version), 400)
    assert fresh(case).state == before.state


@pytest.mark.parametrize(
    "number", ["%00", "S-7K4M-925W%0a", "..%2f..", "%F0%9F%98%80", "a" * 300, "%ud800", "'%20OR%201=1"]
)
def test_an_address_that_is_none(house: House, clerk: Caller, number: str) -> None:
    for path in (f"/consultations/{number}/", f"/consultations/{number}/timeline/"):
        problem(clerk.get(path), 404)


@pytest.mark.parametrize("number", ["0", "99999999999999999999999", "-1", "1e3", "%00"])
def test_a_number_that_is_none(house: House, clerk: Caller, number: str) -> None:
    for path in (f"/referrals/{number}/", f"/webhooks/{number}/deliveries/"):
        problem(clerk.get(path), 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_is_none(clerk: Caller, method: str) -> None:
    response = clerk.send(method, "/consultations/", {})
    problem(response, 405)
    assert set(response.headers["Allow"].split(", ")) == {"GET", "POST", "HEAD", "OPTIONS"}


def test_no_page_is_shown_to_a_browser(clerk: Caller) -> None:
    """No browsable API, no form, no HTML whatever goes wrong (IN7)."""
    for path in ("/", "/nowhere/", "/consultations", "/consultations/?format=api"):
        response = clerk.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {clerk.secret}"})
        assert response.status_code in (400, 404)
        assert response.headers["Content-Type"] == "application/problem+json"
    assert clerk.client.get("/api/v2/").headers["Content-Type"] == "application/problem+json"


def test_a_fault_of_ours_tells_nothing(house: House, clerk: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from consultations.api import cases

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("見本 花子 043-000-0000")

    monkeypatch.setattr(cases, "paged", broken)
    clerk.client.raise_request_exception = False
    found = problem(clerk.get("/consultations/"), 500)
    assert "花子" not in json.dumps(found, ensure_ascii=False)
