"""Who a session belongs to and what they are posted to today, in one plain statement: asked with every request.

Composing the same SQL through the ORM each time costs ten times as much as PostgreSQL takes to answer it. The columns
and their conversions are those of the models, so a migration changes the statement with them.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection, models
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.directory.models import Office, Post, Posting, Ward

Row = TypeVar("Row", bound=models.Model)
TABLES: tuple[type[models.Model], ...] = (User, Posting, Post, Office, Ward)


def _columns(model: type[models.Model]) -> str:
    fields = model._meta.concrete_fields
    return ", ".join(f'{model._meta.db_table}."{field.column}"' for field in fields)


# What a layer above reads in the same question: an expression over the posting's row, and who keeps its value.
Keep = Callable[[Posting, Any], None]
_brought: list[tuple[str, Keep]] = []


def bring_along(expression: str, keep: Keep) -> None:
    """Read one more value with each posting, from an `AppConfig.ready`. `%(now)s` is the moment of the question."""
    if (expression, keep) not in _brought:
        _brought.append((expression, keep))
        _select.cache_clear()


SELECT = """
    SELECT {columns}
    FROM access_user
    LEFT JOIN directory_posting ON directory_posting.person_id = access_user.id
        AND directory_posting.starts_on <= %(day)s
        AND (directory_posting.ends_on IS NULL OR directory_posting.ends_on > %(day)s)
    LEFT JOIN directory_post ON directory_post.id = directory_posting.post_id
    LEFT JOIN directory_office ON directory_office.id = directory_post.office_id
    LEFT JOIN directory_ward ON directory_ward.id = directory_office.ward_id
    WHERE access_user.id = %(user)s
    ORDER BY directory_posting.kind, directory_posting.id
"""


def user_with_duties(pk: Any) -> User | None:
    """The account with its postings of today, for `duties_of`; None where there is no such account."""
    day = timezone.localdate()
    rows = _rows(pk, day)
    user = _read(User, rows[0], 0) if rows else None
    if user is not None:
        user.duties = day, _duties(rows, user)
    return user


def duties_of(user: User) -> tuple[Posting, ...]:
    """As `user.postings.active_on().with_duty().order_by("kind", "id")`, the person filled in.

    What came with the account in this very request is not asked again.
    """
    day = timezone.localdate()
    if user.duties is not None and user.duties[0] == day:
        return user.duties[1]
    return _duties(_rows(user.pk, day), user)


class PostedBackend(AuthenticationBackend):
    """allauth's sign-in; an account of a session comes with its postings."""

    def get_user(self, user_id: Any) -> User | None:
        user = user_with_duties(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def _rows(pk: Any, day: dt.date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_select(), {"day": day, "now": timezone.now(), "user": pk})
        return list(cursor.fetchall())


@cache
def _select() -> str:
    """Names of our own tables and columns; values are parameters."""
    return SELECT.format(columns=", ".join([*map(_columns, TABLES), *(sql for sql, _ in _brought)]))


def _duties(rows: Sequence[tuple[Any, ...]], user: User) -> tuple[Posting, ...]:
    return tuple(posting for row in rows if (posting := _posting(row, user)) is not None)


def _posting(row: tuple[Any, ...], user: User) -> Posting | None:
    at = len(User._meta.concrete_fields)
    if row[at] is None:
        return None
    posting = _read(Posting, row, at)
    posting.person, at = user, at + len(Posting._meta.concrete_fields)
    posting.post, at = _read(Post, row, at), at + len(Post._meta.concrete_fields)
    posting.post.office, at = _read(Office, row, at), at + len(Office._meta.concrete_fields)
    posting.post.office.ward = _read(Ward, row, at) if row[at] is not None else None
    at += len(Ward._meta.concrete_fields)
    for (_, keep), value in zip(_brought, row[at:], strict=True):
        keep(posting, value)
    return posting


def _read(model: type[Row], row: tuple[Any, ...], at: int) -> Row:
    """The row of one table, its columns beginning at this place."""
    fields = model._meta.concrete_fields
    values = [_converted(field, value) for field, value in zip(fields, row[at:], strict=False)]
    return model.from_db(connection.alias, [field.attname for field in fields], values)


def _converted(field: Any, value: Any) -> Any:
    convert = getattr(field, "from_db_value", None)
    return convert(value, None, connection) if convert else value
