"""振り分け: a human decides, one of two clerks wins, undo where possible, nothing is lost on the way."""

import threading

import pytest
import time_machine
from django.db import connection

from chiba_ward.access.actor import Actor
from chiba_ward.casework.models import Deadline
from chiba_ward.correspondence.models import Notice
from consultations import household
from consultations.enums import Flag, State
from consultations.models import Consultation, UrgencyWord
from consultations.services import closing, conversation, triage
from consultations.services.base import MovedOn, unchanged_since
from consultations.services.filing import Person
from consultations.workflow.errors import Refused
from tests.consultations.staff_support import House, at, by, fresh, make_house, seen, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def running(case: Consultation, kind: str) -> Deadline | None:
    return Deadline.objects.running().filter(matter=case.matter, kind=f"consultation.{kind}").first()


def test_giving_to_a_section_moves_the_promise_and_starts_its_own_clock(house: House) -> None:
    case = house.case()
    promised = running(case, "reply").due_at
    triage.assign(case.pk, by=by(house.clerk), office=house.section)
    case = fresh(case)
    assert (case.state, case.desk_office, case.owner_office, case.assignee) == (
        State.TRIAGED,
        house.section,
        house.section,
        None,
    )
    assert running(case, "reply").due_at == promised
    assert {deadline.office for deadline in case.matter.deadlines.running()} == {house.section}
    assert running(case, "take").steps.filter(code="escalate_supervisor").exists()
    assert case.first_action_minutes is not None


def test_a_person_is_told_and_the_case_is_theirs(house: House) -> None:
    case = house.case()
    triage.assign(case.pk, by=by(house.clerk), office=house.section, posting=house.worker)
    assert (fresh(case).state, fresh(case).assignee) == (State.IN_PROGRESS, house.worker)
    assert (
        Notice.objects.filter(
            matter=case.matter, template_key="escalation.assigned", person=house.worker.person
        ).count()
        == 1
    )
    assert running(case, "take") is None


def test_the_resident_reads_the_section_once_and_no_colleagues_name(house: House) -> None:
    case = taken(house)
    triage.assign(case.pk, by=by(house.clerk), office=house.desk, posting=house.colleague)
    lines = case.matter.timeline.for_citizen().filter(
        kind__in=["consultation.assigned", "consultation.given"]
    )
    assert not lines.exists()


def test_seat_and_person_must_belong_to_the_section(house: House) -> None:
    case = house.case()
    with pytest.raises(Refused, match="発令されていません"):
        triage.assign(case.pk, by=by(house.clerk), office=house.desk, posting=house.worker)
    with pytest.raises(Refused, match="職は、その課"):
        triage.assign(case.pk, by=by(house.clerk), office=house.desk, post=house.worker.post)


def test_a_case_beyond_the_desk_changes_hands_without_going_back(house: House) -> None:
    case = taken(house)
    closing.watch(case.pk, by=by(house.clerk))
    triage.assign(case.pk, by=by(house.clerk), office=house.desk, posting=house.colleague)
    assert (fresh(case).state, fresh(case).assignee) == (State.MONITORING, house.colleague)


def test_undo_within_half_an_hour_while_nobody_has_taken_it(house: House) -> None:
    with time_machine.travel(at("2026-05-18 10:00"), tick=False):
        case = house.case()
        triage.assign(case.pk, by=by(house.clerk), office=house.section)
    with time_machine.travel(at("2026-05-18 10:29"), tick=False):
        assert list(Consultation.objects.given_away_by(by(house.clerk))) == [case]
        assert not Consultation.objects.given_away_by(by(house.colleague)).exists()
        triage.take_back(case.pk, by=by(house.clerk))
    assert fresh(case).desk_office == house.desk


@pytest.mark.parametrize("late", [True, False])
def test_no_undo_too_late_or_once_taken(house: House, late: bool) -> None:
    with time_machine.travel(at("2026-05-18 10:00"), tick=False):
        case = house.case()
        triage.assign(case.pk, by=by(house.clerk), office=house.section)
        if not late:
            triage.take(case.pk, by=by(house.worker))
    with (
        time_machine.travel(at("2026-05-18 10:31" if late else "2026-05-18 10:05"), tick=False),
        pytest.raises(Refused, match="もう取り戻せません"),
    ):
        triage.take_back(case.pk, by=by(house.clerk))


def test_bulk_says_each_result_and_respects_who_was_faster(house: House) -> None:
    free, gone, foreign = house.case(), house.case(), house.case(ward=make_house("wakaba").ward)
    chosen = {free.pk: None, gone.pk: None, foreign.pk: None}
    triage.take(gone.pk, by=by(house.colleague))
    lines = triage.bulk_assign(chosen, by=by(house.clerk), office=house.section)
    assert [bool(line.problem) for line in lines] == [False, True, True]
    assert "担当が変わりました" in lines[1].problem
    assert lines[2].number == ""
    assert fresh(gone).assignee == house.colleague


def test_urgency_is_a_humans_word_and_moves_the_clock_from_receipt(house: House) -> None:
    UrgencyWord.objects.get_or_create(phrase="首を絞め", defaults={"urgency": "U0", "flag": Flag.DV})
    case = house.case(body="先週は首を絞められました")
    assert (case.urgency, case.risk_rank) == ("", 0)
    assert any(hit["phrase"] == "首を絞め" for hit in case.hits)
    triage.set_urgency(case.pk, by=by(house.clerk), level="U2", note="電話で確かめた")
    case = fresh(case)
    assert (case.urgency, case.risk_rank) == ("U2", 2)
    assert running(case, "reply").rule.urgency == "U2"
    assert running(case, "reply").started_at == case.received_at


