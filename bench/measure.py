"""`python -m bench.measure SCRIPT…`: asks everything of every city in turn, floors among it, and prints the table.

In each round every act is asked once of every city, in an order of its own, with the floors in between. A ratio is that
of one answer to the floor of the same round: what slows the machine slows both.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import report
from bench.client import Answer, Browser, WrongAnswerError

FLOORS = ("hello", "list", "insert")
EVERY = 6  # acts between two visits to the floors
WARM_UP = 4
MOST_SECONDS, LEAST_ASKS = 15.0, 8  # an act that takes long is asked less often; the table says how often


@dataclass
class Samples:
    """The answers of one act in one city, and each one's ratio to the floor of its round."""

    seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    statements: Counter[tuple[int, int]] = field(default_factory=Counter)
    waited: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    size: int = 0

    def add(self, answer: Answer) -> None:
        self.seconds.append(answer.seconds)
        self.statements[answer.statements, answer.savepoints] += 1
        self.waited.append(answer.waited)
        self.busy.append(answer.busy)
        self.size = answer.size

    @property
    def is_enough(self) -> bool:
        return len(self.seconds) >= LEAST_ASKS and sum(self.seconds) > MOST_SECONDS


class City:
    """One script being played."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.rows: int = script["rows"]
        self.acts: list[dict[str, Any]] = script["acts"]
        self.floor_asks: dict[str, Any] = script["floor_asks"]
        self.pages = {name: Browser(script[name]) for name in ("web", "unlogged")}
        self.plain = Browser(script["floors"])
        self.samples: dict[str, Samples] = defaultdict(Samples)
        self.floors: dict[str, Samples] = defaultdict(Samples)
        self._used: Counter[str] = Counter()
        self._round: dict[str, list[float]] = defaultdict(list)
        self._waiting: list[tuple[Samples, str, float]] = []
        self.trouble: dict[str, str] = {}

    def steps(self, dice: random.Random) -> list[dict[str, Any] | None]:
        """This round's acts in an order of their own; None is a visit to the floors."""
        acts = [act for act in self.acts if self._is_left(act)]
        dice.shuffle(acts)
        steps: list[dict[str, Any] | None] = [None]
        for place, act in enumerate(acts, start=1):
            steps.append(act)
            if place % EVERY == 0 or place == len(acts):
                steps.append(None)
        return steps

    def _is_left(self, act: dict[str, Any]) -> bool:
        is_used_up = act["once"] and self._used[act["name"]] >= len(act["asks"])
        return not (is_used_up or act["name"] in self.trouble or self.samples[act["name"]].is_enough)

    def take(self, step: dict[str, Any] | None) -> None:
        if step is None:
            self._visit_floors()
        elif (answer := self._ask(step)) is not None:
            samples = self.samples[step["name"]]
            samples.add(answer)
            self._waiting.append((samples, step["floor"], answer.seconds))

    def _ask(self, act: dict[str, Any]) -> Answer | None:
        place = self._used[act["name"]]
        self._used[act["name"]] += 1
        try:
            return self.pages[act["server"]].ask(act["asks"][place % len(act["asks"])])
        except WrongAnswerError as error:
            self.trouble[act["name"]] = str(error)
            return None

    def _visit_floors(self) -> None:
        for name in FLOORS:
            answer = self.plain.ask(self.floor_asks[name])
            self._round[name].append(answer.seconds)
            self.floors[name].add(answer)

    def end_round(self) -> None:
        floors = {name: statistics.median(seconds) for name, seconds in self._round.items()}
        for samples, floor, seconds in self._waiting:
            samples.ratios.append(seconds / floors[floor])
        self._waiting.clear()
        self._round.clear()

    def warm_up(self) -> None:
        for _ in range(WARM_UP):
            self._visit_floors()
            for act in self.acts:
                if not act["once"] or self._used[act["name"]] < WARM_UP:
                    self._ask(act)
        self._round.clear()
        self.floors.clear()


def main() -> int:
    options = _parse()
    cities = [City(json.loads(path.read_text(encoding="utf-8"))) for path in options.scripts]
    rounds = json.loads(options.scripts[0].read_text(encoding="utf-8"))["rounds"]
    before, begun = report.machine(), time.monotonic()
    for city in cities:
        city.warm_up()
    dice = random.Random(1)  # noqa: S311  (an order of asking)
    for number in range(rounds):
        for city, step in _interleaved(cities, dice):
            city.take(step)
        for city in cities:
            city.end_round()
        if number % 20 == 19:
            sys.stderr.write(f"    {number + 1}/{rounds} … {time.monotonic() - begun:.0f}秒\n")
    result = report.result(cities, rounds, [before, report.machine()])
    sys.stdout.write(report.as_markdown(result))
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(city.trouble for city in cities) else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("scripts", nargs="+", type=Path)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _interleaved(cities: list[City], dice: random.Random) -> Iterator[tuple[City, dict[str, Any] | None]]:
    """The cities take turns, act by act, so that their growth is compared in the same seconds."""
    queues = [(city, city.steps(dice)) for city in cities]
    for place in range(max(len(steps) for _, steps in queues)):
        for city, steps in queues:
            if place < len(steps):
                yield city, steps[place]


if __name__ == "__main__":
    sys.exit(main())
