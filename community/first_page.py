"""What other modules add to the first page of an organisation's officers: what waits for them, and the way in.

A provider is asked with the actor and gives sections; it asks the database a number of times that does not grow with
what it finds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chiba_ward.access.actor import Actor


@dataclass(frozen=True)
class Waiting:
    """One thing to do. `shows` is kind and key for the read log."""

    label: str
    url: str
    note: str = ""
    shows: tuple[str, int] | None = None


@dataclass(frozen=True)
class Section:
    """`more` is an address with its label: the way in, also where nothing waits."""

    key: str
    title: str
    waiting: tuple[Waiting, ...] = ()
    lead: str = ""
    more: tuple[str, str] = ("", "")


Provider = Callable[[Actor], Iterator[Section]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """From a module's `AppConfig.ready`, in the order of the page; twice counts once."""
    if provider not in _providers:
        _providers.append(provider)


def sections_for(actor: Actor) -> list[Section]:
    return [section for provider in _providers for section in provider(actor)]
