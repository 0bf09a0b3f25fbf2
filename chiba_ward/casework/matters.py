"""The anchor of whatever a person brought: its number, the key that opens it, and who may see it."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import keys, receipt_numbers
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.keys import WrongKey
from chiba_ward.casework.models import Attachment, CaseCredential, Matter
from chiba_ward.casework.passphrase import DIGITS, PassphraseHasher, grouped, new_passphrase
from chiba_ward.rows.together import Together

__all__ = [
    "MatterKind", "WrongKey", "check_passphrase", "is_silent", "kind_of", "may_see", "may_see_file", "open_matter", "register_kind",
    "set_passphrase",
]  # fmt: skip

DRAFT_PREFIX = "D"
TAKE_NUMBER = """
    INSERT INTO casework_matter (receipt_no, kind, is_drill, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (receipt_no) DO NOTHING RETURNING id, receipt_no, kind, is_drill, created_at, compartment_id
"""
KEY_OF = (
    "SELECT id, receipt_no, kind, is_drill, created_at, compartment_id, phrase_hash FROM casework_key_of(%s)"
)
COLUMNS = ["id", "receipt_no", "kind", "is_drill", "created_at", "compartment_id"]
NUMBER_TRIES = 8


@dataclass(frozen=True)
class MatterKind:
    """What a module says of its matters. `sees_file` decides about one file where the audience is not enough;
    `is_own_duty` whether a member of staff looks after the matter, and `staff_view` names their page of it.
    `is_silent`: nothing leaves for the person."""

    kind: str
    prefix: str
    visible: Callable[[Matter, Actor], bool]
    sees_file: Callable[[Attachment, Actor], bool] | None = None
    status_view: str = ""
    is_own_duty: Callable[[Matter, Actor], bool] | None = None
    staff_view: str = ""
    is_silent: Callable[[Matter], bool] | None = None


_kinds: dict[str, MatterKind] = {}


def register_kind(
    kind: str,
    prefix: str,
    *,
    visible: Callable[[Matter, Actor], bool],
    sees_file: Callable[[Attachment, Actor], bool] | None = None,
    status_view: str = "",
    is_own_duty: Callable[[Matter, Actor], bool] | None = None,
    staff_view: str = "",
    is_silent: Callable[[Matter], bool] | None = None,
) -> None:
    """Announce a kind of matter, from a module's `AppConfig.ready`.

    `prefix` is the letter of its receipt numbers (D is for drafts); `visible` must ask the module's own
    `visible_to`; `status_view` names the page that the key opens. Raises ValueError for a taken prefix.
    """
    taken = {known.prefix: known.kind for known in _kinds.values()} | {DRAFT_PREFIX: "draft"}
    if taken.get(prefix, kind) != kind:
        raise ValueError(f"the prefix {prefix} belongs to {taken[prefix]}")
    _kinds[kind] = MatterKind(
        kind, prefix, visible, sees_file, status_view, is_own_duty, staff_view, is_silent
    )


def kind_of(matter: Matter) -> MatterKind | None:
    """What the matter's module announced; None for a module that is not installed."""
    return _kinds.get(matter.kind)


def is_silent(matter: Matter) -> bool:
    """Whether nothing may leave for whoever brought it, by any medium. Asked of sealed matters alone: no other is."""
    known = _kinds.get(matter.kind) if matter.compartment_id is not None else None
    return known is not None and known.is_silent is not None and known.is_silent(matter)


def open_matter(kind: str, by: Actor, *, is_drill: bool = False, at: dt.datetime | None = None) -> Matter:
    """A new matter with a number nobody has; `at` is when it reached the office (paper arrives earlier).

    `by` is whoever files or enters it: the module records that in the timeline. Raises LookupError for a kind
    that no module announced.
    """
    if kind not in _kinds:
        raise LookupError(f"no module announced the kind {kind}")
    for _try in range(NUMBER_TRIES):
        number = receipt_numbers.new(_kinds[kind].prefix)
        if matter := _taken(number, kind, is_drill, at or timezone.now()):
            return matter
    raise RuntimeError("no free receipt number was found")


def _taken(number: str, kind: str, is_drill: bool, at: dt.datetime) -> Matter | None:
    """The matter under this number, or None where the number belongs to another: one statement decides."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBER, [number, kind, is_drill, at])
        row = cursor.fetchone()
    if row is None:
        return None
    return Matter.from_db(connection.alias, COLUMNS, row)


def set_passphrase(matter: Matter, *, seed: str = "", into: Together | None = None) -> str:
    """Give the matter a passphrase and return it, to be shown once; only its hash is kept (AN1).

    `into` takes the row of a new matter, to be written later.
    With a `seed` (the id of the draft it was filed from) a repeated submit shows the same passphrase again: the
    answer that was lost on the way and the one that arrives agree. It is derived with the pepper, which lies
    outside the database. Raises PassphraseBusyError.
    """
    phrase = _derived(seed) if seed else new_passphrase()
    stored = PassphraseHasher.from_settings().hash(phrase)
    if into is not None:
        into.add(CaseCredential(matter=matter, phrase_hash=stored))
    else:
        CaseCredential.objects.update_or_create(matter=matter, defaults={"phrase_hash": stored})
    return phrase


def check_passphrase(number: str, phrase: str, client_key: str) -> Matter:
    """The matter that this number and passphrase open. `client_key` is `throttle.bucket_of(request)`.

    Also one that lies in a compartment: whoever filed it keeps their page. What hangs on it is read within
    `compartments.opened_by_key`.

    Raises ReceiptNumberError and PassphraseFormatError (typing slips, with a message for the person), WrongKey
    (the same for unknown number and wrong phrase), PassphraseBusyError and throttle.TooManyTries.
    """
    parsed = receipt_numbers.parse(number)
    with connection.cursor() as cursor:
        cursor.execute(KEY_OF, [parsed])
        row = cursor.fetchone()
    keys.check("case", parsed, phrase, row[-1] if row else None, client_key)
    if row is None:
        raise WrongKey
    return Matter.from_db(connection.alias, COLUMNS, row[:-1])


def may_see(matter: Matter, actor: Actor) -> bool:
    """Whether the actor may see the matter at all, by its module's rule; an unknown kind is seen by nobody."""
    known = _kinds.get(matter.kind)
    return known is not None and known.visible(matter, actor)


def may_see_file(attachment: Attachment, actor: Actor) -> bool:
    """Whether the actor may open this file: the module's own rule, else the matter's with the file's audience."""
    known = _kinds.get(attachment.matter.kind)
    if known and known.sees_file:
        return known.sees_file(attachment, actor)
    return may_see(attachment.matter, actor) and attachment.audience in _audiences(actor)


def _audiences(actor: Actor) -> frozenset[str]:
    if actor.is_staff:
        return frozenset(Audience.values)
    if actor.is_partner or actor.referral_id:
        return frozenset({Audience.PARTNER})
    return frozenset({Audience.CITIZEN})


def _derived(seed: str) -> str:
    key = bytes.fromhex(settings.PORTAL_PEPPER)
    drawn = int.from_bytes(hmac.new(key, f"passphrase of {seed}".encode(), hashlib.sha256).digest())
    return grouped(f"{drawn % 10**DIGITS:0{DIGITS}d}")
