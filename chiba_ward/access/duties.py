"""The postings of a person today, in one plain statement: it is asked with every request of every clerk.

Composing the same SQL through the ORM each time costs ten times as much as PostgreSQL takes to answer it. The columns
are those of the models, so a migration changes the statement with them.
"""

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from django.db import connection, models
from django.utils import timezone

from chiba_ward.directory.models import Office, Post, Posting, Ward

if TYPE_CHECKING:
    from chiba_ward.access.models import User

TABLES: tuple[tuple[type[models.Model], str], ...] = (
    (Posting, "posting"),
    (Post, "post"),
    (Office, "office"),
    (Ward, "ward"),
)


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


SELECT = f"""
    SELECT {", ".join(f'{table}."{column}"' for model, table in TABLES for column in _columns(model))}
    FROM {Posting._meta.db_table} posting
    JOIN {Post._meta.db_table} post ON post.id = posting.post_id
    JOIN {Office._meta.db_table} office ON office.id = post.office_id
    LEFT JOIN {Ward._meta.db_table} ward ON ward.id = office.ward_id
    WHERE posting.person_id = %s AND posting.starts_on <= %s
    AND (posting.ends_on IS NULL OR posting.ends_on > %s)
    ORDER BY posting.kind, posting.id
"""  # noqa: S608  (names of our own tables and columns; values are parameters)
_WIDTHS = [0, *(len(_columns(model)) for model, _ in TABLES)]
_EDGES = list(pairwise(sum(_WIDTHS[: place + 1]) for place in range(len(_WIDTHS))))


def duties_of(user: "User", day: dt.date | None = None) -> tuple[Posting, ...]:
    """As `user.postings.active_on(day).with_duty().order_by("kind", "id")`, the person filled in."""
    day = day or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(SELECT, [user.pk, day, day])
        rows = cursor.fetchall()
    return tuple(_posting(row, user) for row in rows)


def _posting(row: tuple[Any, ...], user: "User") -> Posting:
    parts = [
        model.from_db(
            connection.alias, [field.attname for field in model._meta.concrete_fields], row[start:end]
        )
        for (model, _), (start, end) in zip(TABLES, _EDGES, strict=True)
    ]
    posting, post, office, ward = cast("tuple[Posting, Post, Office, Ward]", tuple(parts))
    posting.person, posting.post, post.office = user, post, office
    office.ward = ward if office.ward_id else None
    return posting
