"""Two at the same moment, each on a connection of their own."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.casework import calendars
from chiba_ward.rows import memory
from community.circulars import selectors
from community.circulars.models import CircularReading, CircularRecipient, ECircular, KeyDevice, PaperClosing
from community.circulars.services import circulars, keys, ledger
from tests import races
from tests.circulars.rounds import Round, make_round
from tests.community import town as world

pytestmark = pytest.mark.django_db(transaction=True)
together = partial(races.together, gone=(ECircular.DoesNotExist, CircularRecipient.DoesNotExist))


@pytest.fixture
def ground(tmp_path: Path, settings: Any) -> Iterator[Round]:
    settings.MEDIA_ROOT = tmp_path / "media"
    memory.forget()
    calendars.forget()
    yield make_round()
    memory.forget()


def test_one_household_one_row_though_four_press(ground: Round) -> None:
    posted, key = ground.post(), ground.key("3")
    assert together(*[lambda: ledger.read(posted.pk, key=key)] * 4) == ["done"] * 4
    assert CircularReading.objects.count() == 1
    assert selectors.tally(posted).read == 1


def test_the_tick_and_the_call_at_once_are_one_closing(ground: Round) -> None:
    posted, leader = ground.post(), ground.key("paperleader")
    row = ground.recipient(posted, ground.paper)
    results = together(
        lambda: ledger.close_with(row.pk, key=leader),
        lambda: ledger.close(row.pk, by=ground.desk, channel="telephone"),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに回り終わっています" in result for result in results)
    assert PaperClosing.objects.count() == 1
    assert selectors.tally(posted).paper == 6


def test_recalled_while_it_is_read(ground: Round) -> None:
    """Either it was read before, or it is not counted; whoever comes back reads why it was taken back."""
    posted, key = ground.post(), ground.key("3")
    results = together(
        lambda: ledger.read(posted.pk, key=key),
        lambda: circulars.recall(posted.pk, by=ground.chair, reason="送る班をまちがえました"),
    )
    assert results == ["done", "done"]
    assert world.fresh(posted).state == "recalled"
    assert CircularReading.objects.count() in (0, 1)
    assert not ledger.read(posted.pk, key=ground.key("4")), "nothing is counted afterwards"
    page = ground.household("3").get(f"/circulars/{posted.pk}/").content.decode()
    assert "送る班をまちがえました" in page


def test_posted_once_and_corrected_against_recalled(ground: Round) -> None:
    draft = ground.write()
    post = partial(circulars.post, draft.pk, by=ground.chair, groups=3, households=19)
    assert sorted(result == "done" for result in together(post, post)) == [False, True]
    assert CircularRecipient.objects.count() == 3
    results = together(
        lambda: circulars.correct(draft.pk, by=ground.chair, title="直した", body="文", notice="件名"),
        lambda: circulars.recall(draft.pk, by=ground.chair, reason="まちがい"),
    )
    assert results[1] == "done", "a recall always comes through"
    assert world.fresh(draft).state == "recalled"
    assert world.fresh(draft).versions.count() == world.fresh(draft).version


def test_no_fifth_device_however_many_open_at_once(ground: Round) -> None:
    code = ground.codes["5"]
    results = together(*[lambda: keys.open_with(code, "network")] * 6)
    assert results.count("done") <= 4
    assert KeyDevice.objects.filter(key__slot__number=5).count() == results.count("done")
