"""The same POST twice is done once: after a lost answer, a retry, or thirty at the same moment (ASSURANCE DU2).

The key is inserted in the transaction that does the work. Whoever comes second waits at the unique index until the
first has committed, and is then answered from the ids that it left; when the first failed, the second does the work.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.request import Request

from chiba_ward.api import keys
from chiba_ward.api.models import ApiToken, IdempotencyKey
from chiba_ward.api.problems import Problem

HEADER = "Idempotency-Key"
SHAPE = re.compile(r"[A-Za-z0-9_.:\-]{8,80}")
WAIT_MS = 10_000
KEPT = dt.timedelta(hours=48)
Ids = dict[str, int | str]

INSERT = """
SELECT set_config('lock_timeout', %(wait)s, true);
INSERT INTO api_idempotencykey (token_id, key, digest, status, outcome, created_at)
VALUES (%(token)s, %(key)s, %(digest)s, 0, '{}', %(now)s)
ON CONFLICT (token_id, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True)
class Outcome:
    """What was done, as ids and code words: enough to write the answer again."""

    status: int = 200
    ids: Ids = field(default_factory=dict)

    def id(self, name: str) -> int:
        return int(self.ids[name])


@dataclass(frozen=True)
class Done:
    """`seed` is the same for every repeat, and nobody can guess it: secrets that are shown once derive from it."""

    outcome: Outcome
    is_repeat: bool
    seed: str
    at: dt.datetime


def once(request: Request, run: Callable[[str], Outcome]) -> Done:
    """Run the work with its key, or find what became of it. `run` gets the seed.

    Raises Problem: 400 without a key, 422 for a key that stood for something else.
    """
    token = token_of(request)
    key = _key_of(request)
    digest = keys.digest_of_request(str(request.method), request.path, request.data)
    with transaction.atomic():
        made = _insert(token, key, digest)
        if made is None:
            return _repeated(IdempotencyKey.objects.get(token=token, key=key), digest)
        row_id, at = made
        outcome = run(_seed(row_id))
        _refuse_text(outcome.ids)
        IdempotencyKey.objects.filter(pk=row_id).update(status=outcome.status, outcome=outcome.ids)
    return Done(outcome, is_repeat=False, seed=_seed(row_id), at=at)


def token_of(request: Request) -> ApiToken:
    """The token that authentication has found."""
    return cast(ApiToken, request.auth)


def purge(now: dt.datetime | None = None) -> int:
    """Forget keys after 48 hours; the number forgotten."""
    gone, _ = IdempotencyKey.objects.filter(created_at__lt=(now or timezone.now()) - KEPT).delete()
    return gone


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER, "")
    if not key:
        text = "Idempotency-Key ヘッダーに、この依頼だけの番号（UUIDなど）を付けてください。"
        raise Problem(400, text, "key-missing")
    if not SHAPE.fullmatch(key):
        text = "Idempotency-Key は、半角の英数字と - _ . : の8文字から80文字までにしてください。"
        raise Problem(400, text, "key-missing")
    return str(key)


def _insert(token: ApiToken, key: str, digest: str) -> tuple[int, dt.datetime] | None:
    now = timezone.now()
    values: dict[str, Any] = {
        "wait": f"{WAIT_MS}ms",
        "token": token.pk,
        "key": key,
        "digest": digest,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        row = cursor.fetchone()
    return (row[0], now) if row else None


def _repeated(row: IdempotencyKey, digest: str) -> Done:
    if row.digest != digest:
        text = (
            "この Idempotency-Key は、別の内容で使われています。新しい依頼には、新しい番号を付けてください。"
        )
        raise Problem(422, text, "key-reused")
    return Done(Outcome(row.status, row.outcome), is_repeat=True, seed=_seed(row.pk), at=row.created_at)


def _seed(row_id: int) -> str:
    return f"api:{row_id}"


def _refuse_text(ids: dict[str, Any]) -> None:
    for value in ids.values():
        if not isinstance(value, int) and not re.fullmatch(r"[a-z0-9_.\-]{0,40}", str(value)):
            raise ValueError("an outcome holds ids and code words only")
