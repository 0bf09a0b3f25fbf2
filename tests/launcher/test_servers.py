"""PostgreSQL and the broker of the first run: rights, Japanese text, crashes."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from launcher.checkout import Checkout
from launcher.folder import DataFolder, write_private
from launcher.postgres import ROLES_NOTE, Postgres
from tests.launcher.conftest import Launcher, alive, gone

pytestmark = pytest.mark.slow


def query(data: Path, *statements: str, owner: bool = False) -> list[tuple[object, ...]]:
    """Run statements as the application does, or as the owner of the tables; the rows of the last one."""
    folder = DataFolder(data)
    url = folder.owner_environ()["DATABASE_OWNER_URL"] if owner else folder.environ()["DATABASE_URL"]
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def broker(data: Path) -> redis.Redis:
    return redis.Redis.from_url(DataFolder(data).environ()["REDIS_URL"], decode_responses=True)


RIGHTS = (
    "SELECT current_user::text, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls,"
    " has_schema_privilege('public', 'CREATE') FROM pg_roles WHERE rolname = current_user"
)


def test_neither_role_is_a_superuser_and_japanese_trigrams_work(
    launch: Callable[[], Launcher], data: Path
) -> None:
    assert launch().ready == "ready"
    assert query(data, RIGHTS) == [("portal_app", False, False, False, False, False)]
    assert query(data, RIGHTS, owner=True) == [("portal", False, False, False, False, True)]
    found = query(
        data, "CREATE EXTENSION pg_trgm", "SELECT similarity('花見川区役所', '花見川区')", owner=True
    )
    assert found == [(0.5,)]


def test_a_folder_of_the_version_with_one_role_is_brought_up_to_date(
    launch: Callable[[], Launcher], data: Path, checkout: Checkout
) -> None:
    """The role that was everything becomes the owner, keeps its tables and its password; the other one is made."""
    launch().interrupt()
    folder = DataFolder(data)
    keys = folder.secrets()
    server = Postgres(checkout, folder)
    server._run(["postgres", "--single", "-D", str(server.data), "postgres"], "DROP ROLE portal_app\n")
    (server.data / "pg_hba.conf").write_text("host all portal 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
    (server.data / ROLES_NOTE).unlink()
    old = {name: value for name, value in keys.items() if name != "application_password"}
    write_private(data / "secrets.json", json.dumps(old))

    assert launch().ready == "ready"
    assert query(data, RIGHTS) == [("portal_app", False, False, False, False, False)]
    assert {name: value for name, value in folder.secrets().items() if name in old} == old
    query(data, "CREATE TABLE kept (word text)", owner=True)


def test_other_passwords_reach_the_cluster_even_after_a_crash(
    launch: Callable[[], Launcher], data: Path
) -> None:
    """As when secrets.json comes back from a copy that is older or younger than the data."""
    first = launch()
    query(data, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('受け止める')", owner=True)
    for pid in (first.process.pid, *first.children):
        os.kill(pid, signal.SIGKILL)
    first.process.wait()
    assert gone(first.children)
    keys = DataFolder(data).secrets() | {"application_password": "another", "database_password": "one"}
    write_private(data / "secrets.json", json.dumps(keys))
    assert launch().ready == "ready"
    assert query(data, "SELECT 1") == [(1,)]
    assert query(data, "SELECT word FROM kept", owner=True) == [("受け止める",)]


def test_nobody_gets_in_without_the_password(launch: Callable[[], Launcher], data: Path) -> None:
    launch()
    url = urlsplit(DataFolder(data).environ()["DATABASE_URL"])
    for user, password in (("portal", "guess"), ("portal_app", ""), ("postgres", "")):
        with pytest.raises(psycopg2.OperationalError):
            psycopg2.connect(host=url.hostname, port=url.port, user=user, password=password, dbname="portal")
    with (
        redis.Redis(port=DataFolder(data).ports()["broker"]) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_a_stop_keeps_the_data_and_leaves_no_process(launch: Callable[[], Launcher], data: Path) -> None:
    first = launch()
    query(data, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('受け止める')", owner=True)
    with broker(data) as client:
        client.set("kept", "つなぐ")
    first.interrupt()
    assert gone(first.children, seconds=1)
    launch()
    assert query(data, "SELECT word FROM kept", owner=True) == [("受け止める",)]
    with broker(data) as client:
        assert client.get("kept") == "つなぐ"


def test_kill_9_leaves_nothing_that_blocks_the_next_start(launch: Callable[[], Launcher], data: Path) -> None:
    first = launch()
    query(data, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('解決につなげる')", owner=True)
    first.kill()
    assert gone(first.children)
    assert launch().ready == "ready"
    assert query(data, "SELECT word FROM kept", owner=True) == [("解決につなげる",)]


def test_servers_killed_together_with_the_launcher_recover(
    launch: Callable[[], Launcher], data: Path
) -> None:
    first = launch()
    query(data, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('戻る')", owner=True)
    for pid in (first.process.pid, *first.children):
        os.kill(pid, signal.SIGKILL)
    first.process.wait()
    assert gone(first.children)
    assert (data / "postgres" / "postmaster.pid").exists()
    assert launch().ready == "ready"
    assert query(data, "SELECT word FROM kept", owner=True) == [("戻る",)]


def test_a_note_left_with_the_number_of_another_process_is_no_obstacle(
    launch: Callable[[], Launcher], data: Path
) -> None:
    launch().interrupt()
    note = data / "postgres" / "postmaster.pid"
    note.write_text(
        f"{os.getpid()}\n{data / 'postgres'}\n1\n5432\n\n127.0.0.1\n\nready   \n", encoding="utf-8"
    )
    assert launch().ready == "ready"
    assert alive(os.getpid())


def test_a_half_made_cluster_is_made_again(launch: Callable[[], Launcher], data: Path) -> None:
    unfinished = data / "postgres.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n", encoding="utf-8")
    assert launch().ready == "ready"
    assert not unfinished.exists()


def test_a_server_that_dies_is_started_again(launch: Callable[[], Launcher], data: Path) -> None:
    launched = launch()
    postgres = int((data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    os.kill(postgres, signal.SIGKILL)
    assert gone({postgres})
    deadline = time.monotonic() + 20
    while True:
        try:
            assert query(data, "SELECT 1") == [(1,)]
            break
        except psycopg2.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    launched.interrupt()


def test_a_port_taken_meanwhile_is_replaced(launch: Callable[[], Launcher], data: Path) -> None:
    launch().interrupt()
    taken = DataFolder(data).ports()["postgres"]
    with socket.create_server(("127.0.0.1", taken)):
        assert launch().ready == "ready"
        assert DataFolder(data).ports()["postgres"] != taken
        assert query(data, "SELECT 1") == [(1,)]
