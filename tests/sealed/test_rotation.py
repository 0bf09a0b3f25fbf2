"""The key is changed while the portal runs, by a command that may be killed at any moment."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import ProgrammingError, connections, transaction

from chiba_ward.access.models import User
from chiba_ward.access.secrets_at_rest import seal, unseal
from chiba_ward.compartments import services as compartments
from chiba_ward.sealed import stores
from chiba_ward.sealed.fields import sealed_fields
from consultations.models import Consultation, Party
from tests.sealed.support import overwrite, raw, run

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = f"suite:{'22' * 32}", f"next:{'0b' * 32}"
Portal = Callable[..., subprocess.Popen[str]]

pytestmark = pytest.mark.slow


@pytest.fixture
def city(fresh_city: Any) -> Iterator[str]:
    """A demo city with real commits, one second factor in it."""
    with fresh_city() as name:
        owner = User.objects.order_by("pk")[0]
        Authenticator.objects.create(user=owner, type="totp", data={"secret": seal("GEZDGNBV", owner.pk)})
        Authenticator.objects.create(
            user=owner, type="recovery_codes", data={"seed": seal("seed", owner.pk), "used_mask": 0}
        )
        yield name


@pytest.fixture
def manage(city: str, tmp_path: Path) -> Iterator[Portal]:
    """A command of its own process on that city, with its own ring of keys; none outlives a test that fails."""
    processes: list[subprocess.Popen[str]] = []

    def started(*arguments: str, keys: str) -> subprocess.Popen[str]:
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{city}").geturl()
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "chiba_ward.settings.local",
            "DATABASE_URL": url,
            "PORTAL_DATA_DIR": str(tmp_path),
            "PORTAL_SEAL_KEYS": keys,
            "PORTAL_SEARCH_KEYS": f"suite:{'33' * 32}",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "django", *arguments],
            cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        with process:  # waits, and closes its pipes
            pass


def everything() -> dict[str, Any]:
    """Every sealed value of the city, opened."""
    found = {}
    for model in apps.get_models():
        for field in sealed_fields(model):
            for row in model._default_manager.order_by("pk").only("pk", field.name, *_bound(model)):
                found[f"{model._meta.label}.{field.name}.{row.pk}"] = getattr(row, field.name)
    for factor in Authenticator.objects.order_by("pk"):
        found[f"factor {factor.type}"] = unseal(
            factor.data.get("secret") or factor.data["seed"], factor.user_id
        )
    return found


def _bound(model: Any) -> list[str]:
    return ["pgh_obj"] if hasattr(model, "pgh_tracked_model") else []


def in_use() -> dict[str, int]:
    counts: dict[str, int] = {}
    for store in stores.all_stores():
        for use in store.uses():
            counts[use.key_id] = counts.get(use.key_id, 0) + use.count
    return counts


def finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err[-2000:]
    result: dict[str, Any] = json.loads(out)
    return result


def test_killed_in_the_middle_it_goes_on_and_everything_stays_readable(manage: Portal, settings: Any) -> None:
    before, total = everything(), in_use()["suite"]
    events = run("SELECT count(*) FROM consultations_consultationevent")
    process = manage("rotate_seals", "--batch", "2", "--json", keys=f"{NEW},{OLD}")
    assert process.stderr
    for _ in range(20):
        assert process.stderr.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    settings.PORTAL_SEAL_KEYS = f"{NEW},{OLD}"
    half = in_use()
    assert half["suite"] > 0
    assert half["next"] > 0
    assert half["suite"] + half["next"] == total
    assert everything() == before

    result = finished(manage("rotate_seals", "--json", keys=f"{NEW},{OLD}"))
    assert result["keys"] == {"next": total}
    assert result["refused"] == []
    settings.PORTAL_SEAL_KEYS = NEW  # the old key may go
    assert everything() == before
    assert run("SELECT count(*) FROM consultations_consultationevent") == events, "no word has changed"
    assert finished(manage("rotate_seals", "--json", keys=f"{NEW},{OLD}"))["tables"][
        "consultations_party"
    ] == {
        "stale": 0,
        "resealed": 0,
    }


def test_it_runs_beside_people_who_write(manage: Portal, settings: Any) -> None:
    """A process that still seals with the old key leaves work behind; the next run finds it. No word is lost."""
    settings.PORTAL_SEAL_KEYS = f"{OLD},{NEW}"
    case = Consultation.objects.order_by("pk")[0]
    stop, written = threading.Event(), [0]

    def write() -> None:
        try:
            while not stop.is_set():
                with transaction.atomic():
                    held = Consultation.objects.select_for_update(of=("self",)).get(pk=case.pk)
                    held.body = f"{written[0] + 1}回目の文"
                    held.save()
                    Party.objects.create(consultation=held, kind="subject", name=f"{written[0] + 1}人目")
                written[0] += 1
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        result = finished(manage("rotate_seals", "--batch", "3", "--json", keys=f"{NEW},{OLD}"))
        rotated_at = written[0]
        while written[0] == rotated_at:
            time.sleep(0.01)
    finally:
        stop.set()
        writer.join()
    assert result["refused"] == []
    assert in_use()["suite"] > 0
    assert Consultation.objects.get(pk=case.pk).body == f"{written[0]}回目の文"
    assert finished(manage("rotate_seals", "--json", keys=f"{NEW},{OLD}"))["keys"].keys() == {"next"}
    names = {party.name for party in Party.objects.filter(consultation=case)}
    assert names >= {f"{number}人目" for number in range(1, written[0] + 1)}


def test_a_row_that_somebody_holds_is_waited_for(manage: Portal) -> None:
    case = Consultation.objects.order_by("pk")[0]
    with transaction.atomic():
        Consultation.objects.select_for_update(of=("self",)).get(pk=case.pk)
        process = manage("rotate_seals", "--json", keys=f"{NEW},{OLD}")
        deadline = time.monotonic() + 60
        while not somebody_waits():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert process.poll() is None
    assert finished(process)["keys"].keys() == {"next"}


def somebody_waits() -> bool:
    """Asked of the locks: what another role waits for is not shown to the application."""
    run("SELECT pg_stat_clear_snapshot()")
    waiting = "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
    return bool(run(waiting))


# --- in one process


def rotated(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("rotate_seals", "--json", *arguments, stdout=out, stderr=io.StringIO())
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


@pytest.mark.usefixtures("city")
class TestInOneProcess:
    """As the owner, who works apart from any transaction: in a city of its own, with real commits."""

    def test_counting_changes_nothing(self, settings: Any) -> None:
        before = in_use()
        settings.PORTAL_SEAL_KEYS = f"{NEW},{OLD}"
        result = rotated("--dry-run")
        with compartments.everywhere("those of sealed matters are counted as well"):
            everybody = Party.objects.count()
        assert result["tables"]["consultations_party"] == {"stale": everybody, "resealed": 0}
        assert in_use() == before == result["keys"]

    def test_only_rows_of_a_named_key_and_only_of_an_old_one(self, settings: Any) -> None:
        settings.PORTAL_SEAL_KEYS = f"{NEW},{OLD}"
        rotated("--batch", "7")
        settings.PORTAL_SEAL_KEYS = f"third:{'0c' * 32},{NEW},{OLD}"
        assert sum(table["resealed"] for table in rotated("--from", "suite")["tables"].values()) == 0
        for wrong in ("gone", "third"):
            with pytest.raises(CommandError, match="古い鍵の名前"):
                rotated("--from", wrong)
        assert rotated("--from", "next")["keys"].keys() == {"third"}

    def test_what_does_not_open_is_named_and_left(self, settings: Any) -> None:
        party = Party.objects.filter(name__filled=True).order_by("pk")[0]
        spoiled = raw("consultations_party", "name", "id", party.pk)[:-1] + b"\0\0"
        overwrite("consultations_party", "name", "id", party.pk, spoiled)
        settings.PORTAL_SEAL_KEYS = f"{NEW},{OLD}"
        out, err = io.StringIO(), io.StringIO()
        with pytest.raises(CommandError, match="1件は開けなかった"):
            call_command("rotate_seals", "--json", stdout=out, stderr=err)
        result = json.loads(out.getvalue())
        assert [place.split(":")[:3] for place in result["refused"]] == [
            ["consultations_party", "name", str(party.pk)]
        ]
        assert party.name not in out.getvalue() + err.getvalue()
        assert raw("consultations_party", "name", "id", party.pk) == spoiled
        assert result["keys"]["suite"] >= 1

    def test_the_answer_in_words_names_the_keys(self, settings: Any) -> None:
        settings.PORTAL_SEAL_KEYS = f"{NEW},{OLD}"
        out = io.StringIO()
        call_command("rotate_seals", stdout=out, stderr=io.StringIO())
        assert "いまの鍵: next" in out.getvalue()
        assert "consultations_party: 封じ直した行" in out.getvalue()
        assert re.search(r"鍵ごとの値の数: next \d+$", out.getvalue().strip())

    def test_history_is_resealed_by_its_owner_alone(self, settings: Any) -> None:
        """The application may not: it only adds to history, and a process without the owner is told so at once."""
        settings.PORTAL_SEAL_KEYS, owner = f"{NEW},{OLD}", settings.PORTAL_OWNER
        settings.PORTAL_OWNER = {}
        before = in_use()
        with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"):
            rotated()
        assert in_use() == before
        events = next(
            store for store in stores.all_stores() if store.label == "consultations_consultationevent"
        )
        assert events.stale("") > 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            list(events.reseal("", 10))
        settings.PORTAL_OWNER = owner
        rotated()
        assert events.stale("") == 0
        assert connections["default"].settings_dict["USER"] != owner["USER"], "the application again"


@pytest.mark.usefixtures("demo_city")
class TestTheCheck:
    @pytest.mark.parametrize(
        ("keys", "problem"),
        [(NEW, "sealed.E001"), (f"suite:{'0c' * 32}", "sealed.E002")],
        ids=["dropped while rows need it", "another key under its name"],
    )
    def test_a_key_that_is_needed_cannot_be_left_out(self, settings: Any, keys: str, problem: str) -> None:
        settings.PORTAL_SEAL_KEYS = keys
        commands = {("migrate", "--noinput"): {"skip_checks": False}, ("check", "--database", "default"): {}}
        for command, checked in commands.items():
            with pytest.raises(SystemCheckError) as refused:
                call_command(*command, stdout=io.StringIO(), **checked)
            assert problem in str(refused.value)
            assert "rotate_seals" in str(refused.value)
            assert "consultations_party.name" in str(refused.value)

    def test_an_unsealed_value_is_found_by_the_check(self) -> None:
        call_command("check", "--database", "default", stdout=io.StringIO())
        party = Party.objects.filter(name__filled=True).order_by("pk")[0]
        overwrite("consultations_party", "name", "id", party.pk, "見本 花子".encode())
        with pytest.raises(SystemCheckError, match=r"sealed\.E003") as refused:
            call_command("check", "--database", "default", stdout=io.StringIO())
        assert "見本 花子" not in str(refused.value)
