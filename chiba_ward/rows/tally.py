"""How many rows meet each of several conditions, in one question whose conditions are composed once.

A queue counts eight tabs on every page. Composing eight conditions through the ORM costs more than PostgreSQL takes to
count; the rows that are counted (who may see what) are composed anew each time, the conditions are not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import Expression


@dataclass(frozen=True)
class Condition:
    """A rule over one table as SQL. `values` may hold stand-ins, which `with_values` replaces."""

    sql: str = ""
    values: tuple[Any, ...] = ()

    def with_values(self, known: Mapping[Any, Any]) -> "Condition":
        return Condition(self.sql, tuple(_replaced(value, known) for value in self.values))


def _replaced(value: Any, known: Mapping[Any, Any]) -> Any:
    """A list (of an array column) is nobody's stand-in, and no key either."""
    return value if isinstance(value, list) else known.get(value, value)


def composed(model: type[models.Model], rule: Q) -> Condition:
    """The rule's SQL over the model's own columns. Raises ValueError for a rule that joins another table."""
    query = model._default_manager.filter(rule).order_by().query
    try:
        sql, values = query.get_compiler(connection=connection).compile(query.where)
    except FullResultSet:
        return Condition()
    except EmptyResultSet:
        return Condition("FALSE")
    if [alias for alias in query.alias_map if query.alias_refcount[alias]] not in (
        [],
        [model._meta.db_table],
    ):
        raise ValueError("a counted rule names columns of its own table, or asks another in a subquery")
    return Condition(sql, tuple(values))


class _Counted(Expression):
    contains_aggregate = True
    empty_result_set_value = 0

    def __init__(self, condition: Condition) -> None:
        super().__init__(output_field=models.IntegerField())
        self.condition = condition

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        narrowed = f" FILTER (WHERE {self.condition.sql})" if self.condition.sql else ""
        return f"COUNT(*){narrowed}", list(self.condition.values)

    def get_group_by_cols(self) -> list[Any]:
        return []


def tally(rows: models.QuerySet[Any], conditions: Mapping[str, Condition]) -> dict[str, int]:
    """The number of rows that meet each condition."""
    names = {f"n{place}": key for place, key in enumerate(conditions)}
    found = rows.order_by().aggregate(**{name: _Counted(conditions[key]) for name, key in names.items()})
    return {key: found[name] for name, key in names.items()}
