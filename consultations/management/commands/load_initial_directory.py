from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand

from chiba_ward.directory.importers import import_postal_codes
from chiba_ward.directory.models import PostalCode

# Downhill order: later rows refer to earlier ones. A package without initial rows has no such module.
PACKAGES = (
    "chiba_ward.directory",
    "chiba_ward.access",
    "chiba_ward.casework",
    "chiba_ward.correspondence",
    "consultations",
    "consultations.staffing",
    "consultations.protection",
    "consultations.support",
    "consultations.centre",
    "community",
    "community.open_data",
    "community.area_officers",
    "community.matching",
    "community.circulars",
)


class Command(BaseCommand):
    help = "最初の行(区・課・職・緊急連絡先・相談の入口など)を入れます。すでにある行は変えません。"

    def handle(self, *args: Any, **options: Any) -> None:
        for package in PACKAGES:
            name = f"{package}.initial"
            found = find_spec(name)
            if found and found.origin:  # a folder alone is no module
                self.tell(package, import_module(name).load())
        if not PostalCode.objects.exists():
            self.tell("郵便番号と町名", import_postal_codes().created)

    def tell(self, package: str, counts: dict[str, int] | int) -> None:
        by_kind = {"created": counts} if isinstance(counts, int) else counts
        new = {kind: count for kind, count in by_kind.items() if count and kind != "kept"}
        made = "、".join(f"{'行' if kind == 'created' else kind} {count}" for kind, count in new.items())
        self.stdout.write(f"{package}: {made or '追加なし'}")
