"""Two at the same moment, each on a connection of their own."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.rows import memory
from regional_issues.meetings.enums import MeetingKind
from regional_issues.meetings.models import WardMeeting
from regional_issues.meetings.services import agenda, meetings
from tests import races
from tests.ward_meetings.halls import Hall, act_as, in_days, make_hall

pytestmark = pytest.mark.django_db(transaction=True)
together = partial(races.together, gone=(WardMeeting.DoesNotExist,))


@pytest.fixture
def hall(tmp_path: Path, settings: Any) -> Iterator[Hall]:
    settings.MEDIA_ROOT = tmp_path / "media"
    memory.forget()
    calendars.forget()
    yield make_hall()
    memory.forget()


def test_the_answer_on_the_screen_and_by_telephone_at_once_is_one(hall: Hall) -> None:
    meeting = hall.called(is_urgent=True)
    row = meeting.invitations.get(office=hall.korei)
    results = together(
        lambda: meetings.answer(meeting.pk, by=act_as(hall.section), comes="comes"),
        lambda: meetings.answer_for(
            meeting.pk, by=hall.by, invitation=row.pk, comes="comes", channel="telephone"
        ),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("同じ返事" in result for result in results)


def test_an_agenda_filled_by_four_has_each_once(hall: Hall) -> None:
    meeting = hall.called(days=1)
    hall.decide(meeting, in_days(-1))
    following = hall.plan()
    meetings_before = following.items.count()
    meetings.hold(meeting.pk, by=hall.by, attended=[])
    following.items.all().delete()
    fill = partial(agenda.fill, hall.ward.pk, MeetingKind.INTERNAL)
    assert together(*[fill] * 4) == ["done"] * 4
    assert (meetings_before, following.items.count()) == (0, 1)
