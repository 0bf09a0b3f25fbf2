import json as jsonlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chiba_ward.access.readlog import verification
from chiba_ward.access.readlog.verification import Broken


class Command(BaseCommand):
    help = "閲覧記録のつながりを、はじめから（または番号から）計算し直して確かめます。合わなければ終了コードは1です。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=int, default=1, metavar="番号", help="この番号から確かめる"
        )
        parser.add_argument(
            "--head",
            dest="heads",
            type=Path,
            action="append",
            default=[],
            metavar="ファイル",
            help="外に取った控え（いくつでも）",
        )
        parser.add_argument("--json", action="store_true", help="結果をJSONで出す")

    def handle(self, *args: Any, first: int, heads: list[Path], json: bool, **options: Any) -> None:
        result = check(max(first, 1), heads, None if json else self._tell)
        if json:
            self.stdout.write(jsonlib.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(sentence(result))
        if not result["is_sound"]:
            raise CommandError("閲覧記録のつながりが合いません。" if not json else "broken", returncode=1)

    def _tell(self, seq: int) -> None:
        self.stdout.write(f"{seq:,} まで確かめました。")


def check(first: int, files: list[Path], tell: Any) -> dict[str, Any]:
    """What the command says, as data."""
    seq, checked = first - 1, 0
    try:
        heads = {**verification.exported_heads(), **verification.heads_of_files(files)}
        upto = verification.last_seq(heads)
        for link in verification.walk(verification.link_before(first, heads), upto, heads):
            seq, checked = link.seq, link.seq - first + 1
            if tell and checked % 100_000 < verification.CHUNK:
                tell(seq)
    except Broken as broken:
        found = {
            "broken_seq": broken.seq,
            "problem": broken.problem.value,
            "message": str(broken.problem.label),
        }
        return {"is_sound": False, "from": first, "checked": checked, "sound_to": seq, **found}
    except (OSError, ValueError) as error:
        raise CommandError(f"控えのファイルを読めません: {error}") from error
    return {
        "is_sound": True,
        "from": first,
        "checked": checked,
        "sound_to": seq,
        "heads": len(heads),
        "hash": verification.end().hash.hex(),
    }


def sentence(result: dict[str, Any]) -> str:
    if result["is_sound"]:
        return f"{result['checked']:,} 行のつながりは正しいです（控え {result['heads']} 件とも合いました）。"
    return f"{result['broken_seq']:,} 番: {result['message']} {result['sound_to']:,} 番までは正しいです。"
