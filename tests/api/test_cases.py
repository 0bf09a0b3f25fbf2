"""さがす・読む・動かす: exactly what the screens of the same posting show and offer (DESIGN §2 rules 3, 5)."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import attachments
from chiba_ward.directory.enums import Role
from consultations import policy
from consultations.api.act_bodies import FORMS
from consultations.api.bodies import QueueQuery
from consultations.api.transitions import DONE, LABELS, RUN
from consultations.filters import QueueFilter
from consultations.models import Consultation, LegalGround
from consultations.services import closing, conversation, triage
from consultations.views.staff.acts import ACTS
from tests.api.support import Caller, caller, problem
from tests.consultations.citizen_support import picture
from tests.consultations.staff_support import House, by, fresh, taken
from tests.factories import make_posting


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [row["receipt_no"] for row in answer.data["results"]]


def act(system: Caller, case: Consultation, name: str, **data: Any) -> Any:
    version = system.get(f"/consultations/{case.receipt_no}/transitions/").data["version"]
    return system.post(f"/consultations/{case.receipt_no}/transitions/", {"act": name, **data}, match=version)


# --- list and detail


def test_the_list_is_the_queue_of_the_posting(house: House, clerk: Caller) -> None:
    for number in range(3):
        house.case(f"相談{number}")
    house.case("別の区", ward=None)
    visible = Consultation.objects.visible_to(by(house.clerk))
    listed = numbers(clerk.get("/consultations/"))
    assert len(listed) == visible.count() == 4
    assert set(listed) == set(visible.values_list("matter__receipt_no", flat=True))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DISASTER_HQ])
def test_whatever_is_listed_opens_and_nothing_else_does(house: House, role: Role) -> None:
    for number in range(2):
        taken(house, concern=f"担当{number}")
        house.case(f"未振分{number}")
    actor_posting = make_posting(role, office=house.desk)
    system = caller(actor_posting)
    listed = set(numbers(system.get("/consultations/", show="all")))
    everything = Consultation.objects.select_related("matter").order_by("pk")
    opened = {
        case.receipt_no
        for case in everything
        if system.get(f"/consultations/{case.receipt_no}/").status_code == 200
    }
    assert listed == opened
    assert opened == set(
        everything.visible_to(by(actor_posting)).values_list("matter__receipt_no", flat=True)
    )


def test_every_condition_of_the_page_is_here(house: House) -> None:
    assert set(QueueQuery().fields) - {"after", "before", "size"} == set(QueueFilter.base_filters)


def test_conditions_narrow_as_on_the_page(house: House, clerk: Caller) -> None:
    mine, free = taken(house, concern="自分の"), house.case("だれも")
    ended = taken(house, concern="終わった")
    conversation.reply(ended.pk, by=by(house.clerk), body="済みました")
    closing.close(ended.pk, by=by(house.clerk), outcome="advised")
    triage.set_urgency(mine.pk, by=by(house.clerk), level="U1")
    for query, expected in [
        ({}, {mine, free}),
        ({"whose": "mine"}, {mine}),
        ({"whose": "none"}, {free}),
        ({"show": "ended"}, {ended}),
        ({"show": "all"}, {mine, free, ended}),
        ({"urgency": "U1"}, {mine}),
        ({"state": "received"}, {free}),
        ({"ward": "midori"}, {mine, free}),
        ({"ward": "unknown"}, set()),
        ({"q": "だれも"}, {free}),
        ({"q": mine.receipt_no.lower()}, {mine}),
        ({"channel": "telephone"}, set()),
    ]:
        assert set(numbers(clerk.get("/consultations/", **query))) == {
            case.receipt_no for case in expected
        }, query


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"sate": "closed"}, 400),
        ({"state": "nothing"}, 400),
        ({"size": "7"}, 400),
        ({"ward": "nowhere"}, 422),
        ({"field": "nowhere"}, 422),
        ({"after": "no-cursor"}, 422),
        ({"q": ""}, 400),
        ({"q": "a\x00b"}, 400),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(
    house: House, clerk: Caller, query: dict[str, str], status: int
) -> None:
    """A page shows everything then; a program would take it for the answer."""
    problem(clerk.get("/consultations/", **query), status)


def test_a_parameter_twice(house: House, clerk: Caller) -> None:
    problem(clerk.get("/consultations/", state=["received", "closed"]), 400)


def test_pages_by_cursor_show_each_once(house: House, clerk: Caller) -> None:
    made = {house.case(f"相談{number}").receipt_no for number in range(23)}
    seen: list[str] = []
    path, pages = "/consultations/?size=20", 0
    while path:
        answer = clerk.get(path)
        seen += numbers(answer)
        path, pages = (answer.data["next"] or "").removeprefix("/api/v1"), pages + 1
    assert pages == 2
    assert len(seen) == 23
    assert set(seen) == made
    back = clerk.get(answer.data["previous"].removeprefix("/api/v1"))
    assert numbers(back) == seen[:20]


def test_one_case_in_full(house: House, clerk: Caller) -> None:
    case = taken(
        house,
        concern="母のこと",
        body="くわしい話",
        contact={
            "preferred": "call",
            "phone": "043-000-0001",
            "may_call": True,
            "call_from": dt.time(9),
            "call_until": dt.time(12),
        },
    )
    answer = clerk.get(f"/consultations/{case.receipt_no}/")
    found = answer.data
    assert found["body"] == "くわしい話"
    assert found["assignee"] == {"posting": house.clerk.pk, "name": str(house.clerk.person)}
    assert found["contact"]["call_from"] == "09:00"
    assert found["acts"] == sorted(policy.acts_open_to(by(house.clerk), fresh(case)))
    assert answer.headers["ETag"] == f'"{found["version"]}"'
    assert {row["kind"] for row in found["deadlines"]} == {"consultation.reply"}
    assert found["received_at"].endswith("+09:00")
    lines = clerk.get(f"/consultations/{case.receipt_no}/timeline/").data["results"]
    assert [line["kind"] for line in lines] == ["consultation.received", "consultation.taken"]


def test_unknown_and_foreign_numbers_are_one_answer(house: House, clerk: Caller) -> None:
    foreign = house.case("よその課")
    triage.assign(foreign.pk, by=by(house.clerk), office=house.section)
    for path in ("", "timeline/", "messages/", "transitions/", "consents/", "files/1/"):
        hidden = clerk.get(f"/consultations/{foreign.receipt_no}/{path}")
        unknown = clerk.get(f"/consultations/S-2222-2222/{path}")
        assert hidden.content == unknown.content, path
        problem(hidden, 404)


def test_files_open_by_their_own_rule(house: House, clerk: Caller, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case, other = taken(house), house.case("別の相談")
    kept = attachments.attach(case.matter, picture(), by(house.clerk))
    upload = SimpleUploadedFile("b.jpg", picture("x", "red").read(), "image/jpeg")
    hidden = attachments.attach(other.matter, upload, by(house.clerk))
    answer = clerk.get(f"/consultations/{case.receipt_no}/files/{kept.pk}/")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    problem(clerk.get(f"/consultations/{case.receipt_no}/files/{hidden.pk}/"), 404)
    listed = clerk.get(f"/consultations/{case.receipt_no}/").data["files"]
    assert [row["id"] for row in listed] == [kept.pk]


# --- acts


def test_the_acts_are_those_of_the_screen() -> None:
    """Every button of the case screen is here; `refer` begins a つなぎ, which has an address of its own."""
    assert set(RUN) == set(LABELS) == set(DONE) == set(FORMS) == {*ACTS, "reply", "split"}


@pytest.mark.parametrize("posting", ["reception", "clerk", "worker", "head"])
def test_what_is_offered_is_what_is_accepted(house: House, posting: str) -> None:
    """For each posting and state: an act outside of the list is refused, each inside gets as far as its form."""
    system = caller(getattr(house, posting))
    cases = [house.case("未振分"), taken(house, concern="対応中")]
    ended = taken(house, concern="終わった")
    closing.withdraw(ended.pk, by=by(house.clerk))
    for case in [*cases, fresh(ended)]:
        answer = system.get(f"/consultations/{case.receipt_no}/transitions/")
        if answer.status_code == 404:
            assert (
                not Consultation.objects.visible_to(by(getattr(house, posting))).filter(pk=case.pk).exists()
            )
            continue
        offered = {row["act"] for row in answer.data["results"]}
        assert offered == policy.acts_open_to(by(getattr(house, posting)), fresh(case)) - {"refer"}
        for name in set(RUN) - offered:
            response = act(system, case, name, **EXAMPLES[name])
            assert problem(response, 409)["type"].endswith("#conflict"), name


EXAMPLES: dict[str, dict[str, Any]] = {
    "take": {},
    "assign": {"office": "test-office"},
    "urgency": {"level": "U2"},
    "fields": {"fields": ["elder"], "flags": ["minor"]},
    "note": {"text": "記録"},
    "read": {},
    "watch": {"note": "来月また"},
    "work_again": {},
    "link": {"other": "S-2222-2222", "kind": "related"},
    "close": {"outcome": "advised"},
    "withdraw": {"reason": "本人から"},
    "reopen": {"reason": "また困った"},
    "reply": {"body": "お返事です。"},
    "split": {"chief_concern": "分ける", "body": "内容", "office": "test-office"},
}


def test_a_case_from_beginning_to_end(house: House, clerk: Caller) -> None:
    case, other = house.case(), taken(house, concern="もう一つ")
    assert act(clerk, case, "take").data["state"] == "in_progress"
    assert act(clerk, case, "urgency", level="U2", note="電話で確かめた").status_code == 200
    assert act(clerk, case, "fields", fields=["elder", "dementia"], flags=["minor"]).status_code == 200
    assert act(clerk, case, "note", text="庁内の話").status_code == 200
    assert act(clerk, case, "link", other=other.receipt_no, kind="related").status_code == 200
    made = act(clerk, case, "split", chief_concern="弟のこと", body="内容", office=house.section.code).data[
        "created"
    ]
    assert Consultation.objects.get(matter__receipt_no=made).desk_office == house.section
    assert act(clerk, case, "reply", body="お返事です。", ask=True).status_code == 200
    conversation.message_from_citizen(case.pk, by=Actor(matter_id=case.pk), body="ありがとう")
    assert act(clerk, case, "read").status_code == 200
    assert act(clerk, case, "watch", note="様子を見る").data["state"] == "monitoring"
    assert act(clerk, case, "work_again").data["state"] == "in_progress"
    end: dict[str, Any] = {"outcome": "advised", "outcome_note": "案内した"}
    refused = problem(act(clerk, case, "close", **end), 422)
    assert [error["pointer"] for error in refused["errors"]] == ["/single_reason"], "two fields, one section"
    assert act(clerk, case, "close", **end, single_reason="課で足りる").data["state"] == "closed"
    assert act(clerk, case, "reopen", reason="続きがある").data["state"] == "in_progress"
    assert act(clerk, case, "withdraw", reason="本人から").data["state"] == "withdrawn"
    done = fresh(case)
    assert (done.urgency, sorted(done.fields.values_list("code", flat=True))) == ("U2", ["dementia", "elder"])
    messages = clerk.get(f"/consultations/{case.receipt_no}/messages/").data["results"]
    assert [row["direction"] for row in messages] == ["out", "in"]
    timeline = clerk.get(f"/consultations/{case.receipt_no}/timeline/").data["results"]
    assert {line["who"] for line in timeline[1:]} == {f"総務課 {house.clerk.person}", "相談者"}


def test_a_case_that_was_given_away_is_out_of_sight(house: House, clerk: Caller) -> None:
    case = taken(house)
    answer = act(clerk, case, "assign", office=house.section.code, to=f"p{house.worker.pk}")
    assert answer.data | {"done": ""} == {
        "act": "assign",
        "done": "",
        "receipt_no": case.receipt_no,
        "is_visible": False,
        "state": None,
        "version": None,
        "created": None,
    }
    assert fresh(case).assignee == house.worker
    problem(clerk.get(f"/consultations/{case.receipt_no}/"), 404)


@pytest.mark.parametrize(
    ("name", "data", "status", "pointer"),
    [
        ("assign", {"office": "no-such"}, 422, "/office"),
        ("assign", {}, 400, "/office"),
        ("fields", {"fields": ["no-such"]}, 422, "/fields"),
        ("reply", {"body": "{office_name} です"}, 422, "/body"),
        ("close", {"outcome": "out_of_scope"}, 422, "/outcome_note"),
        ("link", {"other": "S-2222-2222", "kind": "related"}, 422, "/other"),
        ("fields", {"fields": ["hardship"]}, 422, "/applies_intent"),
        ("note", {"text": "あ" * 4001}, 400, "/text"),
        ("note", {"text": "x", "state": "closed"}, 400, "/state"),
        ("fly", {}, 400, "/act"),
    ],
)
def test_a_refusal_stands_beside_its_member(
    house: House, clerk: Caller, name: str, data: dict[str, Any], status: int, pointer: str
) -> None:
    case = taken(house)
    if name == "fields" and data["fields"] == ["hardship"]:
        from consultations.models import Field

        Field.objects.update_or_create(code="hardship", defaults={"name": "生活", "is_hardship": True})
    found = problem(act(clerk, case, name, **data), status)
    assert [error["pointer"] for error in found["errors"]] == [pointer]


def test_two_systems_on_one_case(house: House, clerk: Caller) -> None:
    """The second is told what the first did, and nothing of its own has happened."""
    case = house.case()
    path = f"/consultations/{case.receipt_no}/"
    seen = clerk.get(path).headers["ETag"]
    assert caller(house.colleague).post(f"{path}transitions/", {"act": "take"}, match=seen).status_code == 200
    late = clerk.post(f"{path}transitions/", {"act": "assign", "office": house.section.code}, match=seen)
    found = problem(late, 412)
    assert [news["title"] for news in found["news"]] == ["担当になった"]
    assert str(house.colleague.person) in found["news"][0]["who"]
    assert fresh(case).assignee == house.colleague


def test_a_note_does_not_make_others_late(house: House, clerk: Caller) -> None:
    case = house.case()
    path = f"/consultations/{case.receipt_no}/"
    seen = clerk.get(path).headers["ETag"]
    triage.add_note(case.pk, by=by(house.colleague), text="記録だけ")
    assert clerk.get(path).headers["ETag"] == seen
    assert clerk.post(f"{path}transitions/", {"act": "take"}, match=seen).status_code == 200


@pytest.mark.parametrize(
    ("match", "status"), [("", 428), ("*", 400), ("12", 400), ('W/"1"', 400), ('"x"', 400)]
)
def test_if_match_is_asked_for(house: House, clerk: Caller, match: str, status: int) -> None:
    problem(
        clerk.post(f"/consultations/{house.case().receipt_no}/transitions/", {"act": "take"}, match=match),
        status,
    )


def test_master_data_is_what_stands_today(house: House, clerk: Caller) -> None:
    offices = {row["code"]: row for row in clerk.get("/master/offices/").data["results"]}
    assert offices[house.desk.code]["name"] == "総務課"
    version = house.section.versions.get()
    version.valid_to = timezone.localdate()
    version.save()
    assert house.section.code not in {row["code"] for row in clerk.get("/master/offices/").data["results"]}
    assert {"slug": "midori", "name": "緑区", "kana": "みどりく", "name_en": "Midori"} in clerk.get(
        "/master/wards/"
    ).data["results"]
    assert {"value": "U0", "label": "生命の危険(直ちに)"} in clerk.get("/master/choices/").data["urgency"]


def test_the_grounds_of_the_law_that_are_in_use(house: House, clerk: Caller) -> None:
    row = {"name": "見本の根拠", "law": "見本法第1条", "sentence": "見本の文。", "order": 1}
    LegalGround.objects.create(code="sample", **row)
    LegalGround.objects.create(code="old", is_active=False, **row)
    found = {one["code"]: one for one in clerk.get("/master/grounds/").data["results"]}
    assert found["sample"]["law"] == "見本法第1条"
    assert found["sample"]["needs_verification"]
    assert "old" not in found


# --- what it costs


def test_questions_to_the_database(house: House, clerk: Caller, django_assert_max_num_queries: Any) -> None:
    """Three of each are the token, its share of the minute, and the row of the read log (docs/adr/0017-api.md)."""
    cases = [taken(house, concern=f"相談{number}") for number in range(25)]
    path = f"/consultations/{cases[0].receipt_no}/"
    for address in ("/consultations/", path, f"{path}timeline/", f"{path}messages/", "/master/offices/"):
        clerk.get(address)
    clerk.get("/consultations/", ward="midori")  # what is read once a minute
    with django_assert_max_num_queries(4):
        clerk.get("/consultations/")
    with django_assert_max_num_queries(4):
        clerk.get("/consultations/", due="today", ward="midori", whose="mine", size="100")
    with django_assert_max_num_queries(8):
        clerk.get(path)
    with django_assert_max_num_queries(6):
        clerk.get(f"{path}timeline/")
    with django_assert_max_num_queries(6):
        clerk.get(f"{path}messages/")
