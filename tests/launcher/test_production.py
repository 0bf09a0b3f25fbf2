"""Every command of Dockerfile and docker-compose.yml, under the production settings and on real servers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from launcher.broker import Broker
from launcher.checkout import this_checkout
from launcher.folder import DataFolder, free_port
from tests.launcher.production import (
    COMPOSE,
    DOCKERFILE,
    HOST,
    ROOT,
    Answer,
    Database,
    Process,
    ask,
    environment,
    healthcheck,
    service_command,
    wait_until,
    web_command,
)

pytestmark = pytest.mark.slow
CANARY = "kanaria-7731"
FAREWELL = re.compile(r"|worker: Warm shutdown \(MainProcess\)")  # Celery writes it past every logger


class City:
    """The running portal of a city, and where its parts are."""

    def __init__(self, folder: Path, database: Database, broker: str, smtp: str) -> None:
        self.folder = folder
        self.database = database
        self.environ = environment(folder, database.url, broker, smtp)
        self.port = free_port()
        self.processes: dict[str, Process] = {}

    def run(self, command: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
        """A command that ends, as in a container."""
        return subprocess.run(
            command,
            env=self.environ | environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=600,  # ends what hangs; a busy machine migrates for minutes
            check=False,
        )

    def done(self, command: list[str], **environ: str) -> str:
        outcome = self.run(command, **environ)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        return outcome.stdout

    def migrate(self) -> str:
        return self.done(COMPOSE["services"]["migrate"]["command"], DATABASE_OWNER_URL=self.database.owner)

    def start(self) -> None:
        commands = {"web": web_command(self.port)}
        commands |= {
            name: service_command(name, self.folder) for name in ("worker", "worker-documents", "beat")
        }
        for name, command in commands.items():
            self.processes[name] = Process(name, command, self.environ, self.folder)

    def stop(self) -> dict[str, int]:
        statuses = {name: process.stop() for name, process in self.processes.items()}
        self.processes.clear()
        return statuses

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        return ask(self.port, path, method, body, **headers)


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    box = tmp_path_factory.mktemp("mail") / "box"
    server = Controller(Mailbox(str(box)), hostname="127.0.0.1", port=free_port())
    server.start()
    yield f"smtp://127.0.0.1:{server.port}", box
    server.stop()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = DataFolder(tmp_path_factory.mktemp("broker"))
    folder.create()
    folder.secrets()
    port = folder.choose_ports()["broker"]
    server = Broker(this_checkout(), folder, folder.secrets()["broker_password"])
    child = server.child(port)
    server.start(child, port)
    yield folder.environ()["REDIS_URL"]
    child.stop()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, broker: str, mailbox: tuple[str, Path]) -> Iterator[City]:
    """Built, migrated and started exactly as the container files say."""
    folder = tmp_path_factory.mktemp("portal")
    (folder / "media").mkdir()
    (folder / "beat").mkdir()
    database = Database()
    made = City(folder, database, broker, mailbox[0])
    try:
        made.done(["sh", "-c", build_step("collectstatic")])
        made.migrate()
        made.start()
        wait_until(made.processes["web"].says("Booting worker"))
        wait_until(lambda: made.run(probe(made, "/livez")).returncode == 0)
        yield made
    finally:
        made.stop()
        database.drop()


def build_step(word: str) -> str:
    """The part of the image's RUN that holds the word, without the parts that make users and folders."""
    run = next(line for line in re.findall(r"^RUN (.*)$", DOCKERFILE, re.MULTILINE) if word in line)
    return " && ".join(
        part.strip() for part in run.split("&&") if part.strip().startswith(("python ", "DATABASE_URL"))
    )


def probe(city: City, path: str) -> list[str]:
    return [sys.executable, "-m", "launcher.probe", path, str(city.port)]


def test_migrating_again_changes_nothing(city: City) -> None:
    count = "SELECT (SELECT count(*) FROM directory_office), (SELECT count(*) FROM directory_postalcode)"
    before = city.database.rows(count)
    city.migrate()
    assert city.database.rows(count) == before
    assert before[0][0] > 6


def test_the_checklist_passes_with_the_values_of_compose(city: City) -> None:
    said = city.done([sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert "no issues" in said


def test_only_the_migration_knows_the_owner_of_the_tables() -> None:
    for name, service in COMPOSE["services"].items():
        knows = "DATABASE_OWNER_URL" in service.get("environment", {})
        assert knows is (name == "migrate"), name


def test_the_portal_works_as_a_role_that_owns_nothing(city: City) -> None:
    rights = city.database.rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid) FROM pg_roles WHERE rolname = current_user"
    )
    assert rights == [(False, False, False, False, 0)]
    names = city.database.rows(
        "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND usename IS NOT NULL"
    )
    assert names == [("portal_app",)]  # pages, workers and this question


@pytest.mark.parametrize(
    "command",
    [
        [sys.executable, "manage.py", "check", "--deploy"],
        [sys.executable, "manage.py", "check", "--database", "default"],
        [sys.executable, "manage.py", "drain_outbox"],
        [sys.executable, "manage.py", "migrate", "--noinput"],
    ],
)
def test_a_role_with_too_many_rights_is_refused(city: City, command: list[str]) -> None:
    """Somebody put the owner where the portal's own role belongs."""
    outcome = city.run(command, DATABASE_URL=city.database.owner, DATABASE_OWNER_URL=city.database.owner)
    assert outcome.returncode != 0
    assert "権限がありすぎます: 表の所有者です、表を作れます (CREATE)" in outcome.stderr


