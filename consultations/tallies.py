"""How many of an actor's cases are urgent, late, nobody's, one's own: the tabs of the queue and the work of the day.

The rules are those of the filters and of `mine_rule`; composed once by each process, they are filled with the moment.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Posting
from chiba_ward.rows.memory import remembered
from chiba_ward.rows.tally import Condition, composed, tally
from consultations.enums import Flag
from consultations.filters import DUE, due_rule, midnight
from consultations.models import Consultation
from consultations.querysets import mine_rule

# Stand in for the moment and the end of its day while a rule is composed.
NOW = dt.datetime(1900, 1, 1, 12, tzinfo=dt.UTC)
ALL, UNTAKEN, MINE, DV = "all", "untaken", "mine", "dv"


def counts_of(rows: Any, actor: Actor, now: dt.datetime, names: Iterable[str]) -> dict[str, int]:
    """How many of these rows each name finds: the names of `DUE`, `all`, `untaken`, `mine`, `dv`. One question."""
    known = {NOW: now, midnight(NOW): midnight(now)}
    conditions = {name: _condition(name, actor).with_values(known) for name in names}
    return tally(rows, conditions)


def _condition(name: str, actor: Actor) -> Condition:
    if name != MINE:
        return _fixed()[name]
    if actor.posting is None:
        return composed(Consultation, mine_rule(actor))
    return _mine(actor.posting.pk, actor.posting.post_id, actor.posting.kind, timezone.localdate())


@lru_cache
def _fixed() -> Mapping[str, Condition]:
    rules = {name: due_rule(name, NOW) for name, _ in DUE}
    rules |= {ALL: Q(), UNTAKEN: Q(assignee__isnull=True), DV: Q(flags__contains=[Flag.DV])}
    return {name: composed(Consultation, rule) for name, rule in rules.items()}


@remembered
def _mine(posting: int, post: int, kind: str, day: dt.date) -> Condition:
    """All that the rule asks of a posting stands in the arguments, so that nobody gets another's."""
    seat = Posting(pk=posting, post_id=post, kind=kind)
    return composed(Consultation, mine_rule(Actor(posting=seat)))
