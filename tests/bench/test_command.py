"""`python3 manage.py bench`: one command from nothing to the table, and nothing stays behind."""

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from launcher import bench
from launcher.checkout import this_checkout
from launcher.talk import Refusal

ROOT = this_checkout().root
Usage = namedtuple("Usage", "total used free")


def test_both_sizes_are_measured_unless_others_are_named() -> None:
    assert bench._parse([]).rows == [100_000, 1_000_000]
    assert bench._parse(["--rows", "5000", "--only", "triage", "--only", "case"]).only == ["triage", "case"]
    assert bench._parse(["--rows", "5000"]).rows == [5000]


def test_a_small_disk_is_refused_before_anything_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 10**9))
    with pytest.raises(Refusal, match="空き容量"):
        bench._refuse_small_disk(tmp_path, [1_000_000])
    (tmp_path / "1000000").mkdir()
    (tmp_path / "1000000" / bench.LOADED).touch()
    bench._refuse_small_disk(tmp_path, [1_000_000])  # it stands already


@pytest.mark.slow
def test_one_command_from_nothing_to_the_table(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    arguments = [
        "--rows",
        "1500",
        "--rounds",
        "3",
        "--only",
        "my cases",
        "--only",
        "file.online",
        "--json",
        str(figures),
    ]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))
    }
    outcome = subprocess.run(
        [sys.executable, "manage.py", "bench", *arguments],
        cwd=ROOT,
        env={name: value for name, value in environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "| my cases | resident |" in outcome.stdout
    assert "load average" in outcome.stdout
    found = json.loads(figures.read_text(encoding="utf-8"))
    names = {act["name"]: act["sizes"]["1500"] for act in found["acts"]}
    assert set(names) == {"my cases", "file.online"}
    assert names["file.online"]["n"] == 3
    assert names["file.online"]["sql"] > 0
    assert found["floors"]["1500"]["list"]["sql"] == 1
    assert not list((ROOT / bench.BENCH_ROOT).glob("run-*"))
