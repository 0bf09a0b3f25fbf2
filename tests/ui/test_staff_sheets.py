"""Django's sheets stay in layers, so that a page of the staff looks like every other page of the portal."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

ROOT = Path(settings.BASE_DIR)
SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
IMPORT = re.compile(r'@import url\("([^"]+)"\)\s*([^;]*);')


def test_every_sheet_of_django_is_imported_into_a_layer() -> None:
    taken = {}
    for sheet in SHEETS:
        for address, rest in IMPORT.findall(sheet.read_text()):
            assert (sheet.parent / address).resolve().is_relative_to(ROOT / "static")
            taken[Path(address).name] = rest
    assert set(taken) == {"base.css", "responsive.css", "forms.css", "changelists.css"}
    assert all(re.fullmatch(r"layer\(admin\.[a-z]+\)", rest) for rest in taken.values())


@pytest.mark.parametrize("name", ["base", "responsive", "forms", "changelists"])
def test_the_imported_sheets_exist_in_this_version_of_django(name: str) -> None:
    assert finders.find(f"admin/css/{name}.css")


def test_no_template_links_a_sheet_of_django_past_the_layers() -> None:
    linked = [path.name for path in TEMPLATES if 'static "admin/css/' in path.read_text()]
    assert linked == []


def test_every_named_part_of_a_page_has_a_look() -> None:
    """A class that no sheet knows is a page that nobody looked at."""
    known = set(re.findall(r"\.(cw-[\w-]+)", "".join(sheet.read_text() for sheet in SHEETS)))
    hooks = {"cw-citizen", "cw-partner", "cw-progress-face"}  # the face, for people who write their own sheet
    unknown = {
        name
        for path in TEMPLATES
        for attribute in re.findall(r'class="([^"]*)"', path.read_text())
        for name in re.findall(r"(?<![\w}-])cw-[\w-]*\w(?![\w-]|\{)", attribute)
        if name not in known | hooks
    }
    assert unknown == set()


def test_no_rule_is_important_but_where_a_look_must_not_win() -> None:
    allowed = {"base.css", "utilities.css", "print.css", "staff.css"}
    assert {sheet.name for sheet in SHEETS if "!important" in sheet.read_text()} <= allowed
