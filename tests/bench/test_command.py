"""What `python3 manage.py bench` is told, and what it refuses."""

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from launcher import bench
from launcher.talk import Refusal

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
