"""Two people at the same moment."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.rows import memory
from regional_issues.enums import IssueHorizon, IssueState
from regional_issues.models import IssueEntry, LocalIssue
from regional_issues.services import issues
from tests.community.town import Town, fresh, in_days, make_town
from tests.races import together
from tests.regional_issues.heard import an_issue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ground(tmp_path: Path, settings: Any) -> Iterator[Town]:
    settings.MEDIA_ROOT = tmp_path / "media"
    memory.forget()
    calendars.forget()
    yield make_town()
    memory.forget()


def test_two_registered_at_once_have_two_numbers(ground: Town) -> None:
    results = together(lambda: an_issue(ground.by), lambda: an_issue(ground.beside), gone=())
    assert results == ["done", "done"]
    assert sorted(LocalIssue.objects.values_list("serial", flat=True)) == [1, 2]


def test_an_issue_becomes_one_request(ground: Town) -> None:
    one = an_issue(ground.by)
    issues.assess(
        one.pk, by=ground.by, horizon=IssueHorizon.IMMEDIATE, owner=one.owner_office, next_on=in_days(5)
    )
    before = IssueEntry.objects.count()
    results = together(
        lambda: issues.turn_into_request(one, by=ground.by),
        lambda: issues.turn_into_project(one, by=ground.beside),
        gone=(),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert IssueEntry.objects.count() == before + 1
    assert fresh(one).state in (IssueState.REQUESTED, IssueState.PROJECTED)