def test_whoever_serves_people_is_not_told_the_owner(city: City, tmp_path: Path) -> None:
    (tmp_path / "beat").mkdir()
    for command in (
        [sys.executable, "-c", "import chiba_ward.wsgi"],
        service_command("worker", city.folder),
        service_command("beat", tmp_path),
    ):
        outcome = city.run(command, DATABASE_OWNER_URL=city.database.owner)
        assert outcome.returncode != 0
        assert "DATABASE_OWNER_URL を渡さないでください" in outcome.stdout + outcome.stderr


def test_the_tables_cannot_be_changed_without_the_owner(city: City) -> None:
    outcome = city.run([sys.executable, "manage.py", "migrate", "--noinput"])
    assert outcome.returncode != 0
    assert "環境変数 DATABASE_OWNER_URL を設定して" in outcome.stderr


def test_the_probes_of_the_containers(city: City) -> None:
    for path in ("/livez", "/readyz"):
        assert city.run(probe(city, path)).returncode == 0
    # As the reverse proxy and nobody else: another host and plain HTTP are turned away.
    assert city.ask("/readyz", Host="elsewhere.example").status == 400
    assert city.run(probe(city, "/readyz"), PORTAL_ALLOWED_HOSTS="elsewhere.example").returncode == 1
    assert healthcheck("web")[-1] == "/readyz"


def test_plain_http_is_sent_to_https(city: City) -> None:
    answer = city.ask("/", X_Forwarded_Proto="")
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/"


def test_pages_come_with_the_headers_of_production(city: City) -> None:
    answer = city.ask("/")
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    door = city.ask("/account/login/")
    assert door.status == 200
    (cookie,) = [cookie for cookie in door.cookies() if cookie.startswith("__Host-csrf=")]
    assert "Secure" in cookie


def test_static_files_are_hashed_and_gzipped(city: City) -> None:
    (sheet, *_) = re.findall(r'href="(/static/[^"]+\.css)"', city.ask("/").text)
    assert re.search(r"\.[0-9a-f]{12}\.css$", sheet)
    answer = city.ask(sheet, Accept_Encoding="br, gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert not list((city.folder / "static").rglob("*.br"))


@pytest.mark.parametrize("path", ["/account/demo/", "/styleguide/"])
def test_nothing_of_the_demo_is_reachable(city: City, path: str) -> None:
    assert city.ask(path).status == 404
    assert city.database.rows("SELECT count(*) FROM access_user") == [(0,)]


@pytest.mark.parametrize("name", ["worker", "worker-documents"])
def test_a_worker_answers_its_health_check(city: City, name: str) -> None:
    wait_until(city.processes[name].says(" ready."))
    outcome = city.run(healthcheck(name))
    assert outcome.returncode == 0, outcome.stderr
    assert "pong" in outcome.stdout


def test_beat_sweeps_and_the_other_queue_is_served(city: City) -> None:
    wait_until(city.processes["worker"].says("chiba_ward.outbox.tasks.sweep"))
    city.done(["celery", "-A", "chiba_ward", "call", "chiba_ward.documents.tasks.reconcile"])
    wait_until(city.processes["worker-documents"].says("Task chiba_ward.documents.tasks.reconcile"))
    wait_until(city.processes["worker-documents"].says("succeeded"))


def test_a_mail_leaves_by_smtp(city: City, mailbox: tuple[str, Path]) -> None:
    page = city.ask("/account/password/reset/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    cookie = "; ".join(cookie.split(";")[0] for cookie in page.cookies())
    form = urlencode({"email": f"{CANARY}@city.example", "csrfmiddlewaretoken": token[1]})
    answer = city.ask(
        f"/account/password/reset/?from={CANARY}",
        "POST",
        form,
        Cookie=cookie,
        Content_Type="application/x-www-form-urlencoded",
        Referer=f"https://{HOST}/account/password/reset/",
        User_Agent=f"{CANARY} browser",
    )
    assert answer.status == 302, answer.text[:2000]
    wait_until(lambda: any((mailbox[1] / "new").iterdir()))
    (mail,) = [file.read_text() for file in (mailbox[1] / "new").iterdir()]
    assert f"To: {CANARY}@city.example" in mail
    assert f"From: portal@{HOST}" in mail


def test_the_first_administrator_of_the_handbook(city: City) -> None:
    """The command of the handbook makes an account with a posting, which sets its password through its mailbox."""
    page = (ROOT / "docs" / "handbook" / "はじめての管理者.md").read_text(encoding="utf-8")
    command = re.search(r"```sh\n(python manage\.py .*?)\n```", page, re.DOTALL)
    assert command
    city.done(["sh", "-c", command[1].replace("kanri@example.lg.jp", "kanri@city.example")])
    posted = city.database.rows(
        "SELECT u.email, p.role FROM directory_posting d JOIN access_user u ON u.id = d.person_id"
        " JOIN directory_post p ON p.id = d.post_id"
    )
    assert posted == [("kanri@city.example", "SA")]


def test_every_line_of_every_process_is_json_and_names_nobody(city: City) -> None:
    """Last: after all that the tests above did, and after a stop."""
    city.ask(f"/status/?q={CANARY}")
    logs = dict(city.processes)
    assert set(city.stop().values()) == {0}
    for name, process in logs.items():
        lines = [line for line in process.text().splitlines() if not FAREWELL.fullmatch(line)]
        assert lines, name
        events = [json.loads(line) for line in lines]
        assert all({"event", "level", "timestamp", "logger"} <= set(event) for event in events), name
        for secret in (
            CANARY,
            "203.0.113.9",
            city.environ["PORTAL_SECRET_KEY"],
            city.environ["PORTAL_PEPPER"],
        ):
            assert secret not in process.text(), name
