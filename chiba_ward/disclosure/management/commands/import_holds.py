"""一覧から支援措置などを取り込む: it adds and extends, and clears nothing (OU6)."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chiba_ward.access.actor import SYSTEM
from chiba_ward.directory.models import Office
from chiba_ward.disclosure.importers import UnreadableError, take_in


class Command(BaseCommand):
    help = "支援措置などの一覧(CSV)を取り込みます。足すことと更新だけで、解除はしません。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--office", required=True, help="登録する課のコード")
        parser.add_argument("--dry-run", action="store_true", help="試すだけで、何も残さない")
        parser.add_argument("--json", action="store_true", help="結果をJSONで出す")

    def handle(self, *_: Any, file: Path, office: str, dry_run: bool, json: bool, **__: Any) -> None:
        found = Office.objects.filter(code=office).first()
        if found is None:
            raise CommandError("課のコードが見つかりません。")
        try:
            report = take_in(file.read_bytes(), by=SYSTEM, is_trial=dry_run, office=found)
        except OSError as error:
            raise CommandError("ファイルを開けません。") from error
        except UnreadableError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_as_json(report.as_json()) if json else _as_text(report))


def _as_json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)


def _as_text(report: Any) -> str:
    head = "試しました（何も残していません）" if report.is_trial else "取り込みました"
    counts = "、".join(f"{name} {number}" for name, number in report.counts.items())
    wrong = [f"{line.number}行目 {line.column}：{line.reason}" for line in report.lines if line.reason]
    return "\n".join([f"{head}：{counts}", *wrong])
