"""Two people at the same moment, each on a connection of their own: one wins, the other is told in words."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.rows import memory
from community.matching.models import Match, Need
from community.matching.services import matches
from tests import races
from tests.matching import scene as world
from tests.matching.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)
together = partial(races.together, gone=(Match.DoesNotExist, Need.DoesNotExist))


@pytest.fixture
def scene(tmp_path: Path, settings: Any) -> Iterator[Scene]:
    settings.MEDIA_ROOT = tmp_path / "media"
    memory.forget()
    calendars.forget()
    return world.make_scene()


def test_both_sides_answer_at_once(scene: Scene) -> None:
    """However they meet: never a yes without its consequence, never two outcomes."""
    match = scene.asked()
    chair, officer = scene.town.chairs, world.act_as(scene.helpers)
    both = together(
        lambda: matches.answer(match.pk, by=chair, side="need", is_yes=True),
        lambda: matches.answer(match.pk, by=officer, side="offer", is_yes=True),
    )
    assert both == ["done", "done"]
    assert world.fresh(match).state == "agreed"
    other = matches.propose(scene.need(title="別").pk, scene.offer(title="別").pk, by=scene.by)
    reason = scene.reason()
    mixed = together(
        lambda: matches.answer(other.pk, by=chair, side="need", is_yes=True),
        lambda: matches.answer(other.pk, by=officer, side="offer", is_yes=False, failure=reason),
    )
    assert mixed[1] == "done"
    assert mixed[0] == "done" or "待っていません" in mixed[0]
    other = world.fresh(other)
    assert (other.state, other.need.state, other.offer.taken) == ("failed", "open", 0)


def test_two_clerks_take_the_last_capacity(scene: Scene) -> None:
    offer = scene.offer()
    needs = [scene.need(title=f"困りごと{number}") for number in range(2)]
    results = together(
        lambda: matches.propose(needs[0].pk, offer.pk, by=scene.town.by),
        lambda: matches.propose(needs[1].pk, offer.pk, by=scene.town.beside),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("いっぱい" in result for result in results)
    assert (world.fresh(offer).taken, Match.objects.count()) == (1, 1)
    assert sorted(world.fresh(need).state for need in needs) == ["brokered", "open"]


def test_two_clerks_broker_for_the_same_need(scene: Scene) -> None:
    need = scene.need()
    offers = [scene.offer(title=f"できること{number}") for number in range(2)]
    results = together(
        lambda: matches.propose(need.pk, offers[0].pk, by=scene.town.by),
        lambda: matches.propose(need.pk, offers[1].pk, by=scene.town.beside),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("状態が変わっています" in result for result in results)
    assert sorted(world.fresh(offer).taken for offer in offers) == [0, 1]
