"""A query without an order comes back in another order each time, as PostgreSQL is free to do any day."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)

READS_NO_ROWS = (SQLAggregateCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler)


def has_free_order(query: Any) -> bool:
    """Whether rows are read whose order nobody named. Sets, groups and sub-queries without a limit have none."""
    if query.distinct or query.group_by is not None or query.combinator or query.combined_queries:
        return False
    if query.subquery and not query.is_sliced:
        return False
    return not any(annotation.contains_aggregate for annotation in query.annotation_select.values())


@pytest.fixture(scope="session", autouse=True)
def _unordered_rows_come_shuffled() -> Iterator[None]:
    original = SQLCompiler._order_by_pairs

    def shuffled(compiler: SQLCompiler) -> Iterator[Any]:
        pairs = list(original(compiler))
        if not pairs and not isinstance(compiler, READS_NO_ROWS) and has_free_order(compiler.query):
            pairs = [(OrderBy(Random()), False)]
        yield from pairs

    SQLCompiler._order_by_pairs = shuffled
    yield
    SQLCompiler._order_by_pairs = original
