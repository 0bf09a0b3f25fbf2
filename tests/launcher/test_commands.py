"""Which way a command takes, and what an old Python is told."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.checkout import Checkout
from launcher.django_command import OWNER_COMMANDS, servers_are_given
from launcher.postgres import initdb_arguments
from launcher.system import missing_packages


def test_manage_py_is_readable_for_an_old_python_and_says_what_is_missing(checkout: Checkout) -> None:
    source = (checkout.root / "manage.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    as_old = f"import sys; sys.version_info = (3, 8, 0, 'final', 0)\n__name__ = '__main__'\n{source}"
    outcome = subprocess.run([sys.executable, "-c", as_old], capture_output=True, text=True, check=False)
    assert outcome.returncode == 2
    assert "Python 3.11 以上が必要です" in outcome.stderr


def test_the_commands_that_become_the_owner_are_those_that_are_given_its_password(checkout: Checkout) -> None:
    folder = checkout.root / "chiba_ward" / "database" / "management" / "commands"
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == OWNER_COMMANDS


def test_the_launcher_needs_the_standard_library_alone(checkout: Checkout) -> None:
    inside = {"prepare.py"}  # it runs in the locked environment
    for file in (checkout.root / "launcher").glob("*.py"):
        if file.name not in inside:
            assert imported(file) <= {*sys.stdlib_module_names, "launcher"}, file.name


def imported(file: Path) -> set[str]:
    """Top packages that a file imports when it is loaded (an import inside a function is a choice made later)."""
    names = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize(
    ("environ", "argv", "given"),
    [
        ({}, ["manage.py", "migrate"], False),
        ({"DATABASE_URL": "postgresql://db/portal"}, ["manage.py", "migrate"], True),
        ({"DJANGO_SETTINGS_MODULE": "chiba_ward.settings.production"}, ["manage.py", "check"], True),
        ({}, ["manage.py", "check", "--settings=chiba_ward.settings.production"], True),
        ({}, ["manage.py", "check", "--settings", "chiba_ward.settings.local"], False),
    ],
)
def test_an_operator_who_names_servers_gets_no_others(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], argv: list[str], given: bool
) -> None:
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert servers_are_given(argv) is given


def test_a_package_that_nobody_has_is_missing() -> None:
    assert missing_packages(["no-such-package-at-all"]) == ["no-such-package-at-all"]


def test_older_postgres_gets_no_option_it_does_not_know() -> None:
    assert "--locale-provider=builtin" in initdb_arguments(18)
    assert not any("builtin" in argument for argument in initdb_arguments(15))
    assert "--locale=C.UTF-8" in initdb_arguments(15)
