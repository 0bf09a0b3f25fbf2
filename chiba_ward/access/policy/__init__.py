"""Who may do what with which object: `policy.yaml` is the one place, and these are the questions asked of it.

A right is named `object.action`. Lists ask `rows`, pages and services ask `allows`; which roles could ever, `roles_for`.
How an object stands to an actor is a relation, written in the module beside its queryset (`relations`).
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from chiba_ward.access.policy.kinds import ROLES, kinds_of
from chiba_ward.access.policy.loading import current
from chiba_ward.access.policy.model import Door, Right
from chiba_ward.directory.enums import Role

__all__ = [
    "allows",
    "allows_at",
    "object_of",
    "opens",
    "right_named",
    "roles_for",
    "rows",
]


def rows(actor: Actor, *rights: str) -> Q:
    """The rows with which the actor has one of these rights: every granted relation, joined by "or"; nothing without
    one."""
    kinds = kinds_of(actor)
    found = [relation.rows(actor) for right in rights for relation in _relations(right_named(right), kinds)]
    if not all(found):  # a rule without a condition is every row; joined by "or" it would vanish
        return Q()
    return reduce(or_, found, relations.NOTHING)


def allows(actor: Actor, right: str, row: Model | None = None) -> bool:
    """Whether the actor has this right with this row; without a row, whether there could be one."""
    return _holds(_relations(right_named(right), kinds_of(actor)), actor, row)


def allows_at(actor: Actor, door: str, row: Model | None = None) -> bool:
    """Whether the actor may come through this door (`staff:act name=close`) to this row, by any right behind it.

    Raises LookupError for a door that no object has; the empty door opens to nobody.
    """
    return bool(door) and any(
        _holds(_relations(right, filter(here.is_for, kinds_of(actor))), actor, row)
        for right, here in _rights_at(door)
    )


def _holds(found: Iterator[relations.Relation], actor: Actor, row: Model | None) -> bool:
    return any(
        relation.could_hold(actor) if row is None else relation.holds(actor, row) for relation in found
    )


def _relations(right: Right, kinds: Iterable[str]) -> Iterator[relations.Relation]:
    """The relations that the right is granted in to any of these kinds, each once."""
    names = dict.fromkeys(name for kind in kinds for name in right.relations_for(kind))
    return (relations.get(right.object_name, name) for name in names)


def _rights_at(door: str) -> tuple[tuple[Right, Door], ...]:
    try:
        return current().rights_by_door[door]
    except KeyError:
        raise LookupError(f"policy.yaml has no door {door}") from None


def roles_for(right: str) -> frozenset[Role]:
    """The roles that could have this right: for choosing whom to offer, never for deciding about one person."""
    return frozenset(ROLES[kind] for kind in right_named(right).grants if kind in ROLES)


def right_named(name: str) -> Right:
    """Raises LookupError for a right that the file does not have."""
    try:
        return current().rights[name]
    except KeyError:
        raise LookupError(f"policy.yaml has no right {name}") from None


def object_of(model: type[Model]) -> str:
    """The object that a model belongs to. Raises LookupError."""
    try:
        return current().objects_by_model[model._meta.label]
    except KeyError:
        raise LookupError(f"policy.yaml: the model {model._meta.label} belongs to no object") from None


def opens(actor: Actor, view: str) -> bool:
    """Whether the actor could pass this view's door at all; which objects stand behind it, the view decides.

    A view that the file does not name opens to nobody.
    """
    at_the_door = current().kinds_by_view.get(view, frozenset[Any]())
    return not at_the_door.isdisjoint(kinds_of(actor))