def test_a_hardship_case_needs_the_intention(house: House) -> None:
    from consultations.models import Field

    field = Field.objects.create(code="t-poverty", name="生活困窮", is_hardship=True)
    case = taken(house)
    with pytest.raises(Refused, match="申請の意思"):
        triage.set_fields(case.pk, by=by(house.clerk), fields=[field], flags=[], applies_intent="")
    triage.set_fields(case.pk, by=by(house.clerk), fields=[field], flags=[], applies_intent="yes")
    with pytest.raises(Refused, match="申請の意思がある"):
        closing.close(case.pk, by=by(house.clerk), outcome="advised")


def test_an_act_on_a_case_that_moved_on_is_refused_with_who_did_what(house: House) -> None:
    case = house.case()
    before = seen(case)
    triage.take(case.pk, by=by(house.colleague))
    with pytest.raises(MovedOn) as told, unchanged_since(case.pk, before):
        triage.assign(case.pk, by=by(house.clerk), office=house.section)
    assert [line.kind for line in told.value.news] == ["consultation.taken"]
    assert fresh(case).assignee == house.colleague


def test_a_note_makes_no_form_stale(house: House) -> None:
    case = taken(house)
    before = seen(case)
    triage.add_note(case.pk, by=by(house.colleague), text="電話あり")
    with unchanged_since(case.pk, before):
        triage.set_urgency(case.pk, by=by(house.clerk), level="U3")
    assert fresh(case).urgency == "U3"


def test_the_clock_rests_while_the_resident_thinks_and_nobody_is_forgotten(house: House) -> None:
    case = taken(house)
    conversation.reply(case.pk, by=by(house.clerk), body="教えてください", ask=True)
    case = fresh(case)
    assert running(case, "reply").paused_at
    assert running(case, "next_look")
    assert not Consultation.objects.overdue(at("2031-05-18 09:00")).exists()
    conversation.message_from_citizen(case.pk, by=Actor(matter_id=case.pk), body="はい")
    case = fresh(case)
    assert running(case, "reply").paused_at is None
    assert (case.waiting_since, case.unread_messages) == (None, 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Person(name="甲", phone="043-000-1111"), Person(name="乙", phone="0430001111")),
        (Person(name="甲", address="架空町 1-2-3"), Person(name="乙", address="架空町1-2-3")),
        (Person(name="甲", kana="ミホン　ハナコ"), Person(name="乙", kana="ミホンハナコ")),
    ],
)
def test_the_same_household_is_offered_and_never_linked_by_itself(
    house: House, first: Person, second: Person
) -> None:
    one, two = house.case(consulter=first), house.case(consulter=second)
    found = household.candidates(two, list(two.parties.all()), by(house.clerk))
    assert list(found) == [one]
    assert not one.links_later.exists()
    triage.link(one.pk, two.pk, by=by(house.clerk), kind="same_household")
    assert not household.candidates(two, list(two.parties.all()), by(house.clerk)).exists()


@pytest.mark.parametrize("danger", ["flag", "home"])
@pytest.mark.parametrize("side", [0, 1])
def test_never_across_a_conflict(house: House, danger: str, side: int) -> None:
    person = Person(name="甲", phone="043-000-1111")
    cases = [house.case(consulter=person), house.case(consulter=person)]
    endangered = cases[side]
    if danger == "flag":
        Consultation.objects.filter(pk=endangered.pk).update(flags=[Flag.DV])
    else:
        endangered.matter.contact.no_home_contact = True
        endangered.matter.contact.save()
    cases = [fresh(case) for case in cases]
    for case in cases:
        assert not household.candidates(case, list(case.parties.all()), by(house.clerk)).exists()
    with pytest.raises(Refused, match="安全のため"):
        triage.link(cases[0].pk, cases[1].pk, by=by(house.clerk), kind="same_household")


def test_another_ward_or_a_foreign_case_is_no_household(house: House) -> None:
    other = make_house("wakaba")
    person = Person(name="甲", phone="043-000-1111")
    other.case(consulter=person)
    case = house.case(consulter=person)
    assert not household.candidates(case, list(case.parties.all()), by(house.clerk)).exists()


def test_the_suggestion_names_the_office_and_the_reason(house: House) -> None:
    from consultations import routing
    from consultations.models import Topic

    topic = Topic.objects.create(
        code="t-dis", name="障害のこと", name_easy="x", name_en="x", suggested_routing="KOREI"
    )
    case = house.case(topic=topic)
    one = routing.suggestions(case, 0)[0]
    assert one.office == house.section
    assert one.is_house
    assert "障害のこと" in one.reason
    assert "緑区" in one.reason
    assert fresh(case).desk_office == house.desk


@pytest.mark.django_db(transaction=True)
def test_two_clerks_take_at_once_and_one_wins_with_words(house: House) -> None:
    case = house.case()
    barrier, results = threading.Barrier(2), []

    def press(posting: object) -> None:
        try:
            barrier.wait()
            triage.take(case.pk, by=by(posting))  # type: ignore[arg-type]  # a Posting
            results.append("taken")
        except Refused as refused:
            results.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[posting]) for posting in (house.clerk, house.colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(result == "taken" for result in results) == [False, True]
    loser = next(result for result in results if result != "taken")
    winner = fresh(case).assignee
    assert winner is not None
    assert str(winner.person) in loser
    assert case.matter.timeline.filter(kind="consultation.taken").count() == 1
