"""つなぎ over the API: both sides, by the same verbs and rights as the pages (DOMAIN §5 1-1, AC7)."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from chiba_ward.directory.enums import Role
from consultations.api import referral_acts
from consultations.enums import ReferralState
from consultations.forms.referral import HEARD_BY
from consultations.models import ConsentGrant, Referral
from consultations.policy_referral import available_acts
from consultations.services import referrals
from tests.api.support import Caller, caller, problem
from tests.consultations import referral_support as world_of
from tests.consultations.referral_support import BODY, CONCERN, NAME, SECRET_NOTE, World
from tests.factories import make_posting


@pytest.fixture
def world(db: None) -> World:
    return world_of.make_world()


@pytest.fixture
def desk(world: World) -> Caller:
    return caller(world.clerk)


@pytest.fixture
def agency(world: World) -> Caller:
    return caller(world.worker)


def act(system: Caller, pk: int, name: str, **data: Any) -> Any:
    return system.post(f"/referrals/{pk}/transitions/", {"act": name, **data})


def done(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.data
    return found


def in_two_days() -> str:
    return (timezone.localdate() + dt.timedelta(days=2)).isoformat()


def test_from_the_draft_to_the_outcome(world: World, desk: Caller, agency: Caller) -> None:
    path = f"/consultations/{world.case.receipt_no}/referrals/"
    made = desk.post(path, {"to_office": world.agency.code, "purpose": "訪問をお願いします"})
    assert made.status_code == 201
    pk = made.data["id"]
    assert made.headers["Location"] == f"/api/v1/referrals/{pk}/"

    today = timezone.localdate().isoformat()
    items = ["name", "phone", "concern", "body", "contact_rules"]
    done(act(desk, pk, "consent", items=items, method="oral", obtained_on=today))
    lines = desk.get(f"/referrals/{pk}/lines/").data["results"]
    assert {line["key"] for line in lines if line["may_take"]} == set(items)
    chosen = [{"key": "name"}, {"key": "concern"}, {"key": "body", "text": BODY[:10]}, {"key": "phone"}]
    done(act(desk, pk, "items", lines=chosen))
    preview = desk.get(f"/referrals/{pk}/preview/").data
    assert [item["item"] for item in preview["items"]] == [
        "name",
        "phone",
        "contact_rules",
        "concern",
        "body",
    ]
    assert preview["may_send"] is True
    problem(act(desk, pk, "send", digest="another"), 409)
    assert done(act(desk, pk, "send", digest=preview["digest"]))["state"] == "held"
    problem(agency.get(f"/referrals/{pk}/"), 404)
    referrals.release(pk)

    waiting = agency.get("/referrals/", box="received").data["results"]
    assert [(row["id"], row["is_received"], row["state"]) for row in waiting] == [(pk, True, "sent")]
    closed = agency.get(f"/referrals/{pk}/")
    assert (closed.data["is_opened"], closed.data["items"], closed.data["purpose"]) == (False, None, None)
    assert BODY[:10] not in closed.content.decode()
    done(act(agency, pk, "open"))
    opened = agency.get(f"/referrals/{pk}/").data
    assert [item["text"] for item in opened["items"] if item["item"] == "body"] == [BODY[:10]]
    assert opened["purpose"] == "訪問をお願いします"

    done(act(agency, pk, "ask", question="ご家族はいますか", asked_by="受手 一郎"))
    assert desk.get("/referrals/", box="placed", tab="asked").data["results"][0]["id"] == pk
    done(act(desk, pk, "answer", answer="長男がいます"))
    done(act(agency, pk, "accept", accepted_by_name="受手 一郎", first_contact_on=in_two_days()))
    done(act(agency, pk, "contact", on=today))
    report = {"outcome_done": "訪問した", "outcome_result": "利用を始めた", "outcome_continues": "no"}
    last = done(act(agency, pk, "outcome", **report))
    assert (last["is_visible"], last["state"]) == (False, None)
    problem(agency.get(f"/referrals/{pk}/"), 404)
    told = desk.get(f"/referrals/{pk}/").data
    assert (told["state"], told["outcome_result"], told["questions"][0]["answer"]) == (
        "outcome_reported", "利用を始めた", "長男がいます",
    )  # fmt: skip
    assert world_of.fresh(world.case).state == "connected"


def test_a_partner_reads_the_excerpt_and_never_the_case(world: World, agency: Caller) -> None:
    referral = world_of.sent(world)
    referrals.acknowledge(referral.pk, by=world.partner)
    answer = agency.get(f"/referrals/{referral.pk}/").content.decode()
    assert NAME in answer
    assert SECRET_NOTE not in answer
    for path in ("", "timeline/", "messages/", "transitions/", "consents/"):
        problem(agency.get(f"/consultations/{world.case.receipt_no}/{path}"), 404)
    assert agency.get("/consultations/").data["results"] == []
    for path in ("lines/", "preview/"):
        problem(agency.get(f"/referrals/{referral.pk}/{path}"), 404)


@pytest.mark.parametrize(
    "role", [Role.PARTNER, Role.BUREAU, Role.AUDITOR, Role.COORDINATOR, Role.RECEPTION, Role.SECTION]
)
def test_another_office_sees_nothing_of_it(world: World, role: Role) -> None:
    referral = world_of.sent(world)
    stranger = caller(make_posting(role))
    hidden = stranger.get(f"/referrals/{referral.pk}/")
    assert hidden.content == stranger.get("/referrals/999999/").content
    problem(hidden, 404)
    problem(act(stranger, referral.pk, "accept", accepted_by_name="x", first_contact_on=in_two_days()), 404)
    for box in ("received", "placed"):
        for tab in ("waiting", "all") if box == "placed" else ("waiting",):
            assert stranger.get("/referrals/", box=box, tab=tab).data["results"] == []


def test_whatever_is_listed_opens(world: World, desk: Caller, agency: Caller) -> None:
    for make in (world_of.drafted, world_of.held, world_of.sent):
        make(world)
    listed = [row["id"] for row in desk.get("/referrals/", box="placed", tab="all").data["results"]]
    assert sorted(listed) == sorted(Referral.objects.values_list("pk", flat=True))
    assert {desk.get(f"/referrals/{pk}/").status_code for pk in listed} == {200}
    received = [row["id"] for row in agency.get("/referrals/", box="received").data["results"]]
    assert len(received) == 1
    assert {agency.get(f"/referrals/{pk}/").status_code for pk in received} == {200}


# --- acts


def test_every_act_of_the_pages_is_here() -> None:
    """What the policy can open is opened by some act: the sender's steps, the receiver's answers, and by proxy."""
    from consultations.policy_referral import ACTS
    from consultations.views.referrals.acts import ACTS as ANSWERS

    opened = {*referral_acts.OPENED_BY.values(), *(answer.may for answer in ANSWERS.values()), "enter_answer"}
    assert opened == set(ACTS)
    assert set(referral_acts.RUN) == set(referral_acts.LABELS) == set(referral_acts.DONE)


@pytest.mark.parametrize("make", [world_of.drafted, world_of.held, world_of.sent, world_of.accepted])
def test_an_act_that_is_not_offered_is_refused(world: World, desk: Caller, agency: Caller, make: Any) -> None:
    referral = make(world)
    for system, actor in ((desk, world.sender), (agency, world.partner)):
        answer = system.get(f"/referrals/{referral.pk}/")
        if answer.status_code == 404:
            continue
        offered = [row["act"] for row in answer.data["acts"]]
        assert offered == referral_acts.open_to(actor, world_of.fresh(referral))
        for name in set(referral_acts.RUN) - set(offered):
            assert problem(act(system, referral.pk, name, **EXAMPLES.get(name, {})), 409), name
    assert available_acts(world.sender, world_of.fresh(referral))


EXAMPLES: dict[str, dict[str, Any]] = {
    "addressee": {"to_office": "x", "purpose": "x"},
    "ground": {"basis": "law", "basis_note": "x"},
    "consent": {"items": ["name"], "method": "oral", "obtained_on": "2026-11-01"},
    "items": {"lines": [{"key": "name"}]},
    "send": {"digest": "x"},
    "answer": {"answer": "x"},
    "accept": {"accepted_by_name": "x", "first_contact_on": "2030-01-01"},
    "decline": {"decline_reason": "x", "better_place": "x"},
    "ask": {"question": "x", "asked_by": "x"},
    "contact": {"on": "2026-11-01"},
    "outcome": {"outcome_done": "x", "outcome_result": "x", "outcome_continues": "no"},
}


@pytest.mark.parametrize(
    ("name", "data", "status", "pointer"),
    [
        ("addressee", {"to_office": "no-such", "purpose": "x"}, 422, "/to_office"),
        ("ground", {"basis": "law"}, 422, "/basis_note"),
        ("ground", {"basis": "consent", "consent": 999_999}, 422, "/consent"),
        (
            "consent",
            {"items": ["name"], "method": "written", "obtained_on": "2026-01-01"},
            422,
            "/paper_location",
        ),
        ("consent", {"items": ["name"], "method": "oral", "obtained_on": "2199-01-01"}, 422, "/obtained_on"),
        ("consent", {"items": ["name"], "method": "oral", "obtained_on": "1066-10-14"}, 422, "/obtained_on"),
        ("consent", {"items": ["name"], "method": "oral", "obtained_on": "R8.1.1"}, 400, "/obtained_on"),
        ("items", {"lines": [{"key": "name"}, {"key": "nothing"}]}, 422, "/lines/1/key"),
        ("items", {"lines": [{"key": "concern"}, {"key": "name", "text": NAME + "さん"}]}, 422, "/lines/1"),
        ("items", {"lines": []}, 400, "/lines"),
        ("send", {}, 400, "/digest"),
    ],
)
def test_a_refusal_stands_beside_its_member(
    world: World, desk: Caller, name: str, data: dict[str, Any], status: int, pointer: str
) -> None:
    found = problem(act(desk, world_of.drafted(world).pk, name, **data), status)
    assert [error["pointer"] for error in found["errors"]] == [pointer]


def test_what_has_no_consent_is_not_taken(world: World, desk: Caller) -> None:
    draft = referrals.draft(world.case.pk, by=world.sender, to_office=world.agency, purpose="x")
    consent = world_of.give_consent(world, items=["name"])
    done(act(desk, draft.pk, "ground", basis="consent", consent=consent.pk))
    found = problem(act(desk, draft.pk, "items", lines=[{"key": "name"}, {"key": "body"}]), 422)
    assert found["errors"][0]["pointer"] == "/lines/1"


def test_a_paper_partner_s_answer_is_entered_by_the_sender(world: World, desk: Caller) -> None:
    referral = world_of.sent(world, world.on_paper)
    answer = {"accepted_by_name": "見本 医師", "first_contact_on": in_two_days()}
    found = problem(act(desk, referral.pk, "accept", **answer), 422)
    assert found["errors"][0]["pointer"] == "/channel"
    channel = HEARD_BY[0][0].value
    assert done(act(desk, referral.pk, "accept", **answer, channel=channel))["state"] == "accepted"
    kept = world_of.fresh(referral)
    assert (kept.answer_channel, kept.answer_entered_by) == (channel, world.clerk)


def test_the_receiver_does_not_say_how_it_came(world: World, agency: Caller) -> None:
    referral = world_of.sent(world)
    answer = {"accepted_by_name": "受手", "first_contact_on": in_two_days(), "channel": "telephone"}
    assert problem(act(agency, referral.pk, "accept", **answer), 422)["errors"][0]["pointer"] == "/channel"


def test_declined_recalled_kept(world: World, desk: Caller, agency: Caller) -> None:
    declined = world_of.sent(world)
    problem(act(agency, declined.pk, "decline", decline_reason="定員"), 422)
    assert done(act(agency, declined.pk, "decline", decline_reason="定員", better_office=world.by_link.code))
    assert desk.get(f"/referrals/{declined.pk}/").data["better_office"]["code"] == world.by_link.code
    assert done(act(desk, declined.pk, "keep"))["state"] == "declined"
    held = world_of.held(world)
    assert done(act(desk, held.pk, "recall", reason="宛先が違った"))["state"] == "recalled"
    draft = world_of.drafted(world)
    gone = done(act(desk, draft.pk, "discard"))
    assert gone["is_visible"] is False
    assert not Referral.objects.filter(pk=draft.pk).exists()


def test_contact_at_an_hour(world: World, agency: Caller) -> None:
    referral = world_of.accepted(world)
    Referral.objects.filter(pk=referral.pk).update(sent_at=timezone.now() - dt.timedelta(days=3))
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    done(act(agency, referral.pk, "contact", on=yesterday.isoformat(), at="14:30"))
    made = timezone.localtime(world_of.fresh(referral).contact_made_at)
    assert (made.date(), f"{made:%H:%M}") == (yesterday, "14:30")


def test_contact_before_it_was_sent(world: World, agency: Caller) -> None:
    referral = world_of.accepted(world)
    found = problem(act(agency, referral.pk, "contact", on="2020-01-01", at="10:00"), 422)
    assert found["errors"][0]["pointer"] == "/on"


def test_a_withdrawn_consent_ends_it_at_once(world: World, desk: Caller, agency: Caller) -> None:
    referral = world_of.sent(world)
    path = f"/consultations/{world.case.receipt_no}/consents/"
    consent = next(row for row in desk.get(path).data["results"] if row["may_withdraw"])
    answer = desk.post(f"{path}{consent['id']}/withdraw/", key="withdraw-01")
    assert answer.data["withdrawn_at"]
    assert desk.post(f"{path}{consent['id']}/withdraw/", key="withdraw-01").data == answer.data
    problem(agency.get(f"/referrals/{referral.pk}/"), 404)
    problem(agency.post(f"{path}{consent['id']}/withdraw/"), 404)
    assert ConsentGrant.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_a_draft_from_a_section_that_does_not_keep_the_case(world: World) -> None:
    other = caller(make_posting(Role.RECEPTION, office=world.desk))
    answer = other.post(
        f"/consultations/{world.case.receipt_no}/referrals/", {"to_office": world.agency.code, "purpose": "x"}
    )
    problem(answer, 409)


def test_the_same_draft_twice_is_one(world: World, desk: Caller) -> None:
    path = f"/consultations/{world.case.receipt_no}/referrals/"
    body = {"to_office": world.agency.code, "purpose": CONCERN}
    first, again = (desk.post(path, body, key="draft-0001") for _ in range(2))
    assert first.data == again.data
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("box", "tab", "status"), [("received", "drafts", 422), ("nothing", "waiting", 400), ("", "", 400)]
)
def test_a_heading_that_is_none(desk: Caller, box: str, tab: str, status: int) -> None:
    problem(
        desk.get("/referrals/", **{name: value for name, value in (("box", box), ("tab", tab)) if value}),
        status,
    )


def test_questions_to_the_database(
    world: World, desk: Caller, agency: Caller, django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        world_of.sent(world)
    pk = Referral.objects.filter(state=ReferralState.SENT).values_list("pk", flat=True)[0]
    for system, box in ((desk, "placed"), (agency, "received")):
        system.get("/referrals/", box=box)
        system.get(f"/referrals/{pk}/")
        with django_assert_max_num_queries(5):
            system.get("/referrals/", box=box)
        with django_assert_max_num_queries(15):
            system.get(f"/referrals/{pk}/")
