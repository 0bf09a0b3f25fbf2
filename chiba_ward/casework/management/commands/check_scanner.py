import io
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chiba_ward.casework.files import scanner
from chiba_ward.casework.files.scanner import EICAR, Clamd, NoVerdict
from chiba_ward.casework.models import Attachment


class Command(BaseCommand):
    help = "ウイルス検査(ClamAV)が働いているか、害のない試験用の文字列(EICAR)で確かめます。"

    def handle(self, *args: Any, **options: Any) -> None:
        clamd = scanner.from_settings()
        if clamd is None:
            raise CommandError("PORTAL_CLAMD が設定されていません。添付は、ウイルス検査なしで使われます。")
        try:
            found = self._try(clamd)
        except NoVerdict as unknown:
            raise CommandError(f"検査できませんでした: {unknown.trouble}") from unknown
        if not found:
            raise CommandError(
                "試験用の文字列を見つけませんでした。定義ファイル(freshclam)を確かめてください。"
            )
        self.stdout.write("働いています。")

    def _try(self, clamd: Clamd) -> bool:
        self.stdout.write(clamd.version())
        waiting = Attachment.objects.awaiting_scan().count()
        self.stdout.write(f"結果を待っている添付 {waiting} 件")
        return clamd.scan(io.BytesIO(EICAR)).infected
