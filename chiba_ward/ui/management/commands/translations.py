"""``manage.py translations compile`` and ``manage.py translations check``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chiba_ward.ui import translations


class Command(BaseCommand):
    """Compiles the catalogues, or says which texts have no translation yet."""

    help = "翻訳ファイルを使える形にする（compile）、訳のない文を数える（check）。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        parser.add_argument("action", choices=["compile", "check"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for every catalogue of LOCALE_PATHS."""
        paths = [path for root in settings.LOCALE_PATHS for path in translations.catalogues(Path(root))]
        if options["action"] == "compile":
            self._compile(paths, options["verbosity"])
        else:
            self._check(paths)

    def _compile(self, paths: list[Path], verbosity: int) -> None:
        """Only what has changed: this runs before every start and every run of the tests."""
        for path in filter(translations.is_stale, paths):
            count = translations.compile_catalogue(path)
            if verbosity:
                self.stdout.write(f"{path.parent.parent.name}: {count}")

    def _check(self, paths: list[Path]) -> None:
        lacking = [(path, entry) for path in paths for entry in translations.missing(path)]
        for path, entry in lacking:
            self.stdout.write(f"{path.parent.parent.name}:{entry.line}: {entry.texts['msgid']}")
        if lacking:
            raise CommandError(f"訳のない文が{len(lacking)}あります。")
