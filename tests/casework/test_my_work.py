import pytest

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.casework import my_work
from chiba_ward.casework.my_work import WorkGroup, WorkItem


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_work, "_providers", [])


def test_groups_come_in_their_order_from_every_provider() -> None:
    my_work.register(lambda actor: [WorkGroup(key="b", title="あと", order=20)])
    my_work.register(
        lambda actor: [WorkGroup(key="a", title="さき", order=10), WorkGroup(key="c", title="あと", order=20)]
    )
    assert [group.key for group in my_work.groups_for(SYSTEM)] == ["a", "b", "c"]


def test_the_same_provider_counts_once() -> None:
    def provider(actor: Actor) -> list[WorkGroup]:
        return [WorkGroup(key="a", title="一つ", items=(WorkItem("S-7K4M-925F", "/x"),), count=1)]

    my_work.register(provider)
    my_work.register(provider)
    assert len(my_work.groups_for(SYSTEM)) == 1


def test_a_provider_learns_who_asks() -> None:
    asked: list[Actor] = []
    my_work.register(lambda actor: asked.append(actor) or [])
    my_work.groups_for(SYSTEM)
    assert asked == [SYSTEM]
