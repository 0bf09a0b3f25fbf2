"""The files of the project as the guards read them, and the syntax trees of its own Python."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OWN = ("chiba_ward", "community", "consultations", "launcher", "requests", "tools")
NOT_OURS = (
    ".git",
    ".venv",
    ".portal",
    ".portal-test",
    ".portal-system",
    "node_modules",
    "__pycache__",
    "htmlcov",
    "test-results",
)


@lru_cache
def tracked_files() -> tuple[Path, ...]:
    """What belongs to the project: known to git, or new and not ignored; without git, all that is not scratch."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return tuple(path for name in sorted(set(names)) if (path := ROOT / name).is_file())
    return tuple(path for path in sorted(ROOT.rglob("*")) if path.is_file() and not _is_scratch(path))


def _is_scratch(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part in NOT_OURS or part.endswith("_cache") or part == ".hypothesis" for part in parts)


def text_of(path: Path) -> str:
    """The file's text; empty for a picture or another binary."""
    data = path.read_bytes()
    return "" if b"\0" in data[:8000] else data.decode("utf-8", errors="replace")


def own_python() -> Iterator[Path]:
    for path in tracked_files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in OWN:
            yield path


def templates() -> Iterator[Path]:
    for path in tracked_files():
        if path.suffix in (".html", ".txt") and "templates" in path.relative_to(ROOT).parts:
            yield path


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))
