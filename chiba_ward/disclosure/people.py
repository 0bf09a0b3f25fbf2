"""Who the person of a matter is: told by the modules, which lie above (`register` in an `AppConfig.ready`)."""

from collections.abc import Callable

from chiba_ward.casework.models import Matter
from chiba_ward.disclosure.marks import Known

Read = Callable[[int], Known]
_readers: dict[str, Read] = {}


def register(kind: str, read: Read) -> None:
    """`read(matter id)` is the person whom a matter of this kind is about."""
    _readers[kind] = read


def of(matter: Matter) -> Known:
    """Nobody in particular where the module knows of none: then the matter alone is the mark."""
    read = _readers.get(matter.kind)
    return read(matter.pk) if read else Known(matter=matter.pk)
