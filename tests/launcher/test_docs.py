"""What the documents say is there, is there."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.urls import resolve

from chiba_ward.casework.management.commands import state_diagrams
from launcher.checkout import this_checkout

ROOT = this_checkout().root
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PEOPLE = yaml.safe_load((ROOT / "consultations" / "demo" / "people.yaml").read_text(encoding="utf-8"))
OFFICERS = yaml.safe_load((ROOT / "community" / "demo" / "community.yaml").read_text(encoding="utf-8"))[
    "officers"
]


def test_diagrams_are_those_of_the_transition_tables() -> None:
    call_command("state_diagrams", "--check")


def test_a_diagram_that_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_diagrams, "FOLDER", tmp_path)
    call_command("state_diagrams", "--write", stdout=io.StringIO())
    call_command("state_diagrams", "--check")
    drawn = tmp_path / "consultations.referral.md"
    drawn.write_text(drawn.read_text(encoding="utf-8").replace("recall", "forget"), encoding="utf-8")
    (tmp_path / "nobody.nothing.md").write_text("", encoding="utf-8")
    with pytest.raises(CommandError, match=r"consultations\.referral\.md、nobody\.nothing\.md"):
        call_command("state_diagrams", "--check")
    call_command("state_diagrams", "--write", stdout=io.StringIO())
    call_command("state_diagrams", "--check")


@pytest.mark.parametrize("text", PAGES, ids=lambda text: text.name)
def test_links_lead_somewhere(text: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (text.parent / unquote(link)).exists()]
    assert not missing


def test_the_readme_names_fifteen_initiatives_and_screens_that_exist() -> None:
    rows = re.findall(r"^\| ([1-5]-[1-4]) .*\|$", README, re.MULTILINE)
    assert len(set(rows)) == 15
    table = README.split("## Where things are")[1].split("What every module")[0]
    screens = set(re.findall(r"`(/[a-z/]*)`", table))
    assert {"/", "/partner/", "/progress/"} <= screens
    for screen in screens:
        assert resolve(screen)


def test_folders_in_backquotes_of_the_readme_exist() -> None:
    named = set(re.findall(r"`((?:chiba_ward|consultations|docs|requests|tests|\.ci)/[\w./-]*)`", README))
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_tour_names_people_of_the_demo_city() -> None:
    tour = README.split("## A quick tour")[1].split("## Where")[0]
    named = set(re.findall(r"見本 [ぁ-ん]+", tour))
    assert len(named) >= 8
    assert named <= {person["name"] for person in (*PEOPLE, *OFFICERS)}
