"""Writes the rows of the search that are wanting: after a new key, a new way of making them, or a missing dictionary."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chiba_ward.casework.models import Matter
from chiba_ward.casework.search import index, terms


class Command(BaseCommand):
    help = "さがす索引のうち、ないもの・古い鍵や古い作り方のものを書き直します。途中で止めても、もう一度実行すれば続きから進みます。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="一度に書く数 (500)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="結果をJSONで出す")

    def handle(self, *_: Any, batch: int, as_json: bool, **options: Any) -> None:
        wanted, written = Matter.objects.filter(index.wanting(), kind__in=index.kinds()).count(), 0
        for some in index.rebuild(max(batch, 1)):
            written += some
            self.stderr.write(f"{written}/{wanted}")
        left = Matter.objects.filter(index.wanting(), kind__in=index.kinds()).count()
        result = {"written": written, "wanting": left, "key": terms.ring().current.id}
        self.stdout.write(
            json.dumps(result) if as_json else f"さがす索引: {written}件を書きました。残り{left}件。"
        )
