"""`migrate` and `check --database default` refuse a ring that cannot open what the database holds.

A key that was dropped while rows still need it, or mistyped under its old name, is found before the first page fails.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from chiba_ward.sealed import envelope, stores

ADVICE = "PORTAL_SEAL_KEYS に元の鍵を戻してください。古い鍵は、manage.py rotate_seals で使われなくなってから外します。"


@register(Tags.database)
def keys_open_what_is_there(
    app_configs: Any, databases: Sequence[str] | None, **_: Any
) -> list[CheckMessage]:
    return list(_problems()) if "default" in (databases or ()) else []


def _problems() -> Iterator[CheckMessage]:
    ring = envelope.ring()
    for store in stores.all_stores():
        for use in store.uses():
            where = f"{store.label}.{use.column}"
            if not use.key_id:
                yield Error(f"{where}: 封のない値が{use.count}件あります。", hint=ADVICE, id="sealed.E003")
            elif use.key_id not in ring:
                yield Error(
                    f"{where}: 鍵 {use.key_id} がまだ{use.count}件で使われていますが、設定にありません。",
                    hint=ADVICE,
                    id="sealed.E001",
                )
            elif not store.opens(use):
                yield Error(
                    f"{where}: 鍵 {use.key_id} の値が、封をした鍵と違います。", hint=ADVICE, id="sealed.E002"
                )
