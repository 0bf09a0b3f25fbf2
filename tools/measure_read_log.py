"""What the read log costs: a page with and without it, eight writers on the chain, a million rows.

On a portal of its own, whose log is filled for good:

    PORTAL_DATA_DIR=/tmp/measure python3 manage.py migrate
    PORTAL_DATA_DIR=/tmp/measure python3 manage.py load_initial_directory
    PORTAL_DATA_DIR=/tmp/measure python3 manage.py load_demo_city
    PORTAL_DATA_DIR=/tmp/measure python3 manage.py shell -c "from tools import measure_read_log as m; m.main()"

Results of such a run: docs/results/read-log.md.
"""

import datetime as dt
import io
import multiprocessing
import random
import resource
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chiba_ward.access.actor import actor_of
from chiba_ward.access.models import ReadLogEntry, User
from chiba_ward.access.readlog import own, review, verification
from chiba_ward.access.readlog.entries import entry_of, row_of
from chiba_ward.access.readlog.middleware import ReadLogMiddleware
from chiba_ward.access.readlog.writing import write
from chiba_ward.directory.models import Posting

ROUNDS, WRITERS, SECONDS, MILLION = 300, 8, 10, 1_000_000
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SEED = 20261125
COLUMNS = (
    "at, actor_kind, user_id, posting_id, office_id, role, actor_name, office_name, verb, kind, ids, keys, amount,"
    " matter_ids, words, result, reason, route, request_id, is_off_hours, is_outside_duty, is_same_surname"
)


def main(rows: int = MILLION) -> None:
    if not settings.PORTAL_DEMO or ReadLogEntry.objects.count() > 100_000:
        raise SystemExit("on a demo portal whose log is nearly empty, please: nothing can be taken out again")
    settings.ALLOWED_HOSTS = ["*"]
    print("# pages"), pages()
    print("# writers, small log"), writers()
    print(f"# {rows:,} rows"), fill(rows)
    sizes(), questions(), check()
    print("# writers, large log"), writers()


