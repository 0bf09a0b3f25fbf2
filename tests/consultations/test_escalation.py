"""Nobody takes it in one opening day → the head, then the office above; an answer is late → whoever answers, the head."""

import pytest
import time_machine

from chiba_ward.casework import steps
from chiba_ward.casework.models import StepRule
from chiba_ward.correspondence.models import Notice, NoticeTemplate
from chiba_ward.directory.enums import PostingKind
from consultations import escalation
from consultations.models import Consultation
from consultations.services import triage
from tests.consultations.staff_support import House, at, by, fresh, make_house
from tests.factories import make_posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


def filed(house: House, when: str = "2026-05-15 10:00") -> Consultation:
    with time_machine.travel(at(when), tick=False):
        return house.case()


def run(when: str) -> dict[str, int]:
    with time_machine.travel(at(when), tick=False):
        return steps.fire_due_steps()


def told(case: Consultation, template: str) -> list[object]:
    return [
        notice.person or notice.office
        for notice in Notice.objects.filter(matter=case.matter, template_key=template).order_by("id")
    ]


def test_untaken_after_one_opening_day_reaches_the_head_once(house: House) -> None:
    case = filed(house)
    run("2026-05-18 17:00")
    assert told(case, "escalation.untaken") == []
    run("2026-05-18 17:30")
    run("2026-05-18 17:31")
    assert told(case, "escalation.untaken") == [house.head.person]
    line = case.matter.timeline.get(kind="consultation.escalated")
    assert line.audience == "house"


def test_the_weekend_is_no_delay(house: House) -> None:
    case = filed(house, "2026-05-15 17:20")
    run("2026-05-18 16:00")
    assert told(case, "escalation.untaken") == []


def test_still_untaken_reaches_the_office_above_even_without_a_head(house: House) -> None:
    case = filed(house)
    run("2026-05-19 17:30")
    assert told(case, "escalation.untaken") == [house.head.person, house.desk.escalates_to]


def test_a_taken_case_disturbs_nobody(house: House) -> None:
    case = filed(house)
    with time_machine.travel(at("2026-05-18 09:00"), tick=False):
        triage.take(case.pk, by=by(house.clerk))
    run("2026-05-18 17:30")
    assert told(case, "escalation.untaken") == []


def test_a_late_answer_reminds_the_deputy_too_and_then_the_head(house: House) -> None:
    case = filed(house)
    deputy = make_posting(post=house.clerk.post, kind=PostingKind.ACTING)
    with time_machine.travel(at("2026-05-15 11:00"), tick=False):
        triage.take(case.pk, by=by(house.clerk))
    run("2026-05-19 17:30")
    assert told(case, "escalation.reply_due") == [house.clerk.person, deputy.person]
    run("2026-05-20 17:30")
    assert told(case, "escalation.reply_late") == [house.head.person]


def test_the_clock_that_rests_reminds_nobody(house: House) -> None:
    from consultations.services import conversation

    case = filed(house)
    with time_machine.travel(at("2026-05-15 11:00"), tick=False):
        triage.take(case.pk, by=by(house.clerk))
        conversation.reply(case.pk, by=by(house.clerk), body="教えてください", ask=True)
    run("2026-05-20 17:30")
    assert told(case, "escalation.reply_due") == []


def test_every_code_of_the_rules_is_known_and_every_text_exists(house: House) -> None:
    codes: dict[str, set[str]] = {}
    for kind, code in StepRule.objects.values_list("rule__kind", "code"):
        codes.setdefault(kind, set()).add(code)
    assert codes["consultation.take"] == escalation.TAKE_STEPS
    for kind in ("consultation.reply", "consultation.next_look", "consultation.message"):
        assert codes[kind] <= escalation.REMINDERS
        assert kind in steps.handled_kinds()
    to_staff = ("untaken", "assigned", "citizen_wrote", "reply_due", "reply_late", "look_due", "look_late")
    to_residents = ("reply", "message_waiting", "closed", "reopened")
    needed = {f"escalation.{name}" for name in to_staff} | {f"consultation.{name}" for name in to_residents}
    assert needed <= set(NoticeTemplate.objects.values_list("key", flat=True))


def test_an_unknown_code_is_an_error_and_stays_due(house: House) -> None:
    case = filed(house)
    deadline = case.matter.deadlines.get(kind="consultation.take")
    with pytest.raises(escalation.UnknownCodeError):
        escalation.on_take(deadline, "no_such_step")
    assert fresh(case).assignee is None
