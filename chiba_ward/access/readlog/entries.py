"""One row of the log before it is written: what was done, by whom, from which page."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.access.enums import OPENING, ActorKind
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.access.readlog.kinds import is_off_hours, kind_of
from chiba_ward.access.throttle import digest
from chiba_ward.ui import normalisation

Id = int | str | UUID


@dataclass(frozen=True)
class Entry:
    """`actor` is set where it is not the actor of the request: somebody who is just signing in."""

    verb: str
    kind: str = ""
    ids: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    matter_ids: tuple[int, ...] = ()
    words: str = ""
    reason: str = ""
    is_outside_duty: bool = False
    is_same_surname: bool = False
    actor: Actor | None = field(default=None, compare=False)

    def joined(self, other: "Entry") -> "Entry":
        """One row for one answer: objects of another kind stand among the keys as 「kind:id」."""
        same = other.kind == self.kind
        named = tuple(f"{other.kind}:{one}" for one in (*other.ids, *other.keys))
        return replace(
            self,
            ids=_once(self.ids + other.ids) if same else self.ids,
            keys=_once(self.keys + (other.keys if same else named)),
            matter_ids=_once(self.matter_ids + other.matter_ids),
            words=self.words or other.words,
        )


def entry_of(
    verb: str,
    kind: str,
    ids: Iterable[Id],
    *,
    matters: Iterable[int] = (),
    words: str = "",
    actor: Actor | None = None,
) -> Entry:
    """`words` are never kept: a keyed digest of them tells whether two searches were the same."""
    known, given = kind_of(kind) if kind else None, list(ids)
    numbers = tuple(one for one in given if isinstance(one, int))
    of_matters = numbers if known and known.is_matter and verb in OPENING else ()
    return Entry(
        verb=verb,
        kind=kind,
        ids=numbers,
        keys=tuple(str(one) for one in given if not isinstance(one, int)),
        matter_ids=_once((*of_matters, *matters)),
        words=digest_of_words(words),
        actor=actor,
    )


def digest_of_words(words: str) -> str:
    """The same for the same words in any width or case; empty for no words."""
    text = normalisation.half_width(normalisation.clean_line(words)).casefold()
    return digest("searched", text) if text else ""


def pseudonym(value: object) -> str:
    """Stands for a number, an address or a token that somebody tried: the same try looks the same."""
    return digest("asked for", value)


def row_of(
    entry: Entry, actor: Actor, *, result: int, route: str = "", request_id: str = ""
) -> dict[str, Any]:
    """The columns, with the names of this moment."""
    actor = entry.actor or actor
    at = timezone.now()
    row = {
        "at": at,
        "verb": str(entry.verb),
        "kind": entry.kind,
        "ids": list(entry.ids),
        "keys": [key[:KEY_LENGTH] for key in entry.keys],
        "amount": len(entry.ids) + len(entry.keys),
        "matter_ids": list(entry.matter_ids),
        "words": entry.words,
        "result": result,
        "reason": entry.reason,
        "route": route,
        "request_id": request_id,
        "is_off_hours": actor.is_staff and is_off_hours(actor.seat.post.office, at),
        "is_outside_duty": entry.is_outside_duty,
        "is_same_surname": entry.is_same_surname,
        **who(actor),
    }
    return {name: _cut(name, value) for name, value in row.items()}


def who(actor: Actor) -> dict[str, Any]:
    """A resident is an id without a name; the holder of a key or a link is not even that."""
    posting, has_seat = actor.posting, actor.posting is not None
    return {
        "actor_kind": str(kind_of_actor(actor)),
        "user_id": actor.user.pk if actor.user else None,
        "posting_id": posting.pk if posting else None,
        "office_id": actor.office_id,
        "role": str(actor.role),
        "actor_name": actor.user.name if actor.user and has_seat else "",
        "office_name": posting.post.office.name_on(timezone.localdate()) if posting else "",
    }


def kind_of_actor(actor: Actor) -> ActorKind:
    if actor.came_by_link:
        return ActorKind.LINK_HOLDER
    if actor.posting:
        return ActorKind.STAFF if actor.is_staff else ActorKind.PARTNER
    if actor.user:
        return ActorKind.RESIDENT
    if actor.matter_id:
        return ActorKind.KEY_HOLDER
    return ActorKind.SYSTEM if actor is SYSTEM else ActorKind.NOBODY  # Nobody is an equal of it, not the same


_LENGTHS = {
    column.name: column.max_length
    for column in ReadLogEntry._meta.local_fields
    if isinstance(column, models.CharField) and column.max_length
}
KEY_LENGTH = 40


def _cut(name: str, value: Any) -> Any:
    return value[: _LENGTHS[name]] if name in _LENGTHS and isinstance(value, str) else value


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
