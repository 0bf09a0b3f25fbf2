"""Print where to go and as whom, for whoever tries the portal out."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chiba_ward.access.demo import people_by_face


class Command(BaseCommand):
    help = "デモ用の入口とデモの人の一覧を表示します。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("デモ用の設定ではないため、デモの人は使えません。")
        self.stdout.write(f"デモの入口（ボタン一つで入れます）: {settings.PORTAL_BASE_URL}/account/demo/\n")
        for title, persons in people_by_face():
            if persons:
                self.stdout.write(f"\n{title}")
            for person in persons:
                self.stdout.write(f"  {person.user.name}　{person.duty}　{person.user.email}")
