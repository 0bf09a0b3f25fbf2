"""Two roles (ADR 0015): the owner changes tables and rights; the application reads and writes rows, and nothing else.

`DATABASE_URL` names the application's role, `DATABASE_OWNER_URL` the owner. Only the commands of this package become
the owner, for as long as they run; whoever serves people is never given its password.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

MARK = "PORTAL_OWNER"
NO_OWNER = (
    "表を作り替えたり、履歴を封じ直したりするには、所有者の接続先が必要です。環境変数 DATABASE_OWNER_URL を設定して、もう一度実行してください"
    "(画面と背景処理には渡さないでください)。"
)
KNOWS_OWNER = "この処理には DATABASE_OWNER_URL を渡さないでください。表の所有者の接続先は、migrate や rotate_seals を実行するときだけに使います。"
TOO_MUCH = {
    "rolsuper": "スーパーユーザーです",
    "rolbypassrls": "行の制限を受けません (BYPASSRLS)",
    "rolcreaterole": "ロールを作れます (CREATEROLE)",
    "owns_tables": "表の所有者です",
    "may_create": "表を作れます (CREATE)",
}
FACTS = """
SELECT rolsuper, rolbypassrls, rolcreaterole,
       EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_has_role(relowner, 'MEMBER')),
       has_schema_privilege('public', 'CREATE')
FROM pg_roles WHERE rolname = current_user
"""


@contextmanager
def as_owner(alias: str = DEFAULT_DB_ALIAS) -> Iterator[BaseDatabaseWrapper]:
    """This thread talks to PostgreSQL as the owner of the tables until the block ends.

    A connection of its own: what it does is committed apart. Raises ImproperlyConfigured where the process does not
    know the owner.
    """
    application = connections[alias]
    if is_owner(application):
        yield application
        return
    owner = _owner_like(application)
    connections[alias] = owner
    try:
        yield owner
    finally:
        owner.close()
        connections[alias] = application


def is_owner(connection: BaseDatabaseWrapper) -> bool:
    return bool(connection.settings_dict.get(MARK))


def _owner_like(application: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    if not settings.PORTAL_OWNER:
        raise ImproperlyConfigured(NO_OWNER)
    if application.in_atomic_block:
        raise transaction.TransactionManagementError("the owner works apart from a transaction under way")
    owner = application.copy()
    kept = {name: settings.PORTAL_OWNER[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
    owner.settings_dict.update(kept, **{MARK: True})
    return owner


def too_much(connection: BaseDatabaseWrapper) -> list[str]:
    """What the role of this connection may do and should not, in Japanese; empty as it should be."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS)
        facts = dict(zip(TOO_MUCH, cursor.fetchone(), strict=True))
    return [words for name, words in TOO_MUCH.items() if facts[name]]


def refuse_mighty(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Close a new connection whose role walks through the second wall. Raises ImproperlyConfigured."""
    if connection.vendor != "postgresql" or is_owner(connection):
        return
    found = too_much(connection)
    if found:
        connection.close()
        raise ImproperlyConfigured(in_words(found))


def refuse_owner() -> None:
    """Pages, workers and the clock never hold the owner's password. Raises ImproperlyConfigured."""
    if settings.PORTAL_OWNER:
        raise ImproperlyConfigured(KNOWS_OWNER)


def in_words(found: list[str]) -> str:
    return (
        "DATABASE_URL のロールに権限がありすぎます: " + "、".join(found) + "。アプリケーション用のロール"
        "(所有者でもスーパーユーザーでもないもの)を指定してください。"
    )
