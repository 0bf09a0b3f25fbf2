"""Two people at the same moment, each on a connection of their own: one wins, the other is told in words."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.rows import memory
from community.area_officers.models import AreaAssignment, AreaPromise, HandOver
from community.area_officers.services import hand_over
from tests import races
from tests.area_officers import section as world
from tests.area_officers.section import Section, act_as

pytestmark = pytest.mark.django_db(transaction=True)
together = partial(races.together, gone=(AreaAssignment.DoesNotExist, HandOver.DoesNotExist))


@pytest.fixture
def section(tmp_path: Path, settings: Any) -> Iterator[Section]:
    settings.MEDIA_ROOT = tmp_path / "media"
    memory.forget()
    calendars.forget()
    return world.make_section()


def test_two_primaries_and_two_endings_at_once(section: Section) -> None:
    results = together(lambda: world.appointed(section), lambda: world.appointed(section, section.second))
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに決まっています" in result for result in results)
    found = AreaAssignment.objects.select_related("officer").get()
    world.noted(found, promise=world.promised(section))
    promise = AreaPromise.objects.get()
    answers = {promise.pk: ("handed_on", "")}
    results = together(
        *(
            lambda by=by: hand_over.submit(found.pk, by=by, answers=answers, **world.paper_words())  # type: ignore[misc]
            for by in (section.by, act_as(found.officer))
        )
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに出されています" in result for result in results)
    assert HandOver.objects.count() == 1
    assert AreaPromise.objects.filter(handed_from=promise).count() == 1
    assert world.fresh(found).state == "ended"
