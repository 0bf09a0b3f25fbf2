import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chiba_ward.casework.reconciliation import FOLDERS, StoreAway, reconcile, record

LABELS = {
    "rows": "行", "blobs": "保存されたファイル", "verified": "中身を確かめた", "missing": "ファイルのない行",
    "damaged": "中身の違うファイル", "orphans": "行のないファイル(消した)", "leftovers": "置き忘れ", "repaired": "直した数",
}  # fmt: skip


class Command(BaseCommand):
    help = "添付・書きかけの添付・文書の、行とファイルを照合します。違いがあると、終了の値は1です。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair", action="store_true",
            help="失われたファイルを画面に知らせ、文書は作り直し、戻っていたものは元に戻す",
        )  # fmt: skip
        parser.add_argument("--quick", action="store_true", help="ファイルの中身は確かめない(有無だけ)")
        parser.add_argument("--json", action="store_true", help="結果を JSON で出す")

    def handle(self, *args: Any, **options: Any) -> None:
        began = timezone.now()
        try:
            report = reconcile(repair=options["repair"], deep=() if options["quick"] else FOLDERS)
        except StoreAway as error:
            raise CommandError(
                "保存先にファイルが一つもありません。つながっているか確かめてください。何も変えていません。"
            ) from error
        record(report, started_at=began)
        if options["json"]:
            self.stdout.write(json.dumps(vars(report), ensure_ascii=False))
        else:
            self.stdout.write("、".join(f"{label} {vars(report)[name]}" for name, label in LABELS.items()))
            for one in report.findings:
                self.stdout.write(" ".join(one.values()))
        if not report.agrees:
            raise SystemExit(1)
