"""`python3 manage.py bench`: one command from nothing to the table, and nothing stays behind. Run by `BENCH=whole`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import bench
from launcher.checkout import this_checkout

ROOT = this_checkout().root


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
