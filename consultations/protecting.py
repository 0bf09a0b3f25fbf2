"""The seam to `consultations.protection`, which lies above: whoever types for a person may say at once that it is protected."""

from collections.abc import Collection
from typing import Protocol

from django.http import HttpRequest, HttpResponse

from chiba_ward.access.actor import Actor
from consultations.models import Consultation


class Protector(Protocol):
    """`enclose` joins the caller's transaction and raises `Refused`; `leave` is the page that tells the number and what to
    do next, and `again` the same page for a press that was repeated, None where there was none."""

    def enclose(self, case: Consultation, kinds: Collection[str], by: Actor) -> object: ...

    def leave(self, request: HttpRequest, taken: object, draft: str) -> HttpResponse: ...

    def again(self, request: HttpRequest, draft: str) -> HttpResponse | None: ...


_protectors: list[Protector] = []


def register(protector: Protector) -> None:
    """Announce who protects, from an `AppConfig.ready`; the last one counts."""
    _protectors[:] = [protector]


def protector() -> Protector:
    """Raises LookupError where no package protects."""
    if not _protectors:
        raise LookupError("no package announced who protects a matter")
    return _protectors[0]
