"""A queryset whose SQL is composed once by each process; afterwards only its values change.

For questions that every page of a kind asks in the same words: the lines of a case, its promises, its persons. Composing
them through the ORM costs three times as much as PostgreSQL takes to answer. Never for what an actor may see: rights are
composed anew with every request (docs/adr/0019-measured-speed.md).
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)


class Prepared(Generic[Row]):
    """`Prepared(lambda matter: TimelineEntry.objects.filter(matter=matter))(7)` gives the rows as the queryset would.

    `build` takes whole numbers alone, keys of rows, and may not look at them: it is called once, with stand-ins.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row]]) -> None:
        self._build = build
        self._arity = build.__code__.co_argcount

    def __call__(self, *values: int) -> list[Row]:
        known = dict(zip(self._stand_ins, values, strict=True))
        return self._form.rows([known.get(value, value) for value in self._form.values])

    @cached_property
    def _stand_ins(self) -> tuple[int, ...]:
        """Numbers that no key has."""
        return tuple(-(7_000_000_000_000_000_000 + place) for place in range(self._arity))

    @cached_property
    def _form(self) -> "_Form[Row]":
        form = _Form(self._build(*self._stand_ins))
        missing = [number for number in self._stand_ins if number not in form.values]
        if missing:
            raise ValueError("every value of a prepared queryset must stand in its SQL")
        return form


class _Form(Generic[Row]):
    """The SQL, and how an answered row becomes a model with its joined rows and annotations."""

    def __init__(self, rows: models.QuerySet[Row]) -> None:
        if rows._prefetch_related_lookups or rows._fields is not None:  # type: ignore[attr-defined]  # as Django keeps them
            raise ValueError("a prepared queryset gives plain rows: no prefetch, no values()")
        if not rows.ordered:
            raise ValueError("a prepared queryset has an order")
        self._compiler = rows.query.get_compiler(connection=connection)
        self.sql, values = self._compiler.as_sql()
        self.values: Sequence[Any] = tuple(values)
        select, info = self._compiler.select, self._compiler.klass_info
        self._model: type[Row] = info["model"]
        own = info["select_fields"]
        self._start, self._end = own[0], own[-1] + 1
        self._names = [column.target.attname for column, *_ in select[self._start : self._end]]
        self._joined = get_related_populators(info, select, connection.alias)
        self._annotations = dict(self._compiler.annotation_col_map)
        self._converters = self._compiler.get_converters([expression for expression, *_ in select])

    def rows(self, values: Sequence[Any]) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            answered = cursor.fetchall()
        if self._converters:
            answered = list(self._compiler.apply_converters(answered, self._converters))
        return [self._row(row) for row in answered]

    def _row(self, row: Sequence[Any]) -> Row:
        found = self._model.from_db(connection.alias, self._names, row[self._start : self._end])
        for joined in self._joined:
            joined.populate(row, found)
        for name, place in self._annotations.items():
            setattr(found, name, row[place])
        return found
