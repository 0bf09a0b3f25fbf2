"""What stands beside a case when several agencies work on it: offered by the modules above, asked by this one.

They register in their `AppConfig.ready`; the core of consultations never imports them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chiba_ward.access.actor import Actor

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office
    from consultations.models import ConsentGrant, Consultation


@dataclass(frozen=True)
class Line:
    """One row of a card: where it leads, how it stands."""

    label: str
    url: str
    state: str = ""
    tone: str = "neutral"


@dataclass(frozen=True)
class Card:
    """A card of the case screen. `action` is a link to something new: its address and its words."""

    key: str
    title: str
    lines: tuple[Line, ...] = field(default=())
    action: tuple[str, str] = ("", "")
    empty: str = ""


Decision = Callable[["Consultation"], str]
Withdrawn = Callable[["ConsentGrant", Actor], object]
Cards = Callable[["Consultation", Actor], Iterable[Card]]
Columns = Callable[[Actor], dict[str, Any]]
Moved = Callable[["Consultation", "Office", "Office"], object]
_decisions: list[Decision] = []
_withdrawn: list[Withdrawn] = []
_cards: list[Cards] = []
_columns: list[Columns] = []
_moved: list[Moved] = []


def register(
    *,
    decision: Decision | None = None,
    withdrawn: Withdrawn | None = None,
    cards: Cards | None = None,
    columns: Columns | None = None,
    moved: Moved | None = None,
) -> None:
    """The same function twice counts once."""
    if decision is not None and decision not in _decisions:
        _decisions.append(decision)
    if withdrawn is not None and withdrawn not in _withdrawn:
        _withdrawn.append(withdrawn)
    if cards is not None and cards not in _cards:
        _cards.append(cards)
    if columns is not None and columns not in _columns:
        _columns.append(columns)
    if moved is not None and moved not in _moved:
        _moved.append(moved)


def decision_of(case: "Consultation") -> str:
    """How several agencies decided about this case; empty where they did not."""
    return next((found for ask in _decisions if (found := ask(case))), "")


def consent_withdrawn(consent: "ConsentGrant", by: Actor) -> None:
    """Under the lock of the case: whatever else stood on this consent ends in the same transaction."""
    for end in _withdrawn:
        end(consent, by)


def moved_to_ward(case: "Consultation", office: "Office", heir: "Office") -> None:
    """Under the lock of the case: what `office` keeps beside it goes to `heir` in the same transaction, with all sight of it."""
    for follow in _moved:
        follow(case, office, heir)


def columns_for(actor: Actor) -> dict[str, Any]:
    """What the cards need of a case, as annotations of the one question for it."""
    return {name: column for offer in _columns for name, column in offer(actor).items()}


def cards_of(case: "Consultation", actor: Actor) -> list[Card]:
    return [card for offer in _cards for card in offer(case, actor)]
