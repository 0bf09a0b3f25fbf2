from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.importers import import_area_towns
from chiba_ward.directory.management.importing import ImportCommand
from chiba_ward.directory.tables import ImportReport


class Command(ImportCommand):
    help = "地区・圏域に含まれる町丁(CSV: 区、町丁名、名称、開始日)を取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--kind", required=True, choices=AreaKind.values, help="区分")
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> ImportReport:
        return import_area_towns(options["file"], AreaKind(options["kind"]), dry_run=options["dry_run"])
