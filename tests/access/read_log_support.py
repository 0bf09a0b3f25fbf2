"""Rows to tamper with, and the owner's ways of tampering."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.access.readlog.canonical import readable
from chiba_ward.directory.enums import Role
from tests.factories import make_posting

# What JSON escapes, what it does not, signs beyond the first plane, and a control character that both sides must agree on.
ODD = '「"\\/\b\f\n\r\t\u0001\u001f\u007f\u2028é𠮷」'


def clerk() -> Actor:
    posting = make_posting(Role.SECTION)
    return actor_of(posting.person, posting)


def fill(number: int, actor: Actor | None = None) -> None:
    who = actor or clerk()
    for one in range(number):
        readlog.record(who, readlog.Verb.EXPORT, "person", [one + 1], reason=f"{one} {ODD}")


@contextmanager
def as_owner() -> Iterator[Any]:
    """Whoever owns the tables switches the guards off, changes what they like, and switches them on again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE access_readlogentry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE access_readloghead DISABLE TRIGGER USER")
        yield cursor
        cursor.execute("ALTER TABLE access_readlogentry ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE access_readloghead ENABLE TRIGGER USER")


def rows() -> list[dict[str, Any]]:
    return list(readable(ReadLogEntry.objects.order_by("seq")))


def rehash(cursor: Any, first: int) -> None:
    """Make the chain look sound from a row on, as somebody who knows the code would."""
    from chiba_ward.access.readlog.canonical import FIRST, chained

    known = rows()
    prev = next((bytes(row["hash"]) for row in known if row["seq"] == first - 1), FIRST)
    for row in known:
        if row["seq"] >= first:
            found = chained(prev, row)
            cursor.execute(
                "UPDATE access_readlogentry SET prev_hash = %s, hash = %s WHERE seq = %s",
                [prev, found, row["seq"]],
            )
            prev = found
