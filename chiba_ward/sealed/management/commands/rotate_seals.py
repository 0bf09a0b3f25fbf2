"""Reseals everything with the current key, while the portal runs. May be stopped at any moment and started again."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chiba_ward.sealed import envelope, stores


class Command(BaseCommand):
    help = "封をした列を、いまの鍵 (PORTAL_SEAL_KEYS の最初の鍵) で封じ直します。途中で止めても、もう一度実行すれば続きから進みます。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="from_key", default="", help="この名前の鍵で封をしたものだけを封じ直す"
        )
        parser.add_argument("--batch", type=int, default=500, help="一度に封じ直す行の数 (500)")
        parser.add_argument("--dry-run", action="store_true", help="数えるだけで、何も変えない")
        parser.add_argument("--json", action="store_true", dest="as_json", help="結果をJSONで出す")

    def handle(
        self, *_: Any, from_key: str, batch: int, dry_run: bool, as_json: bool, **options: Any
    ) -> None:
        ring = envelope.ring()
        if from_key and (from_key not in ring or from_key == ring.current.id):
            raise CommandError(
                f"--from には、PORTAL_SEAL_KEYS にある古い鍵の名前を書いてください ({from_key})。"
            )
        if batch < 1:
            raise CommandError("--batch は1以上にしてください。")
        started, tables = time.monotonic(), {}
        refused: list[str] = []
        for store in stores.all_stores():
            stale = store.stale(from_key)
            done = 0 if dry_run else self._rotate(store, stale, from_key, batch, refused)
            tables[store.label] = {"stale": stale, "resealed": done}
        result = {
            "current": ring.current.id,
            "dry_run": dry_run,
            "tables": tables,
            "refused": refused,
            "keys": _keys_in_use(),
            "seconds": round(time.monotonic() - started, 2),
        }
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) if as_json else _in_words(result))
        if refused:
            raise CommandError(f"{len(refused)}件は開けなかったので、そのままにしました。")

    def _rotate(self, store: stores.Store, stale: int, from_key: str, size: int, refused: list[str]) -> int:
        done = 0
        for batch in store.reseal(from_key, size):
            done += batch.resealed
            refused += batch.refused
            self.stderr.write(f"{store.label} {done}/{stale}")
            self.stderr.flush()
        return done


def _keys_in_use() -> dict[str, int]:
    """Values under each key, whatever their table. A key that is not named here may leave the ring."""
    counts: dict[str, int] = {}
    for store in stores.all_stores():
        for use in store.uses():
            counts[use.key_id] = counts.get(use.key_id, 0) + use.count
    return counts


def _in_words(result: dict[str, Any]) -> str:
    verb = "封じ直す行" if result["dry_run"] else "封じ直した行"
    which = "stale" if result["dry_run"] else "resealed"
    lines = [f"いまの鍵: {result['current']}"]
    lines += [
        f"{table}: {verb} {counts[which]}" for table, counts in result["tables"].items() if counts["stale"]
    ]
    lines += [f"開けなかったもの: {place}" for place in result["refused"]]
    lines += ["鍵ごとの値の数: " + "、".join(f"{key} {count}" for key, count in result["keys"].items())]
    return "\n".join(lines)
