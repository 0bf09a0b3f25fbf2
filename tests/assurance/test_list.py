"""docs/assurance.csv: which requirement is proved by which test. What is called done names tests that exist."""

import ast
import csv
from functools import cache

import pytest

from tests.guards.sources import ROOT

LIST = ROOT / "docs" / "assurance.csv"
# The doors, the anonymous, sessions and input; further groups are added with the work on them.
WANTED = {
    *(f"AT{number}" for number in range(1, 6)),
    *(f"AN{number}" for number in range(1, 5)),
    *(f"SE{number}" for number in (1, 2, 3, 6)),
    *(f"IN{number}" for number in range(1, 6)),
}


def rows() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the test functions of a file, in classes too."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def test_every_requirement_of_the_doors_is_there_and_done() -> None:
    listed = {row["id"]: row["status"] for row in rows()}
    assert set(listed) >= WANTED
    assert [id_ for id_ in sorted(WANTED) if not listed[id_].startswith("done")] == []
    assert len(listed) == len(rows()), "an id stands once"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_what_is_done_names_tests_that_exist(row: dict[str, str]) -> None:
    assert row["what"]
    assert row["status"].split(":")[0] in ("done", "part", "open")
    named = row["tests"].split()
    assert named or row["status"].startswith("open"), "done by no test is not done"
    missing = []
    for test in named:
        path, _, name = test.partition("::")
        if not (ROOT / path).is_file() or name not in names_in(path):
            missing.append(test)
    assert missing == []


def test_a_name_that_is_gone_would_be_noticed() -> None:
    assert "test_no_such_thing" not in names_in("tests/assurance/test_list.py")
    assert "test_what_is_done_names_tests_that_exist" in names_in("tests/assurance/test_list.py")
