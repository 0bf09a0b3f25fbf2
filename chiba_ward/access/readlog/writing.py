"""The one INSERT of the log; triggers number and chain the row (migration `read_log_chain`)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import connection, transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.readlog.entries import Id, entry_of, row_of

# Without RETURNING: the application's role needs no right to read what it wrote.
INSERT = """
INSERT INTO access_readlogentry (
    at, actor_kind, user_id, posting_id, office_id, role, actor_name, office_name, verb, kind, ids, keys, amount,
    matter_ids, words, result, reason, route, request_id, is_off_hours, is_outside_duty, is_same_surname
) VALUES (
    %(at)s, %(actor_kind)s, %(user_id)s, %(posting_id)s, %(office_id)s, %(role)s, %(actor_name)s, %(office_name)s,
    %(verb)s, %(kind)s, %(ids)s::bigint[], %(keys)s::varchar[], %(amount)s, %(matter_ids)s::bigint[], %(words)s,
    %(result)s, %(reason)s, %(route)s, %(request_id)s, %(is_off_hours)s, %(is_outside_duty)s, %(is_same_surname)s
)
"""


def write(rows: Iterable[dict[str, Any]]) -> None:
    """Append rows, each committed by itself. The caller has made sure that no transaction is open: a row holds the
    end of the chain until its commit, and everybody else's pages wait for it."""
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(INSERT, row)


def record(
    actor: Actor,
    verb: str,
    kind: str,
    ids: Iterable[Id],
    *,
    matters: Iterable[int] = (),
    words: str = "",
    reason: str = "",
    is_outside_duty: bool = False,
) -> None:
    """For tasks and commands that read or export on somebody's behalf. Call it before what it tells of leaves.

    Raises RuntimeError inside a transaction.
    """
    said = entry_of(verb, kind, ids, matters=matters, words=words)
    entry = replace(said, reason=reason, is_outside_duty=is_outside_duty)
    with transaction.atomic(durable=True):
        write([row_of(entry, actor, result=0)])
