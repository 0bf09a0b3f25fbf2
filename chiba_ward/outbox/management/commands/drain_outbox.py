from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chiba_ward.outbox import services


class Command(BaseCommand):
    help = "送信箱にある、時刻の来たものを、この場で実行します(worker がなくても動きます)。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, help="最大の件数(既定 1000)")

    def handle(self, *args: Any, **options: Any) -> None:
        runs = services.run_pending_now(options["limit"])
        left = services.health()
        self.stdout.write(f"実行 {runs} 件、残り {left.pending} 件、断念 {left.dead} 件")
