"""Two people at the same moment, each on a connection of their own: one wins, the other is told in words."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.directory.models import Posting
from chiba_ward.rows import memory
from community.models import AnnualReturn, CommunityOrg, EnrolmentFigure
from community.services import annual, handover
from tests import races
from tests.community import town as world
from tests.community.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
together = partial(races.together, gone=(AnnualReturn.DoesNotExist, CommunityOrg.DoesNotExist))


@pytest.fixture(params=range(2))
def town(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Town]:
    settings.MEDIA_ROOT = tmp_path / "media"
    memory.forget()
    calendars.forget()
    return world.make_town()


def test_two_accept_at_once(town: Town) -> None:
    officers = [
        {"post": "会長", "name": "見本 新", "email": "shin@example.test", "starts_on": str(world.in_days(1))}
    ]
    found = world.submitted(town, officers=officers)
    results = together(
        lambda: annual.accept(found.pk, by=town.by),
        lambda: annual.accept(found.pk, by=town.beside),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("状態が変わっています" in result for result in results)
    winner = town.clerk if results[0] == "done" else town.officer
    assert world.fresh(found).decided_by == winner
    assert EnrolmentFigure.objects.count() == 1
    assert Posting.objects.filter(person__email="shin@example.test").count() == 1
    assert town.org.lines.filter(kind="accepted").count() == 1


def test_accepting_against_giving_back(town: Town) -> None:
    found = world.submitted(town)
    results = together(
        lambda: annual.accept(found.pk, by=town.by),
        lambda: annual.give_back(found.pk, by=town.beside, reason="数え方"),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    accepted = world.fresh(found).state == "accepted"
    assert accepted == (results[0] == "done") == EnrolmentFigure.objects.exists()


def test_two_hand_over_the_same_post_at_once(town: Town) -> None:
    def to(name: str, by: Any) -> Any:
        given = {
            "post": "会長",
            "name": f"見本 {name}",
            "email": f"{name}@example.test",
            "on": world.in_days(1),
        }
        return lambda: handover.hand_over(town.org.pk, by=by, **given)

    results = together(to("ichi", town.by), to("ni", town.beside))
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに登録されています" in result for result in results)
    coming = Posting.objects.filter(post__office=world.fresh(town.org).office, starts_on=world.in_days(1))
    assert coming.count() == 1


def test_one_way_in_though_two_make_it(town: Town) -> None:
    def to(post: str, by: Any) -> Any:
        given = {"post": post, "name": f"見本 {post}", "email": "", "on": world.in_days(0)}
        return lambda: handover.hand_over(town.paper.pk, by=by, **given)

    assert together(to("会長", town.by), to("会計", town.beside)) == ["done", "done"]
    office = world.fresh(town.paper).office
    assert office is not None
    assert office.posts.count() == 2


def test_a_year_is_begun_once(town: Town) -> None:
    chair = town.chairs
    results = together(*[lambda: annual.submit(town.org.pk, by=chair, **world.words(town.org))] * 2)
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに提出されています" in result for result in results)
    assert AnnualReturn.objects.count() == 1
