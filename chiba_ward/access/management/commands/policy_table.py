"""docs/policy.md, drawn from the policy file so that the two cannot disagree (ASSURANCE §5)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chiba_ward.access.policy.checks import problems
from chiba_ward.access.policy.loading import current
from chiba_ward.access.policy.table import page

PAGE = Path(settings.BASE_DIR) / "docs" / "policy.md"


class Command(BaseCommand):
    help = (
        "権限の表 (docs/policy.md) を policy.yaml から書き出す (--write)、同じかを確かめる (--check)、"
        "または、足りない表・入口・関係を並べる (--missing)。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--write", action="store_true")
        chosen.add_argument("--check", action="store_true")
        chosen.add_argument("--missing", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["missing"]:
            self.missing()
        elif options["write"]:
            PAGE.write_text(page(current()), encoding="utf-8")
            self.stdout.write("権限の表を書きました。")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page(current()):
            raise CommandError(
                "docs/policy.md が policy.yaml と違います。manage.py policy_table --write で書き直してください。"
            )

    def missing(self) -> None:
        found = problems()
        self.stdout.write("\n".join(found) or "policy.yaml に足りないものはありません。")
        if found:
            raise CommandError(f"{len(found)} 件あります。docs/adding-a-model.md")
