"""Loads a city: move the people in, put indexes aside, COPY in two processes, set everything up again, count once."""

import io
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random

from django.db import connection, connections, transaction
from django.utils import timezone

from bench.city import holds, hub
from bench.city.cases import Writer
from bench.city.catalogue import Catalogue
from bench.city.clock import Clock
from bench.city.directory import Directory, settle
from bench.city.plan import Planner
from bench.city.specials import specials
from bench.city.tables import COLUMNS, HISTORIES, TABLES, copy_statement
from bench.rows import Lines
from chiba_ward.database.roles import as_owner
from chiba_ward.progress import services as progress
from launcher.talk import Talk

SEED = 20_260_401
CHUNK = 5_000
PROCESSES = min(2, os.cpu_count() or 1)
MEMORY = "512MB"  # of one index build


@dataclass(frozen=True)
class Task:
    """What a loading process needs; `chunk` -1 stands for the cases that every size has alike."""

    directory: Directory
    clock: Clock
    total: int
    chunk: int

    def cases(self, dice: Random) -> Iterator[int]:
        first = self.chunk * CHUNK
        return iter(range(first, min(first + CHUNK, self.total)))


def load(total: int, talk: Talk) -> Counter[str]:
    """`total` consultations and what hangs on them; how many lines each table got."""
    with talk.step("人と課を用意しています / people"):
        directory = settle()
    clock = Clock(timezone.now())
    catalogue = Catalogue(TABLES)
    with talk.step(f"{total:,}件の相談を書き込んでいます / COPY"):
        catalogue.put_aside()
        counts = _copy_all([Task(directory, clock, total, chunk) for chunk in _chunks(total)])
        _write_histories()
    with talk.step("索引と参照を戻しています / indexes and references"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET maintenance_work_mem = '{MEMORY}'")
        catalogue.restore()
        _set_sequences()
    with talk.step("開示の制限を登録しています / restrictions"):
        counts["disclosure_disclosurehold"] = holds.load(directory, total)
    with talk.step("地域の団体・回覧・困りごとを書き込んでいます / the hub of the neighbourhoods"):
        counts.update(hub.load(directory, total))
    with talk.step("統計を取っています / statistics"), connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    with talk.step("指標を集計しています / indicators"):
        progress.snapshot()
    return counts


def _chunks(total: int) -> list[int]:
    return [-1, *range(-(-total // CHUNK))]


def _copy_all(tasks: list[Task]) -> Counter[str]:
    counts: Counter[str] = Counter()
    connections.close_all()  # a child must not share a connection with its parent
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        for found in pool.map(copy_chunk, tasks):
            counts.update(found)
    return counts


def copy_chunk(task: Task) -> dict[str, int]:
    """One chunk in one transaction; its dice know nothing of the other chunks."""
    dice = Random(SEED + task.chunk)  # noqa: S311  (an invented city, not a secret)
    lines = Lines(task.chunk if task.chunk >= 0 else len(_chunks(task.total)) - 1)
    planner = Planner(task.directory, task.clock, task.total)
    writer = Writer(task.directory, task.clock, lines, dice)
    cases = specials(planner, dice) if task.chunk < 0 else (planner.case(i, dice) for i in task.cases(dice))
    for case in cases:
        writer.write(case)
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in COLUMNS:
            if table in lines.tables:
                text = io.StringIO("\n".join(lines.tables[table]) + "\n")
                cursor.copy_expert(copy_statement(table), text, size=1 << 20)
    return lines.counts()


def _write_histories() -> None:
    """The row as it stands, once each: what a trail of ten years holds at the least."""
    with connection.cursor() as cursor:
        for history, table in HISTORIES.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " AND column_name NOT LIKE 'pgh\\_%%'",
                [history],
            )
            names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
            key = "matter_id" if history.endswith("consultationevent") else "id"
            cursor.execute(
                f"INSERT INTO {history} (pgh_created_at, pgh_label, pgh_obj_id, {names})"  # noqa: S608  (names of our own)
                f" SELECT now(), 'insert', {key}, {names} FROM {table}"
            )


def _set_sequences() -> None:
    """The next row of a person comes after the loaded ones."""
    with connection.cursor() as cursor:
        for table in (name for name, columns in COLUMNS.items() if columns.startswith("id ")):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))",  # noqa: S608  (as above)
                [table],
            )
