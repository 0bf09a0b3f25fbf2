import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.open_data import importers
from community.open_data.enums import DataKind
from community.open_data.importers import COUNTS, Report, UnreadableFile
from community.open_data.services import data_files


class Command(BaseCommand):
    help = "公共施設・イベント・子育て施設の一覧（CSV・xlsx）と境界（GeoJSON）を取り込みます。誤りが一行でもあれば、何も取り込みません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--kind", required=True, choices=DataKind.values, help="ファイルの種類")
        parser.add_argument("--source", default="", help="出典(省略するとファイル名)")
        parser.add_argument("--dry-run", action="store_true", help="書き込まずに結果だけを見る")
        parser.add_argument("--json", action="store_true", help="結果をJSONで出す")

    def handle(self, *args: Any, **options: Any) -> None:
        path, kind = options["file"], DataKind(options["kind"])
        try:
            content = importers.content_of(path)
            if options["dry_run"]:
                report = importers.try_out(kind, content)
            else:
                source = options["source"] or path.name
                report = data_files.import_at_once(kind, content, name=path.name, source=source)
        except UnreadableFile as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            self.tell(report)
        if report.rejected:
            raise CommandError(f"{report.rejected}行に誤りがあるため、一行も取り込んでいません。")

    def tell(self, report: Report) -> None:
        for line in report.lines():
            kind = "誤り" if line["kind"] == "rejected" else "確認"
            self.stdout.write(f"{kind}: {line['line']}行目 {line['column']}: {line['reason']}")
        for name in report.ended_names:
            self.stdout.write(f"終了: {name}")
        counts = "、".join(f"{label} {report.counts[name]}" for name, label in COUNTS.items())
        self.stdout.write(f"{counts}{'' if report.is_written else '（書き込んでいません）'}")
