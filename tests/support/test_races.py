"""Two people at the same moment: one wins, the other is told in words, and nobody is discussed without consent."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from consultations.services import referrals
from consultations.support.enums import MeetingKind, MeetingState
from consultations.support.models import Meeting
from consultations.support.services import meetings, minutes, tasks
from tests import races
from tests.support import household as world
from tests.support.household import Household

pytestmark = pytest.mark.django_db(transaction=True)


together = partial(races.together, gone=(Meeting.DoesNotExist,))


@pytest.fixture(params=range(2))
def house(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Household]:
    settings.MEDIA_ROOT = tmp_path / "media"
    return world.make_household()


def test_two_approvals_at_once(house: Household) -> None:
    meeting = world.held(house)
    written = minutes.write(meeting.pk, by=house.by, points=world.POINTS, decisions=world.DECISIONS)
    seen = int(written.written_at.timestamp())
    results = together(*[lambda: minutes.approve(meeting.pk, by=house.boss, seen=seen)] * 2)
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに確定しています" in result for result in results)
    assert world.fresh(meeting).state == MeetingState.MINUTES_APPROVED


def test_approving_against_rewriting(house: Household) -> None:
    """What is approved is what the head has read."""
    meeting = world.held(house)
    written = minutes.write(meeting.pk, by=house.by, points=world.POINTS, decisions=world.DECISIONS)
    seen = int(written.written_at.timestamp())
    results = together(
        lambda: minutes.approve(meeting.pk, by=house.boss, seen=seen),
        lambda: minutes.write(meeting.pk, by=house.by, points="別の要点", decisions="別の決定"),
    )
    found = minutes.of(meeting)
    assert found is not None
    if results[0] == "done" and found.points == world.POINTS:
        assert "確定しています" in results[1]
    else:
        assert found.written_at.timestamp() >= seen


def test_withdrawing_against_adding(house: Household) -> None:
    """Whoever is first: in the end nobody without consent is on the table."""
    meeting = world.planned(house, MeetingKind.MULTI_LAYER)
    world.invite(house, meeting, house.desk, house.agency)
    [grant] = world.consent(house, meeting, house.son)
    results = together(
        lambda: referrals.withdraw_consent(grant.pk, by=house.by),
        lambda: meetings.add_subject(meeting.pk, by=house.by, party=house.son),
    )
    assert results[0] == "done"
    assert results[1] == "done" or "同意" in results[1]
    assert not meeting.subjects.filter(taken_off_at__isnull=True).exists()


def test_withdrawing_against_fixing(house: Household) -> None:
    meeting = world.planned(house, MeetingKind.MULTI_LAYER)
    world.invite(house, meeting, house.desk, house.agency)
    [grant] = world.consent(house, meeting, house.son)
    meetings.add_subject(meeting.pk, by=house.by, party=house.son)
    together(
        lambda: referrals.withdraw_consent(grant.pk, by=house.by),
        lambda: meetings.fix_members(meeting.pk, by=house.by),
    )
    assert not meeting.subjects.filter(taken_off_at__isnull=True).exists()
    sees = Meeting.objects.visible_to(house.partner).exists()
    assert sees == (world.fresh(meeting).state == MeetingState.MEMBERS_FIXED)


def test_a_task_is_done_once(house: Household) -> None:
    from django.utils import timezone

    meeting = world.held(house)
    task = tasks.give(
        meeting.pk, by=house.by, office=house.agency, what="訪問する", due_on=timezone.localdate()
    )
    results = together(
        lambda: tasks.done(task.pk, by=house.partner, result="一人目の訪問"),
        lambda: tasks.done(task.pk, by=house.by, result="二人目の訪問"),
    )
    assert results == ["done", "done"]
    assert house.case.matter.timeline.filter(kind="support.task_done").count() == 1
