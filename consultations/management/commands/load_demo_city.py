from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from chiba_ward.casework.search import index
from chiba_ward.progress import services as progress
from consultations import demo
from consultations.demo import held, history, people, reading, stories
from consultations.models import Consultation


class Command(BaseCommand):
    help = "見本の区(作りごとの人と一年分の相談)を入れます。デモの設定だけで動きます。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="相談が一件もないときだけ入れる")
        parser.add_argument("--per-ward", type=int, default=history.PER_WARD, help="区ごとの過去の相談の数")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("本番の設定では見本を入れません。")
        if options["if_empty"] and Consultation.objects.exists():
            self.stdout.write("見本の区: すでに相談があるので、何もしません。")
            return
        with transaction.atomic():
            made = people.load()
            filed = stories.load()
            held.load()
            demo.load_more()
            past = history.load(per_ward=options["per_ward"])
            for _ in index.rebuild(500):
                pass
        reading.load()
        progress.snapshot()
        self.stdout.write(f"見本の区: 人 {made}、相談 {filed}＋過去 {past}")
