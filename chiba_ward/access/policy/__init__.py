"""Who may do what with which object: `policy.yaml` is the one place, and these are the questions asked of it.

A right is named `object.action`. Lists ask `rows`, pages and services ask `allows`; which roles could ever, `roles_for`.
How an object stands to an actor is a relation, written in the module beside its queryset (`relations`).
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import relations
from chiba_ward.access.policy.kinds import ROLES, kinds_of
from chiba_ward.access.policy.loading import current
from chiba_ward.access.policy.model import Right
from chiba_ward.directory.enums import Role

__all__ = [
    "allows",
    "allows_at",
    "granted",
    "object_of",
    "opens",
    "right_named",
    "rights_at",
    "roles_for",
    "rows",
]


def rows(actor: Actor, right: str) -> Q:
    """The rows with which the actor has this right: every granted relation, joined by "or"; nothing without one."""
    found = [relation.rows(actor) for relation in _relations(actor, right)]
    if not all(found):  # a rule without a condition is every row; joined by "or" it would vanish
        return Q()
    return reduce(or_, found, relations.NOTHING)


def allows(actor: Actor, right: str, row: Model | None = None) -> bool:
    """Whether the actor has this right with this row; without a row, whether there could be one."""
    found = _relations(actor, right)
    return any(
        relation.could_hold(actor) if row is None else relation.holds(actor, row) for relation in found
    )


def allows_at(actor: Actor, door: str, row: Model | None = None) -> bool:
    """Whether the actor may come through this door (`staff:act name=close`) to this row, by any right behind it."""
    return any(allows(actor, right, row) for right in rights_at(door))


def rights_at(door: str) -> tuple[str, ...]:
    """The rights behind a door. Raises LookupError for a door that no object has."""
    try:
        return current().rights_by_door[door]
    except KeyError:
        raise LookupError(f"policy.yaml has no door {door}") from None


def granted(actor: Actor, right: str) -> tuple[str, ...]:
    """The relations in which this actor has the right."""
    asked = right_named(right)
    found = (name for kind in kinds_of(actor) for name in asked.relations_for(kind))
    return tuple(dict.fromkeys(found))


def _relations(actor: Actor, right: str) -> Iterator[relations.Relation]:
    object_name = right_named(right).object_name
    return (relations.get(object_name, name) for name in granted(actor, right))


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
