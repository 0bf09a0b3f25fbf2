from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chiba_ward.directory.importers import import_towns
from chiba_ward.directory.management.importing import ImportCommand
from chiba_ward.directory.tables import ImportReport


class Command(ImportCommand):
    help = "町丁の一覧(CSV: 市区町村コード、町丁名、よみ)を取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--source", default="", help="出典(省略するとファイル名)")
        super().add_arguments(parser)

    def run(self, options: dict[str, Any]) -> ImportReport:
        return import_towns(options["file"], source=options["source"], dry_run=options["dry_run"])
