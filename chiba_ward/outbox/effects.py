"""Which effects exist: filled in by the packages that own them, in their `AppConfig.ready`.

An *inside* effect changes only this database: it runs in the transaction that marks its entry done, so that it
happens exactly once. An *outside* effect (SMTP) cannot: it is done in three steps, see `OutsideEffect`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Payload = dict[str, int | str]
Inside = Callable[[Payload], None]


class EffectError(Exception):
    """A failure whose text is safe to keep: it names no person and quotes nothing of a matter."""


class TryLater(EffectError):
    """The other side cannot take it now; nothing has happened there."""


class UnknownEffectError(EffectError):
    """No package registered this kind: an older worker met an entry of a newer release. It is tried again."""


class OutsideEffect(Protocol):
    """An effect on a system that knows nothing of our transactions.

    A crash between `act` and `settle` leaves the mark that `begin` made. The next run finds the mark in `begin`,
    records that nobody knows, and ends the entry: the effect is never silently repeated.
    """

    def begin(self, payload: Payload) -> bool:
        """In a transaction of its own: mark the start. False when there is nothing (more) to do."""

    def act(self, payload: Payload) -> Any:
        """Outside any transaction. Raises TryLater when nothing has happened and it may be repeated."""

    def settle(self, payload: Payload, result: Any) -> None:
        """In the transaction that marks the entry done: record the result."""

    def release(self, payload: Payload) -> None:
        """In the transaction that records a failed try: take the mark back, it will be tried again."""

    def give_up(self, payload: Payload) -> None:
        """In the transaction that makes the entry a dead letter."""


@dataclass(frozen=True)
class Effect:
    kind: str
    run: Inside | None = None
    outside: OutsideEffect | None = None
    give_up: Inside | None = None


_effects: dict[str, Effect] = {}


def effect(kind: str, *, give_up: Inside | None = None) -> Callable[[Inside], Inside]:
    """Register an inside effect; `give_up` runs with the last failed try."""

    def register(run: Inside) -> Inside:
        _add(Effect(kind, run=run, give_up=give_up))
        return run

    return register


def outside_effect(kind: str, handler: OutsideEffect) -> None:
    """Register an effect that leaves the house."""
    _add(Effect(kind, outside=handler, give_up=handler.give_up))


def effect_of(kind: str) -> Effect:
    """Raises UnknownEffectError."""
    try:
        return _effects[kind]
    except KeyError:
        raise UnknownEffectError(f"no effect is registered for {kind}") from None


def _add(new: Effect) -> None:
    if new.kind in _effects:
        raise ValueError(f"two effects claim the kind {new.kind}")
    _effects[new.kind] = new
