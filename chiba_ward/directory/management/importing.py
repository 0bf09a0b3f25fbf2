"""What the import commands share: --dry-run, --json, and an exit status that a script can trust."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chiba_ward.directory.tables import ImportReport, UnreadableTable


class ImportCommand(BaseCommand):
    """Prints the report; ends with status 1 where a line was rejected, and then nothing was written."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに結果だけを見る")
        parser.add_argument("--json", action="store_true", help="結果をJSONで出す")

    def run(self, options: dict[str, Any]) -> ImportReport:
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self.run(options)
        except UnreadableTable as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.tell(report)
        if report.rejected:
            raise CommandError(f"{len(report.rejected)}行に誤りがあるため、一行も取り込んでいません。")

    def tell(self, report: ImportReport) -> None:
        for title, complaints in (("誤り", report.rejected), ("確認", report.doubtful)):
            for one in complaints:
                self.stdout.write(f"{title}: {one.line}行目 {one.column}: {one.reason}")
        made = "、".join(f"{what} {number}" for what, number in report.created.items()) or "追加なし"
        state = "" if report.written else "(書き込んでいません)"
        self.stdout.write(f"{made}、変更なし {report.unchanged}{state}")
