"""Asking one row in memory what a `Q` asks of a table, so that a rule is written once and a page asks no question twice.

Only plain comparisons of a row's own columns and of its forward relations are read here. Whatever else a rule holds
(a subquery, a search) is asked of the database. A test compares both for every relation, actor and row.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": lambda value, wanted: value == wanted,
    "in": lambda value, wanted: value in wanted,
    "isnull": lambda value, wanted: (value is None) == wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
}
PLAIN = (list, tuple, set, frozenset)


class _NotPlainError(Exception):
    """The rule holds something that only the database can answer."""


def is_true_of(rule: Q, row: Model) -> bool:
    """Whether the rule is true of this row as it stands in memory. Costs a question only where it must."""
    try:
        return _true(rule, row)
    except _NotPlainError:
        return type(row)._default_manager.filter(rule, pk=row.pk).exists()


def compares_with_nothing(rule: Q) -> bool:
    """Whether a lookup compares with None: "the office of an actor without one" must never mean "no office"."""
    return any(value is None for _, value in lookups(rule))


def lookups(rule: Q) -> Iterator[tuple[str, Any]]:
    for child in rule.children:
        if isinstance(child, Q):
            yield from lookups(child)
        elif isinstance(child, tuple):
            yield child


def _true(rule: Q, row: Model) -> bool:
    """Left to right, and no further than needed: a plain part that decides saves the question of the next."""
    if rule.connector not in (Q.AND, Q.OR):
        raise _NotPlainError
    parts = (_part(child, row) for child in rule.children)
    return (any(parts) if rule.connector == Q.OR else all(parts)) != rule.negated


def _part(child: Any, row: Model) -> bool:
    if isinstance(child, Q):
        return _true(child, row)
    if not isinstance(child, tuple):
        raise _NotPlainError
    path, wanted = child
    *steps, last = str(path).split("__")
    name = last if last in COMPARISONS else "exact"
    if last not in COMPARISONS:
        steps = [*steps, last]
    if name == "in" and not isinstance(wanted, PLAIN):
        raise _NotPlainError
    return _compared(name, _value(row, steps), _plain(wanted))


def _compared(name: str, value: Any, wanted: Any) -> bool:
    """As SQL does: an empty column is neither equal to anything nor different from it."""
    if value is None and name != "isnull":
        return False
    return COMPARISONS[name](value, wanted)


def _value(row: Model, steps: list[str]) -> Any:
    current: Any = row
    for step in steps[:-1]:
        field = _forward(current, step)
        current = getattr(current, field.name)
        if current is None:
            return None
    if steps[-1] == "pk":
        return current.pk
    return getattr(current, _forward(current, steps[-1]).attname)


def _forward(row: Model, name: str) -> Any:
    """A column of this row. A reverse relation, an annotation or a many-to-many only the database knows."""
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        raise _NotPlainError from None
    if not field.concrete or field.many_to_many:
        raise _NotPlainError
    return field


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, PLAIN):
        return [_plain(one) for one in value]
    if hasattr(value, "resolve_expression"):
        raise _NotPlainError
    return value
