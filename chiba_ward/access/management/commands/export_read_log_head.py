from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chiba_ward.access.readlog import heads


class Command(BaseCommand):
    help = "閲覧記録の最後の番号とハッシュを、データベースの外のフォルダーに控えます。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            head = heads.export()
        except OSError as error:
            raise CommandError(f"控えを書けません（{heads.folder()}）: {error}") from error
        if head is None:
            self.stdout.write("閲覧記録は、まだ一行もありません。")
            return
        self.stdout.write(f"{head.seq:,} 番までの控えを {heads.folder() / head.place} に書きました。")
