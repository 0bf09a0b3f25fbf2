"""How much memory the cleaning process itself takes: told by the process, since its parent's peak would be counted too."""

from pathlib import Path

import pytest

from chiba_ward.casework.files import sandbox


class Peaks:
    """The peaks of the cleaners that ran, in MB."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._told = folder / "peaks"
        script = folder / "watched_cleaner.py"
        script.write_text(WATCHED.format(folder=str(Path(sandbox.CLEANER).parent), told=str(self._told)))
        monkeypatch.setattr(sandbox, "CLEANER", script)

    def taken(self) -> list[int]:
        """What was told since the last call."""
        if not self._told.exists():
            return []
        lines = self._told.read_text().split()
        self._told.unlink()
        return [int(line) // 1024 for line in lines]


WATCHED = r"""
import re, sys
sys.path.insert(0, {folder!r})
import cleaner
try:
    cleaner.main(sys.argv[1:])
finally:
    peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]
    open({told!r}, "a").write(peak + "\n")
"""
