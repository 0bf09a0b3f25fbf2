"""Compiles translations without gettext's own tools, which a fresh machine does not have."""

from __future__ import annotations

from pathlib import Path


def compile_messages(locale: Path) -> int:
    """Write a `.mo` beside every `.po` that is newer; how many were written."""
    stale = [source for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    for source in stale:
        _compile(source)
    return len(stale)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> None:
    import polib

    draft = source.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(draft))
    draft.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_messages(Path(__file__).resolve().parent.parent / "locale")
