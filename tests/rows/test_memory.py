"""What a process keeps for a minute: asked once, forgotten with an edit, never kept empty."""

import pytest
from django.db import transaction

from chiba_ward.directory.models import Office, OfficeVersion
from chiba_ward.directory.names import versions_of
from chiba_ward.rows import memory
from chiba_ward.rows.memory import remembered
from tests.factories import make_office

asked: list[tuple[int, str]] = []


@remembered
def found(number: int, word: str = "") -> list[int]:
    asked.append((number, word))
    return [number] * number


@pytest.fixture(autouse=True)
def _fresh() -> None:
    asked.clear()
    memory.forget()


def test_the_same_question_is_asked_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(2) == found(2) == [2, 2]
    assert (found(2, word="x"), found(3)) == ([2, 2], [3, 3, 3])
    assert asked == [(2, ""), (2, "x"), (3, "")]
    before = memory.time.monotonic()
    monkeypatch.setattr(memory.time, "monotonic", lambda: before + memory.KEEP_SECONDS + 1)
    found(2)
    assert asked[-1] == (2, "")
    assert len(asked) == 4


def test_nothing_is_not_kept_and_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (found(0), found(0)) == ([], [])
    assert len(asked) == 2
    monkeypatch.setattr(memory, "MOST", 10)
    for number in range(1, 40):
        found(number)
    assert len(memory._kept) <= 10


def test_what_is_old_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    found(1)
    before = memory.time.monotonic()
    monkeypatch.setattr(memory.time, "monotonic", lambda: before + 2 * memory.KEEP_SECONDS)
    found(2)
    assert len(memory._kept) == 1


@pytest.mark.django_db
def test_an_edit_is_seen_at_once() -> None:
    office = make_office("総合相談課")
    assert str(office) == "総合相談課"
    version = OfficeVersion.objects.get(office=office)
    version.name = "くらし相談課"
    version.save()
    assert str(office) == "くらし相談課"
    version.delete()
    assert str(office) == office.code
    assert versions_of(office.pk) == ()


@pytest.mark.django_db(transaction=True)
def test_what_was_read_before_the_commit_is_forgotten_with_it() -> None:
    office = make_office("総合相談課")
    with transaction.atomic():
        Office.objects.get(pk=office.pk).save()
        assert found(4)
    assert found(4)
    assert len(asked) == 2
