"""How PostgreSQL answers the lists and searches: EXPLAIN of every statement that looks at cases or at the index."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.test import Client

from bench import people
from bench.acts import ACTS
from bench.scene import Scene

SHOWN = ("triage.first", "triage.half", "triage.all.end", "triage.due=overdue", "search.rare", "search.frequent",
         "search.name", "search.phone", "inbox.partner.waiting")  # fmt: skip
TABLES = ("consultations_consultation", "consultations_referral", "casework_searchterms")
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) "
LONG_VALUE = re.compile(r"\{[-\d,]{60,}\}|\([-\d, ]{60,}\)")


class Explained:
    """Asks for the plan of a statement before it runs, with the same values."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and any(f'FROM "{table}"' in sql for table in TABLES):
            execute(EXPLAIN + sql, params, many, context)
            self.plans.append("\n".join(line for (line,) in context["cursor"].fetchall()))
        return execute(sql, params, many, context)


def as_markdown(scene: Scene) -> str:
    return "\n".join(_sections(scene))


def _sections(scene: Scene) -> Iterator[str]:
    for act in (act for act in ACTS if act.name in SHOWN):
        client = Client(HTTP_HOST="127.0.0.1")
        client.cookies.load(people.cookies_of(act.person, scene.held_case.pk))
        for ask in act.asks(scene, 1):
            client.get(ask.path)  # warm
            explained = Explained()
            with connection.execute_wrapper(explained):
                client.get(ask.path)
            yield f"### {act.name}\n"
            for plan in explained.plans:
                yield f"```\n{LONG_VALUE.sub('{…}', plan)}\n```\n"
