"""What the bench concludes from seconds: ratios to the floor of the same round, growth, and what was not kept."""

import random
from typing import Any

import pytest

from bench import report
from bench.client import Answer, Browser, WrongAnswerError
from bench.measure import EVERY, City, Samples


def act(name: str, **budget: Any) -> dict[str, Any]:
    known = {
        "name": name,
        "person": "section",
        "floor": "list",
        "ratio": 2.0,
        "sql": 8,
        "once": False,
        "server": "web",
    }
    return {**known, **budget, "asks": [{"path": "/"}]}


def city(rows: int, *acts: dict[str, Any]) -> City:
    script = {
        "rows": rows,
        "acts": list(acts),
        "floor_asks": {},
        "web": "127.0.0.1:1",
        "unlogged": "127.0.0.1:1",
        "floors": "127.0.0.1:1",
    }
    return City(script)


def answer(seconds: float, statements: int = 5) -> Answer:
    return Answer(seconds, statements, 0, seconds / 2, seconds / 2, 100)


def measured(rows: int, page: float, floor: float, statements: int = 5, **budget: Any) -> City:
    """A city in which one act took `page` seconds in every round whose floor took `floor`."""
    found = city(rows, act("page", **budget))
    for slower in (1, 3, 1):  # a round in which everything takes three times as long changes no ratio
        samples = found.samples["page"]
        samples.add(answer(page * slower, statements))
        found._waiting.append((samples, "list", page * slower))
        for name in ("hello", "list", "insert"):
            found._round[name].append(floor * slower)
            found.floors[name].add(answer(floor * slower, 1))
        found.end_round()
    return found


def conclude(*cities: City) -> dict[str, Any]:
    found = report.result(cities, 3, [report.machine(), report.machine()])
    return dict(found["acts"][0])


def test_a_ratio_is_that_of_the_round() -> None:
    assert measured(10, 0.009, 0.006).samples["page"].ratios == pytest.approx([1.5, 1.5, 1.5])


@pytest.mark.parametrize(
    ("small", "large", "misses"),
    [
        ({"page": 0.009}, {"page": 0.010}, []),
        ({"page": 0.012}, {"page": 0.0126}, ["ratio"]),
        ({"page": 0.006}, {"page": 0.009}, ["growth"]),
        ({"page": 0.009}, {"page": 0.009, "statements": 9}, ["SQL"]),
        ({"page": 0.009}, {"page": 0.030, "statements": 9}, ["ratio", "SQL", "growth"]),
    ],
)
def test_the_verdict(small: dict[str, Any], large: dict[str, Any], misses: list[str]) -> None:
    found = conclude(measured(100, floor=0.006, **small), measured(1000, floor=0.006, **large))
    assert found["misses"] == misses


def test_an_act_that_could_not_be_measured_is_no_success() -> None:
    empty = city(100, act("page"))
    empty.trouble["page"] = "/: 500"
    assert conclude(empty)["misses"] == ["not measured"]
    found = report.result([empty], 3, [report.machine(), report.machine()])
    found["floors"] = {"100": {}}
    assert "Not measured at 100: page: /: 500" in report.as_markdown(found)


def test_the_floors_are_visited_among_the_acts() -> None:
    acts = [act(f"page {number}") for number in range(2 * EVERY)]
    steps = city(10, *acts).steps(random.Random(1))
    assert [place for place, step in enumerate(steps) if step is None] == [0, EVERY + 1, 2 * EVERY + 2]
    assert sorted(step["name"] for step in steps if step) == sorted(one["name"] for one in acts)


def test_what_can_be_done_once_is_done_once() -> None:
    once = act("once", once=True)
    found = city(10, once)
    assert found._is_left(once)
    found._used["once"] = 1
    assert not found._is_left(once)


def test_a_slow_act_is_asked_less_often() -> None:
    samples = Samples()
    for _ in range(8):
        samples.add(answer(3.0))
    assert samples.is_enough
    quick = Samples()
    for _ in range(200):
        quick.add(answer(0.01))
    assert not quick.is_enough


def test_a_page_that_is_not_the_page_is_an_error() -> None:
    class Response:
        status = 200
        headers: dict[str, str] = {}

    browser = Browser("127.0.0.1:1")
    ask = {"path": "/", "shows": "cw-queue"}
    browser._check(ask, Response(), b"<table class=cw-queue>")  # type: ignore[arg-type]  # what is asked of it
    with pytest.raises(WrongAnswerError):
        browser._check(ask, Response(), b"<h1>500</h1>")  # type: ignore[arg-type]  # what is asked of it
    with pytest.raises(WrongAnswerError):
        browser.ask({"path": "/"})  # nobody listens there
