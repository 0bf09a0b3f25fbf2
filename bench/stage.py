"""`python -m bench.stage`: writes down every request beforehand, so that measuring is nothing but asking."""

import argparse
import dataclasses
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

TOKEN = "benchbenchbenchbenchbenchbenchbe"  # noqa: S105  (a browser chooses it; it protects the browser)
SPARE = 25  # asks that warm up, of acts that can be done once


def main() -> int:
    options = _parse()
    django.setup()
    logging.disable(logging.INFO)  # what is asked for the plans is no request to be told of
    script = {
        "rows": int(os.environ["BENCH_ROWS"]),
        **{name: os.environ[f"BENCH_{name.upper()}"] for name in ("web", "unlogged", "floors")},
        "floor_asks": _floors(),
        "rounds": options.rounds,
        "acts": _acts(options),
    }
    if options.plans:
        _write_plans(options.plans, script["rows"])
    options.to.write_text(json.dumps(script, ensure_ascii=False), encoding="utf-8")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--plans", type=Path)
    return parser.parse_args()


def _floors() -> dict[str, Any]:
    from chiba_ward.directory.models import Ward

    ward = Ward.objects.get(slug="wakaba").pk
    return {
        "hello": {"path": "/hello/", "shows": "hello"},
        "list": {"path": f"/list/{ward}/", "shows": "<td>"},
        "insert": {"path": "/insert/", "data": {"ward": str(ward), "text": "見本の一行"}},
    }


def _acts(options: argparse.Namespace) -> list[dict[str, Any]]:
    from bench import people
    from bench.acts import ACTS
    from bench.scene import Scene

    scene, chosen = Scene(), []
    jars: dict[str, dict[str, str]] = {}
    for act in ACTS:
        if options.only and not any(act.name.startswith(name) for name in options.only):
            continue
        begun = time.monotonic()
        if act.person not in jars:
            jars[act.person] = people.cookies_of(act.person, scene.held_case.pk)
        asks = [
            _written(ask, jars[act.person])
            for ask in act.asks(scene, options.rounds + SPARE if act.once else 1)
        ]
        if asks:
            fixed = {key: value for key, value in dataclasses.asdict(act).items() if key != "asks"}
            chosen.append({**fixed, "asks": asks})
        if time.monotonic() - begun > 5:
            sys.stderr.write(f"    {act.name}: {time.monotonic() - begun:.0f}秒\n")
    return chosen


def _write_plans(to: Path, rows: int) -> None:
    """Those of the largest city stand last, and stay."""
    from bench import plans
    from bench.scene import Scene

    to.write_text(f"## {rows:,}\n\n{plans.as_markdown(Scene())}", encoding="utf-8")


def _written(ask: Any, jar: dict[str, str]) -> dict[str, Any]:
    """As a browser sends it: cookies, and the token in form and cookie."""
    plain = dataclasses.asdict(ask)
    plain["cookies"] = {**jar, **ask.cookies}
    if ask.data is not None:
        plain["cookies"][settings.CSRF_COOKIE_NAME] = TOKEN
        plain["data"] = {**ask.data, "csrfmiddlewaretoken": TOKEN}
    return plain


if __name__ == "__main__":
    sys.exit(main())
