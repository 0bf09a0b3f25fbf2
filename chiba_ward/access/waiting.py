"""Whether anything of a kind waits for a posting at all, read with the posting of a request (`access.duties`), so that the
first page asks nothing where nothing waits. Only a hint: what waits for whom, the questions themselves decide."""

from functools import partial
from typing import Any

from chiba_ward.access import duties
from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Posting


def announce(name: str, exists: str) -> None:
    """From an `AppConfig.ready`. `exists` is a condition over the rows of `directory_posting` and `directory_post` and
    `directory_office`; `%(now)s` is the moment of the question. It may be true where nothing waits, never false where
    something does."""
    duties.bring_along(exists, partial(_keep, name))


def may_wait(actor: Actor, name: str) -> bool:
    """True where nothing was brought along, as outside of a request: then the question is asked."""
    waits = actor.posting.waits if actor.posting else None
    return waits is None or waits[name]


def _keep(name: str, posting: Posting, value: Any) -> None:
    posting.waits = {**(posting.waits or {}), name: bool(value)}
