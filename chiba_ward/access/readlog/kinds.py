"""What modules tell the read log when Django is ready: kinds of objects, what a URL asks for, when offices are open."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chiba_ward.directory.models import Office

Find = Callable[[str], int | None]
IsOpen = Callable[["Office", dt.datetime], bool]


@dataclass(frozen=True)
class Kind:
    """`is_matter`: its ids are those of matters, so that opening one is opening the matter."""

    name: str
    label: str
    is_matter: bool = False


@dataclass(frozen=True)
class Target:
    """What the argument of a URL names; `find` gives the id of the matter, where the argument is its number."""

    kind: str
    find: Find | None = None


class UnknownKindError(LookupError):
    """Nobody announced this kind: a slip of the pen, or `register_kind` is missing in an `AppConfig.ready`."""


_kinds: dict[str, Kind] = {}
_targets: dict[tuple[str, str], Target] = {}
_clock: list[IsOpen] = []


def register_kind(name: str, label: str, *, is_matter: bool = False) -> None:
    """Announce a kind of object with the word that auditors read."""
    _kinds[name] = Kind(name, label, is_matter)


def kind_of(name: str) -> Kind:
    """Raises UnknownKindError."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKindError(name) from None


def labels() -> dict[str, str]:
    return {name: kind.label for name, kind in _kinds.items()}


def register_target(view: str, argument: str, kind: str, *, find: Find | None = None) -> None:
    """Say what `argument` names in every route whose view name begins with `view` (`staff:`, `documents:show`)."""
    _targets[view, argument] = Target(kind, find)


def target_of(view_name: str, argument: str) -> Target | None:
    """The most exact announcement."""
    fitting = [view for view, name in _targets if name == argument and view_name.startswith(view)]
    return _targets[max(fitting, key=len), argument] if fitting else None


def matter_of_number(number: str) -> int | None:
    """The matter with this receipt number, as the modules that have such numbers look it up."""
    finds = dict.fromkeys(target.find for (_, argument), target in _targets.items() if argument == "number")
    return next((found for find in finds if find and (found := find(number))), None)


def register_opening_hours(is_open: IsOpen) -> None:
    """Who knows the opening hours of an office; without one nothing is marked as 時間外."""
    _clock[:] = [is_open]


def is_off_hours(office: "Office", at: dt.datetime) -> bool:
    return bool(_clock) and not _clock[0](office, at)
