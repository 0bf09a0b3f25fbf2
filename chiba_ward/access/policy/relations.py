"""How an object may stand to an actor, each as one named rule that lives in the module beside its queryset.

    of = relations.of("consultation")

    @of
    def desk(actor: Actor) -> Q:
        return Q(desk_office=actor.office_id)

`policy.yaml` grants roles the relation by that name. The same rule selects rows for a list and is asked of one row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import matching
from chiba_ward.access.policy.model import ALWAYS

Rule = Callable[[Actor], Q | None]
RowRule = Callable[[Actor, Any], bool]
Written = TypeVar("Written", bound=Rule)
NOTHING = Q(pk__in=[])


class UnknownRelationError(LookupError):
    """The policy grants a relation that no module has written."""


@dataclass(frozen=True)
class Relation:
    """`rule` selects rows. Where rows cannot be selected, `row_rule` decides about one; where neither the actor nor
    the row knows (a token, a cookie), `elsewhere` names who decides."""

    name: str
    rule: Rule | None = None
    row_rule: RowRule | None = None
    elsewhere: str = ""

    def rows(self, actor: Actor) -> Q:
        """Nothing where the relation compares with something that the actor does not have."""
        if self.rule is None:
            raise LookupError(f"the relation {self.name} decides about one row, it selects none")
        found = self.rule(actor)
        return NOTHING if found is None or matching.compares_with_nothing(found) else found

    def could_hold(self, actor: Actor) -> bool:
        """Whether there may be such a row for this actor; asks the database nothing."""
        return self.rule is None or self.rows(actor) is not NOTHING

    def holds(self, actor: Actor, row: Model) -> bool:
        if self.row_rule is not None:
            return self.row_rule(actor, row)
        return self.rule is not None and matching.is_true_of(self.rows(actor), row)


_known: dict[tuple[str, str], Relation] = {}
_always = Relation(ALWAYS, rule=lambda actor: Q())


def of(object_name: str) -> Callable[[Written], Written]:
    """Register rules that select rows of this object, each under the name of its function."""

    def register(rule: Written) -> Written:
        _add(object_name, Relation(rule.__name__, rule=rule))
        return rule

    return register


def of_row(object_name: str, name: str, rule: RowRule) -> None:
    """Register a rule about one row of this object that cannot select rows."""
    _add(object_name, Relation(name, row_rule=rule))


def decided_elsewhere(object_name: str, name: str, where: str) -> None:
    """Register a relation that a request proves by itself: a token in the address, a signed cookie."""
    _add(object_name, Relation(name, elsewhere=where))


def get(object_name: str, name: str) -> Relation:
    if name == ALWAYS:
        return _always
    try:
        return _known[object_name, name]
    except KeyError:
        raise UnknownRelationError(f"{object_name}: no module has written the relation {name}") from None


def known() -> frozenset[tuple[str, str]]:
    """(object, relation) of everything that is written."""
    return frozenset(_known)


def _add(object_name: str, relation: Relation) -> None:
    """The same function again is harmless; another one under a taken name is a mistake."""
    before = _known.get((object_name, relation.name))
    if before is not None and _origin(before) != _origin(relation):
        raise ValueError(f"{object_name}: the relation {relation.name} is written twice")
    _known[object_name, relation.name] = relation


def _origin(relation: Relation) -> tuple[str, str]:
    written: Any = relation.rule or relation.row_rule
    return (written.__module__, written.__qualname__) if written else (relation.elsewhere, relation.name)
