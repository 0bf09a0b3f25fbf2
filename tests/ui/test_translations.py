import gettext
import os
from pathlib import Path

from django.conf import LazySettings
from django.core.management import call_command

from chiba_ward.ui.translations import compile_catalogue, missing, parse

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "受付"
msgstr "Received"

#, fuzzy
msgid "差し戻し"
msgstr "Maybe"

msgid "完了"
msgstr ""

msgctxt "button"
msgid "長い"
"文"
msgstr "A long "
"text"

msgid "%d件"
msgid_plural "%d件"
msgstr[0] "%d case"
msgstr[1] "%d cases"

#~ msgid "古い"
#~ msgstr "old"
"""


def test_a_compiled_catalogue_reads_as_gettext_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(CATALOGUE, encoding="utf-8")
    assert compile_catalogue(path) == 4
    with path.with_suffix(".mo").open("rb") as stream:
        texts = gettext.GNUTranslations(stream)
    assert texts.gettext("受付") == "Received"
    assert texts.gettext("差し戻し") == "差し戻し"
    assert texts.pgettext("button", "長い文") == "A long text"
    assert [texts.ngettext("%d件", "%d件", number) for number in (1, 2)] == ["%d case", "%d cases"]


def test_what_is_missing_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text(CATALOGUE, encoding="utf-8")
    assert [(entry.line, entry.texts["msgid"]) for entry in missing(path)] == [(7, "差し戻し"), (11, "完了")]
    assert len(parse(path)) == 6


def test_only_what_is_newer_is_compiled(tmp_path: Path, settings: LazySettings) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")

    def compiled() -> bytes:
        call_command("translations", "compile", verbosity=0)
        return path.with_suffix(".mo").read_bytes()

    assert b"Received" in compiled()
    before = path.stat().st_mtime
    path.write_text(CATALOGUE.replace("Received", "Taken in"), encoding="utf-8")
    os.utime(path, (before - 10, before - 10))
    assert b"Received" in compiled(), "not newer, left alone"
    os.utime(path, (before + 10, before + 10))
    assert b"Taken in" in compiled()
    assert list(path.parent.glob("*.new")) == []


def test_every_text_has_its_english_and_its_plain_japanese(settings: LazySettings) -> None:
    """A resident's text that is in one list is in both, and none of them waits for its words."""
    english, plain = (
        Path(root) / name / "LC_MESSAGES" / "django.po"
        for root in settings.LOCALE_PATHS
        for name in ("en", "ja_Easy")
    )
    texts = [
        {(entry.texts.get("msgctxt"), entry.texts["msgid"]) for entry in parse(path)}
        for path in (english, plain)
    ]
    assert texts[0] ^ texts[1] == set()
    assert len(texts[0]) > 500
    assert missing(english) + missing(plain) == []
