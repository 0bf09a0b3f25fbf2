"""Seals the secrets of second factors: no TOTP key or recovery seed stands in the database in clear (AT8).

The same keys and envelopes as sealed columns, as text inside the library's JSON. The owner's id is bound in: a secret
copied into another person's row does not open.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import SuspiciousOperation
from django.db import connection, transaction

from chiba_ward.sealed import envelope
from chiba_ward.sealed.envelope import SealError
from chiba_ward.sealed.stores import Batch, Use

PREFIX = "sealed:"
OLD_PREFIX = "k1:"  # under a key made from the pepper; the migration 0002 of this app reseals them
TABLE, COLUMN = "mfa_authenticator", "data"
_owner: ContextVar[int | None] = ContextVar("owner of the secret", default=None)


@contextmanager
def secrets_of(user_id: int) -> Iterator[None]:
    """Names the owner where no request does: commands, tasks, tests."""
    token = _owner.set(user_id)
    try:
        yield
    finally:
        _owner.reset(token)


def named_owner() -> int | None:
    return _owner.get()


def seal(text: str, owner_id: int) -> str:
    """`text` sealed for one person."""
    return PREFIX + base64.b64encode(envelope.seal(text, _bound_to(owner_id))).decode()


def unseal(sealed: str, owner_id: int) -> str:
    """The text. Raises `SuspiciousOperation` for a foreign, altered or unsealed value: never a fall-back."""
    try:
        return envelope.open_envelope(_envelope_of(sealed), _bound_to(owner_id))
    except SealError as error:
        raise SuspiciousOperation("a secret that does not open for its owner") from error


class SecretsStore:
    """Second factors among the places that `rotate_seals` and the check of the keys know. They are few."""

    label = f"{TABLE}.{COLUMN}"

    def uses(self) -> list[Use]:
        found: Counter[str] = Counter()
        samples: dict[str, str] = {}
        for row in _rows() if TABLE in connection.introspection.table_names() else ():
            for text in secrets_in(row.data):
                if text.startswith(OLD_PREFIX):
                    continue
                key_id = _key_id(text)
                found[key_id] += 1
                samples.setdefault(key_id, str(row.pk))
        return [Use(COLUMN, key_id, count, samples[key_id]) for key_id, count in sorted(found.items())]

    def opens(self, use: Use) -> bool:
        row = Authenticator.objects.get(pk=use.sample)
        try:
            for text in secrets_in(row.data):
                unseal(text, row.user_id)
        except SuspiciousOperation:
            return False
        return True

    def stale(self, from_key: str) -> int:
        return sum(any(_is_stale(text, from_key) for text in secrets_in(row.data)) for row in _rows())

    def reseal(self, from_key: str, size: int) -> Iterator[Batch]:
        pks = [row.pk for row in _rows() if any(_is_stale(text, from_key) for text in secrets_in(row.data))]
        for start in range(0, len(pks), size):
            yield _reseal(pks[start : start + size])


@transaction.atomic
def _reseal(pks: list[int]) -> Batch:
    batch = Batch()
    for row in Authenticator.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"):
        try:
            row.data = _resealed(row.data, row.user_id)
        except SuspiciousOperation:
            batch.refused.append(envelope.place(TABLE, COLUMN, row.pk))
        else:
            row.save(update_fields=["data"])
            batch.resealed += 1
    return batch


def _resealed(data: dict[str, Any], owner: int) -> dict[str, Any]:
    return changed_secrets(data, lambda text: seal(unseal(text, owner), owner))


def secrets_in(data: dict[str, Any]) -> list[str]:
    """The sealed strings of one factor: the key of a TOTP, the seed or the migrated codes of recovery codes."""
    found = [data[name] for name in ("secret", "seed") if isinstance(data.get(name), str)]
    return [*found, *(data.get("migrated_codes") or [])]


def changed_secrets(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The same factor with every sealed string changed."""
    changed: dict[str, Any] = {
        name: change(data[name]) for name in ("secret", "seed") if isinstance(data.get(name), str)
    }
    if codes := data.get("migrated_codes"):
        changed["migrated_codes"] = [change(code) for code in codes]
    return {**data, **changed}


def _rows() -> Iterator[Authenticator]:
    """Those with a secret of ours; passkeys keep a public key only."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    return Authenticator.objects.filter(type__in=kinds).order_by("pk").iterator()


def _is_stale(text: str, from_key: str) -> bool:
    key_id = _key_id(text)
    return key_id == from_key if from_key else key_id != envelope.ring().current.id


def _key_id(text: str) -> str:
    try:
        return envelope.key_id_of(_envelope_of(text))
    except SealError:
        return ""


def _envelope_of(text: str) -> bytes:
    if not text.startswith(PREFIX):
        raise envelope.BrokenSealError("a secret that is not sealed")
    try:
        return base64.b64decode(text[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError):
        raise envelope.BrokenSealError("a secret that is no envelope") from None


def _bound_to(owner_id: int) -> str:
    return envelope.place(TABLE, COLUMN, owner_id)