def took(act: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round, sorted."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def told(name: str, times: list[float]) -> str:
    return f"{name:44} p50 {statistics.median(times):7.2f} ms   p95 {times[int(len(times) * 0.95)]:7.2f} ms"


# --- a page with and without


@contextmanager
def without_log() -> Iterator[None]:
    original = ReadLogMiddleware.__call__
    ReadLogMiddleware.__call__ = lambda self, request: self.get_response(request)  # type: ignore[method-assign]
    try:
        yield
    finally:
        ReadLogMiddleware.__call__ = original  # type: ignore[method-assign]


def pages() -> None:
    """Alternating, so that what else the machine does meets both alike."""
    person = User.objects.get(email__startswith="somu.wakaba@")
    client = Client()
    client.force_login(person, backend=BACKEND)
    page = client.get("/admin/consultations/")
    number = page.context["rows"][0].number
    for name, url in (
        ("triage list", "/admin/consultations/"),
        ("case screen", f"/admin/consultations/case/{number}/"),
    ):
        with_it: list[float] = []
        bare: list[float] = []
        for _ in range(ROUNDS):
            with_it += took(lambda url=url: client.get(url), 1)
            with without_log():
                bare += took(lambda url=url: client.get(url), 1)
        print(told(f"{name} with", sorted(with_it)))
        print(told(f"{name} without", sorted(bare)))
        ratio = statistics.median(with_it) / statistics.median(bare)
        print(
            f"{name}: ratio {ratio:.3f}, SQL {statements(client, url)} with, {bare_statements(client, url)} without"
        )


def statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


def bare_statements(client: Client, url: str) -> int:
    with without_log():
        return statements(client, url)


# --- the chain under load


def writers() -> None:
    for number in (1, WRITERS):
        connections.close_all()
        with multiprocessing.get_context("fork").Pool(number) as pool:
            found = pool.map(_write_for_a_while, range(number))
        times = sorted(one for times in found for one in times)
        print(told(f"{number} writers, {len(times) / SECONDS:,.0f} rows/s", times))
    gaps = ReadLogEntry.objects.count() - verification.end().seq
    print(f"rows missing in the numbering: {gaps}")


def _write_for_a_while(seed: int) -> list[float]:
    posting = Posting.objects.active_on().with_duty().order_by("id")[seed % 20]
    actor = actor_of(posting.person, posting)
    until, times = time.perf_counter() + SECONDS, []
    while time.perf_counter() < until:
        row = row_of(entry_of("read", "consultation", [seed + 1]), actor, result=200, route="staff:case")
        began = time.perf_counter()
        write([row])
        times.append((time.perf_counter() - began) * 1000)
    connection.close()
    return times


# --- a million rows


class _Rows(io.TextIOBase):
    """Rows like those of half a year: two thirds openings, a fifth lists of fifty, refusals, sign-ins, exports."""

    def __init__(self, rows: Iterator[str]) -> None:
        self.rows, self.rest = rows, ""

    def read(self, size: int | None = -1) -> str:
        while len(self.rest) < (size or 0) and (row := next(self.rows, None)):
            self.rest += row
        out, self.rest = self.rest[:size], self.rest[size:]
        return out


def _made(number: int) -> Iterator[str]:
    chance = random.Random(SEED)
    start = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    for one in range(number):
        at, person = start + dt.timedelta(seconds=one * 16), chance.randint(1, 900)
        verb, kind, amount = _deed(chance.random())
        ids = [chance.randint(1, 300_000) for _ in range(amount)]
        opened = ids if verb in ("read", "export") else []
        values = (
            at.isoformat(), "staff", person, person, person % 60 + 1, "SC", f"見本 {person}", "若葉区 高齢障害支援課",
            verb, kind, _array(ids), "{}", amount, _array(opened), "", 404 if verb == "denied" else 200, "",
            "admin/consultations/case/<str:number>/", uuid.UUID(int=chance.getrandbits(128)), chance.random() < 0.02,
            chance.random() < 0.005, chance.random() < 0.01,
        )  # fmt: skip
        yield "\t".join(map(str, values)) + "\n"


def _deed(chance: float) -> tuple[str, str, int]:
    for limit, deed in (
        (0.68, ("read", "consultation", 1)),
        (0.88, ("list", "consultation", 50)),
        (0.93, ("denied", "consultation", 1)),
        (0.98, ("sign_in", "person", 1)),
    ):
        if chance < limit:
            return deed
    return "export", "consultation", 20


def _array(values: list[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def fill(number: int) -> None:
    """By COPY, through the trigger: the chain is real."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY access_readlogentry ({COLUMNS}) FROM STDIN", _Rows(_made(number)))
        print(f"COPY through the chain: {time.perf_counter() - began:.0f} s")
        cursor.execute("ANALYZE access_readlogentry")


def sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname LIKE 'access_readlogentry%'"
            " OR relname LIKE 'read_log_%' ORDER BY 2 DESC"
        )
        for name, size in cursor.fetchall():
            print(f"{name:44} {size / 1e6:8.1f} MB")
        cursor.execute(
            "SELECT pg_total_relation_size('access_readlogentry'), count(*) FROM access_readlogentry"
        )
        size, rows = cursor.fetchone()
        print(f"{'whole':44} {size / 1e6:8.1f} MB, {size / rows:.0f} bytes a row")


def questions() -> None:
    newest = ReadLogEntry.objects.order_by("-seq").values_list("at", flat=True)[0]
    asked: dict[str, Callable[[], Any]] = {
        "who opened this matter": lambda: own.openings_of(random.randint(1, 300_000)),
        "list, first page": lambda: list(ReadLogEntry.objects.order_by("-seq")[:51]),
        "list of a person": lambda: list(ReadLogEntry.objects.filter(user_id=77).order_by("-seq")[:51]),
        "list of an office": lambda: list(ReadLogEntry.objects.filter(office_id=7).order_by("-seq")[:51]),
        "refusals": lambda: list(ReadLogEntry.objects.filter(verb="denied").order_by("-seq")[:51]),
        "outside duty": lambda: list(
            ReadLogEntry.objects.filter(review.MARK_RULES["outside"]).order_by("-seq")[:51]
        ),
        "one day": lambda: list(
            ReadLogEntry.objects.filter(
                at__gte=newest - dt.timedelta(90), at__lt=newest - dt.timedelta(89)
            ).order_by("-seq")[:51]
        ),
    }
    for name, ask in asked.items():
        print(told(name, took(ask, 30)))


def check() -> None:
    began, links = time.perf_counter(), 0
    upto = verification.end().seq
    for link in verification.walk(verification.START, upto, {}):
        links = link.seq
    spent = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"verification: {links:,} rows in {spent:.0f} s ({links / spent:,.0f} a second), {peak:.0f} MB at most"
    )
