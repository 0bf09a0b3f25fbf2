from typing import Any

from django.core.management.base import BaseCommand

from chiba_ward.disclosure.services import renew_marks


class Command(BaseCommand):
    help = "検索の鍵を替えたあと、登録簿の印を新しい鍵で作り直します。古い鍵を外す前に実行します。"

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(f"{renew_marks()}件を作り直しました。")
