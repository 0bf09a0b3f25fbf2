import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chiba_ward.correspondence import bounces, trouble


class Command(BaseCommand):
    help = (
        "届かなかったメールを「届かなかった」にし、電話か郵便に切り替えます。"
        "Message-ID を並べるか、--report で不達の通知メール(- は標準入力)を渡します。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("message_ids", nargs="*", metavar="MESSAGE-ID")
        parser.add_argument("--report", help="不達の通知メール(.eml)。- で標準入力から読みます")

    def handle(self, *args: Any, **options: Any) -> None:
        names = [*options["message_ids"], *self.reported(options["report"])]
        if not names:
            raise CommandError("Message-ID がありません。不達の通知でないか、遅れの知らせです。")
        marked = sum(trouble.mark_bounced(name if name.startswith("<") else f"<{name}>") for name in names)
        self.stdout.write(f"{marked} 件を「届かなかった」にしました({len(names) - marked} 件は該当なし)。")

    def reported(self, name: str | None) -> list[str]:
        if name is None:
            return []
        try:
            content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(f"{name} を読めません。ファイルの場所を確かめてください。") from error
        return bounces.failed_message_ids(content)
