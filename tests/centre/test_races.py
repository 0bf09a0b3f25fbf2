"""Two people at the same moment, each on a connection of their own: one wins, the other is told in words."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from consultations.centre.enums import TransferState
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.centre.services import entries, transfers
from consultations.models import Consultation
from tests import races
from tests.centre import sections as world
from tests.centre.sections import Sections

pytestmark = pytest.mark.django_db(transaction=True)


together = partial(
    races.together,
    gone=(
        CaseTransfer.DoesNotExist,
        ProgressEntry.DoesNotExist,
    ),
)


@pytest.fixture(params=range(2))
def wards(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Iterator[Sections]:
    settings.MEDIA_ROOT = tmp_path / "media"
    return world.make_sections()


def test_two_accept_at_once(wards: Sections) -> None:
    transfer = world.asked(wards, world.registered(wards))
    results = together(
        lambda: transfers.accept(transfer.pk, by=wards.there),
        lambda: transfers.accept(transfer.pk, by=wards.beside),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    loser = next(result for result in results if result != "done")
    assert loser == "gone" or "状態が変わっています" in loser
    row = CaseTransfer.objects.get(pk=transfer.pk)
    winner = wards.receiver if results[0] == "done" else wards.colleague
    assert (row.state, row.accepted_by) == (TransferState.ACCEPTED, winner)
    assert Consultation.objects.get(pk=wards.case.pk).assignee == winner
    assert wards.case.matter.timeline.filter(kind="centre.transfer_accepted").count() == 1


def test_accepting_against_withdrawing(wards: Sections) -> None:
    transfer = world.asked(wards, world.registered(wards))
    results = together(
        lambda: transfers.accept(transfer.pk, by=wards.there),
        lambda: transfers.withdraw(transfer.pk, by=wards.by),
    )
    assert sorted(result == "done" for result in results) == [False, True]
    row, case = CaseTransfer.objects.get(pk=transfer.pk), Consultation.objects.get(pk=wards.case.pk)
    entry = ProgressEntry.objects.get(pk=transfer.entry_id)
    if results[0] == "done":
        assert (row.state, case.desk_office, entry.office) == (
            TransferState.ACCEPTED,
            wards.other_desk,
            wards.other_desk,
        )
    else:
        assert (row.state, case.desk_office, entry.office) == (
            TransferState.WITHDRAWN,
            wards.desk,
            wards.desk,
        )


def test_accepting_against_evaluating(wards: Sections) -> None:
    """Whoever is first: no evaluation is written by a section that no longer has the entry, and none is lost."""
    entry = world.registered(wards)
    transfer = world.asked(wards, entry)
    later = world.in_days(80)
    results = together(
        lambda: transfers.accept(transfer.pk, by=wards.there),
        lambda: entries.evaluate(
            entry.pk, by=wards.by, on=world.in_days(0), finding="x", category="support", next_on=later
        ),
    )
    assert results[0] == "done"
    moved = ProgressEntry.objects.get(pk=entry.pk)
    assert moved.office == wards.other_desk
    assert (moved.next_on == later) == (results[1] == "done")
    assert moved.evaluations.count() == (results[1] == "done")


def test_asked_once(wards: Sections) -> None:
    entry = world.registered(wards)
    results = together(*[lambda: world.asked(wards, entry)] * 2)
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに移管を頼んでいて" in result for result in results)


def test_registered_once(wards: Sections) -> None:
    results = together(*[lambda: world.registered(wards)] * 2)
    assert sorted(result == "done" for result in results) == [False, True]
    assert any("すでに進行管理台帳に載っています" in result for result in results)
