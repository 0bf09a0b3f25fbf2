"""The table: what was seen, what was allowed, and whether it was kept."""

import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.measure import City, Samples

GROWTH = 1.2


def machine() -> dict[str, Any]:
    """When, on what, and how busy it was."""
    return {
        "at": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "load": [round(value, 2) for value in os.getloadavg()],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def result(cities: "Sequence[City]", rounds: int, machines: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything that the table and later comparisons need, as plain values."""
    return {
        "rounds": rounds,
        "machine": machines,
        "floors": {
            str(city.rows): {name: _figures(samples) for name, samples in city.floors.items()}
            for city in cities
        },
        "acts": [_act(name, cities) for name in _names(cities)],
        "trouble": {str(city.rows): city.trouble for city in cities if city.trouble},
    }


def _names(cities: "Sequence[City]") -> list[str]:
    return list(dict.fromkeys(act["name"] for city in cities for act in city.acts))


def _act(name: str, cities: "Sequence[City]") -> dict[str, Any]:
    act = next(act for city in cities for act in city.acts if act["name"] == name)
    sizes = {str(city.rows): _figures(city.samples[name]) for city in cities if city.samples[name].seconds}
    known = {key: act[key] for key in ("name", "person", "floor", "ratio", "sql")}
    return {**known, "sizes": sizes, **_verdict(act, list(sizes.values()))}


def _figures(samples: "Samples") -> dict[str, Any]:
    """Milliseconds; `sql` is what most answers took, `sql_most` the most that one took."""
    ordered = sorted(samples.seconds)
    (statements, savepoints), _ = samples.statements.most_common(1)[0]
    return {
        "n": len(ordered),
        "p50": round(1000 * statistics.median(ordered), 2),
        "p95": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 2),
        "ratio": round(statistics.median(samples.ratios), 2) if samples.ratios else None,
        "sql": statements,
        "sql_most": max(count for count, _ in samples.statements),
        "savepoints": savepoints,
        "waited": round(1000 * statistics.median(samples.waited), 2),
        "busy": round(1000 * statistics.median(samples.busy), 2),
        "bytes": samples.size,
    }


def _verdict(act: dict[str, Any], sizes: list[dict[str, Any]]) -> dict[str, Any]:
    """Judged at the largest city; growth from the smallest to it."""
    if not sizes:
        return {"growth": None, "misses": ["not measured"]}
    last, growth = sizes[-1], sizes[-1]["p50"] / sizes[0]["p50"] if len(sizes) > 1 else None
    misses = []
    if last["ratio"] is not None and last["ratio"] > act["ratio"]:
        misses.append("ratio")
    if last["sql"] > act["sql"]:
        misses.append("SQL")
    if growth and growth > GROWTH:
        misses.append("growth")
    return {"growth": round(growth, 2) if growth else None, "misses": misses}


def as_markdown(found: dict[str, Any]) -> str:
    return "\n".join([*_floor_lines(found), "", *_act_lines(found), *_trouble_lines(found), ""])


def _floor_lines(found: dict[str, Any]) -> Iterator[str]:
    first, last = found["machine"][0], found["machine"][-1]
    yield (
        f"{first['at']}, {first['cores']} cores, Python {first['python']}, {found['rounds']} rounds,"
        f" load average {_load(first)} before and {_load(last)} after"
    )
    yield ""
    yield "| floor | " + " | ".join(f"{int(rows):,}: p50 ms | p95" for rows in found["floors"]) + " |"
    yield "|---|" + "---|---|" * len(found["floors"])
    names = next(iter(found["floors"].values()))
    for name in names:
        cells = [(one[name]["p50"], one[name]["p95"]) for one in found["floors"].values()]
        yield f"| {name} | " + " | ".join(f"{p50} | {p95}" for p50, p95 in cells) + " |"


def _load(one: dict[str, Any]) -> str:
    return "/".join(str(value) for value in one["load"])


def _act_lines(found: dict[str, Any]) -> Iterator[str]:
    sizes = list(found["floors"])
    heads = [f"{int(rows):,}: p50 ms | p95 | SQL | ratio" for rows in sizes]
    yield f"| act | as | {' | '.join(heads)} | growth | allowed | verdict |"
    yield "|---|---|" + "---|---|---|---|" * len(sizes) + "---|---|---|"
    for act in found["acts"]:
        cells = [_cells(act["sizes"].get(rows)) for rows in sizes]
        growth = f"{act['growth']:.2f}" if act["growth"] else ""
        verdict = f"**over: {', '.join(act['misses'])}**" if act["misses"] else "kept"
        allowed = f"{act['ratio']:g} x {act['floor']}, {act['sql']} SQL"
        yield f"| {act['name']} | {act['person']} | {' | '.join(cells)} | {growth} | {allowed} | {verdict} |"


def _cells(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return "― | ― | ― | ―"
    extra = f"+{figures['savepoints']}" if figures["savepoints"] else ""
    return f"{figures['p50']:.1f} | {figures['p95']:.1f} | {figures['sql']}{extra} | {figures['ratio']}"


def _trouble_lines(found: dict[str, Any]) -> Iterator[str]:
    for rows, trouble in found["trouble"].items():
        for name, text in trouble.items():
            yield f"\nNot measured at {rows}: {name}: {text}"
