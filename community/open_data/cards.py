"""Cards that other modules add to the public page of a ward and of a district, and to the 地域カルテ.

A provider is asked with the ward and the district (None on the page of a whole ward) and gives what everybody may read:
the page opens without signing in. It asks the database a number of times that does not grow with what it finds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chiba_ward.directory.models import Area, Ward


@dataclass(frozen=True)
class CardLine:
    """`url` is empty where a line leads nowhere; `note` stands behind it in small letters."""

    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Card:
    """`more` is an address with its label, for the rest of a long list. A card without lines shows `empty`."""

    key: str
    title: str
    lines: tuple[CardLine, ...]
    more: tuple[str, str] = ("", "")
    empty: str = ""


Provider = Callable[[Ward, Area | None], Iterator[Card]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """From a module's `AppConfig.ready`, in the order of the page; twice counts once."""
    if provider not in _providers:
        _providers.append(provider)


def cards_of(ward: Ward, area: Area | None) -> list[Card]:
    return [card for provider in _providers for card in provider(ward, area)]
