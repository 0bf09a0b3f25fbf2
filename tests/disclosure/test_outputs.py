"""A new place that can carry an address or a telephone is noticed before it carries one out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.disclosure.outputs import REVIEWED

NAMED = re.compile(
    r"\.(?:address|phone|postal_code|letter_address)\b|[\"'](?:address|phone|postal_code)[\"']"
    r"|\b(?:referral|found)\.items\.(?:all|select_related)\b"  # what was chosen for a つなぎ
)
ROOTS = ("chiba_ward", "community", "consultations", "requests", "templates")
# Tables of the city's own offices and towns, what is stored, and the words of the demo city.
SPARED = re.compile(r"/(?:migrations|demo|initial|management)/|^chiba_ward/(?:directory|ui|settings)/")


def places() -> Iterator[tuple[str, int]]:
    base: Path = settings.BASE_DIR
    for root in ROOTS:
        for path in sorted((base / root).rglob("*")):
            name = path.relative_to(base).as_posix()
            is_ours = path.suffix in (".py", ".html", ".txt") and not SPARED.search(name)
            if is_ours and (number := len(NAMED.findall(path.read_text(encoding="utf-8")))):
                yield name, number


def test_every_place_is_reviewed() -> None:
    found, known = dict(places()), {name: number for name, (number, _) in REVIEWED.items()}
    assert found == known, (
        "A place that names an address or a telephone is new or gone. Put `disclosure.gate` before it if it can leave, "
        "prove it in tests/disclosure/test_gate.py, and count it in tests/disclosure/outputs.py."
    )


@pytest.mark.parametrize("name", REVIEWED)
def test_each_says_what_stands_before_it(name: str) -> None:
    assert len(REVIEWED[name][1]) > 20


def test_the_list_bites() -> None:
    assert NAMED.search("party.address")
    assert NAMED.search("{{ contact.phone }}")
    assert NAMED.search('"postal_code": home')
    assert not NAMED.search("addressee.name")


def test_what_asks_the_gate_really_does() -> None:
    base: Path = settings.BASE_DIR
    asking = re.compile(r"gate\.|held\.|safe_contact\.|is_held|hides_address|permission")
    for name, (_, what) in REVIEWED.items():
        if what.startswith("asks the gate"):
            assert asking.search((base / name).read_text(encoding="utf-8")), name
