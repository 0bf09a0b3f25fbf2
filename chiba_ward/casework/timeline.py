"""What happened to a matter, in order. Rows are never changed; the database refuses it."""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Matter, TimelineEntry
from chiba_ward.rows.together import Together


def record(
    matter: Matter,
    kind: str,
    by: Actor,
    *,
    audience: Audience = Audience.HOUSE,
    text: str = "",
    at: dt.datetime | None = None,
    into: Together | None = None,
    **data: Any,
) -> TimelineEntry:
    """Add one entry in the caller's transaction; `into` takes the row, to be written later.

    `kind` and `data` make the sentence in each language (`sentences`); `text` is what a person wrote. `at` is
    for entries of the past (paper, imports). `data` must be JSON: words, numbers, ids.
    """
    entry = TimelineEntry(
        matter=matter,
        at=at or timezone.now(),
        kind=kind,
        audience=audience,
        actor_label=by.label[:160],
        posting=by.posting,
        text=text,
        data=data,
    )
    if into is not None:
        return into.add(entry)
    entry.save(force_insert=True)
    return entry


def record_enclosure(matter: Matter, by: Actor) -> None:
    """In the compartment already: nobody outside reads that there was a move."""
    record(matter, "matter.enclosed", by, compartment=matter.compartment_id)
