"""Catalogues of texts: reading ``.po``, telling what is missing, and writing ``.mo`` without gettext's tools.

The source language is Japanese. ``locale/ja_Easy`` and ``locale/en`` hold the others; the compiled
files are made at set-up and are not kept in the repository."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DOMAIN = "django"


@dataclass
class Entry:
    """One text of a catalogue with its translations (several for plural forms)."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    is_fuzzy: bool = False
    is_template: bool = False

    @property
    def translations(self) -> list[str]:
        """Every form of the translation, in order."""
        return [text for key, text in sorted(self.texts.items()) if key.startswith("msgstr")]

    @property
    def is_missing(self) -> bool:
        """Whether a reader of the language would see Japanese or a guess."""
        return self.is_fuzzy or not all(self.translations)

    @property
    def key(self) -> str:
        """The text as gettext looks it up: context and plural are joined by control characters."""
        source = self.texts["msgid"]
        if "msgid_plural" in self.texts:
            source += "\0" + self.texts["msgid_plural"]
        return self.texts["msgctxt"] + "\x04" + source if "msgctxt" in self.texts else source


def parse(path: Path) -> list[Entry]:
    """Read a ``.po`` file; the header is the entry with the empty text. Obsolete entries are left out."""
    entries: list[Entry] = []
    for block in _blocks(path):
        entry, name = Entry(block[0][0]), ""
        for _number, line in block:
            if line.startswith("#,"):
                entry.is_fuzzy = "fuzzy" in line
            elif line.startswith("#:"):
                entry.is_template |= ".html" in line
            elif not line.startswith("#"):
                name, text = _statement(line, name)
                entry.texts[name] = entry.texts.get(name, "") + text
        if "msgid" in entry.texts:
            entries.append(entry)
    return entries


def _blocks(path: Path) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield block
            block = []


def _statement(line: str, name: str) -> tuple[str, str]:
    if line.startswith('"'):
        return name, ast.literal_eval(line)
    name, quoted = line.split(" ", 1)
    return name, ast.literal_eval(quoted)


def missing(path: Path) -> list[Entry]:
    """Return the entries without a reliable translation."""
    return [entry for entry in parse(path) if entry.texts["msgid"] and entry.is_missing]


def is_stale(path: Path) -> bool:
    """Whether the ``.mo`` is missing, or older than its ``.po``."""
    target = path.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < path.stat().st_mtime


def compile_catalogue(path: Path) -> int:
    """Write the ``.mo`` beside a ``.po`` and return the number of texts in it.

    Fuzzy and empty entries stay out, so that their readers see the Japanese text. The file is replaced in one
    move: a portal that is running reads the old one or the new one."""
    entries = [
        entry for entry in parse(path) if all(entry.translations) and not (entry.is_fuzzy and entry.key)
    ]
    pairs = sorted((entry.key.encode(), "\0".join(entry.translations).encode()) for entry in entries)
    draft = path.with_suffix(".mo.new")
    draft.write_bytes(_binary(pairs))
    draft.replace(path.with_suffix(".mo"))
    return len(pairs)


def _binary(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """The GNU MO format: magic, tables of lengths and offsets, then the texts ending in zero."""
    count = len(pairs)
    start = 28 + 16 * count
    keys, values, blob = b"", b"", b""
    for index in (0, 1):
        table = b""
        for pair in pairs:
            table += struct.pack("<II", len(pair[index]), start + len(blob))
            blob += pair[index] + b"\0"
        keys, values = (table, values) if index == 0 else (keys, table)
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start)
    return header + keys + values + blob


def catalogues(root: Path) -> list[Path]:
    """Return every catalogue below a locale folder, in order."""
    return sorted(root.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
