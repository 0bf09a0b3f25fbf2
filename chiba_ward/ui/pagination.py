"""Keyset pages: the next page begins after the last row seen, however many rows lie before it.

The order must end in a unique column and its columns must not be null. Keys stand in the address, so
never order by anything personal (names, readings): order by dates, ranks and numbers."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import QueryDict
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=Model)
PAGE_SIZES = (20, 50, 100)
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class CappedCount:
    """A number of rows that stops counting at a limit."""

    value: int
    is_capped: bool

    @classmethod
    def of(cls, number: int, limit: int = COUNT_LIMIT) -> CappedCount:
        """A number that is known, said as one that was counted up to the limit."""
        return cls(min(number, limit), number > limit)

    def __str__(self) -> str:
        """Return 「12件」 or 「1,000件以上」."""
        if self.is_capped:
            return _("%(number)s件以上") % {"number": f"{self.value:,}"}
        return _("%(number)s件") % {"number": f"{self.value:,}"}


def capped_count(rows: QuerySet[Any], limit: int = COUNT_LIMIT) -> CappedCount:
    """Count at most ``limit`` rows: the database stops there, and computes nothing that a row would show."""
    return CappedCount.of(rows.order_by().values("pk")[: limit + 1].count(), limit)


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page of rows with the addresses of its neighbours; an empty address means none."""

    rows: Sequence[Row]
    previous_url: str = ""
    next_url: str = ""
    first_url: str = ""
    count: CappedCount | None = None
    size: int = PAGE_SIZES[0]
    sizes: Sequence[tuple[int, str]] = field(default_factory=tuple)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def has_neighbours(self) -> bool:
        """Whether there is another page at all."""
        return bool(self.previous_url or self.next_url)


class KeysetPaginator(Generic[Row]):
    """Cuts a queryset into pages by the key columns of ``order`` (``"-rank", "due_at", "pk"``).

    ``size`` is used unless the address asks for one of PAGE_SIZES. Raises ValueError for an order
    that does not end in ``pk``."""

    def __init__(self, rows: QuerySet[Row], order: Sequence[str], size: int = PAGE_SIZES[1]) -> None:
        key = rows.model._meta.pk.attname
        self.names = [key if name.lstrip("-") == "pk" else name.lstrip("-") for name in order]
        if self.names[-1] != key:
            raise ValueError("the order of a keyset page must end in pk")
        self.descending = [name.startswith("-") for name in order]
        self.all_rows, self.size = rows, size

    def page(self, query: QueryDict, count: bool | CappedCount | None = True) -> KeysetPage[Row]:
        """Return the page that ``after``, ``before`` and ``size`` of the address ask for.

        All rows are counted up to the limit; ``count`` is False for no number, or the number where it is known.
        A key that cannot be read leads to the first page: an old bookmark is no error."""
        size = self._size(query)
        backwards = "before" in query and "after" not in query
        key = self._read_key(query.get("before" if backwards else "after", ""))
        found = self._slice(key, backwards and key is not None, size)
        more, rows = len(found) > size, found[:size]
        backwards = backwards and key is not None
        rows = rows[::-1] if backwards else rows
        has_next = bool(rows) and (key is not None if backwards else more)
        has_previous = bool(rows) and (more if backwards else key is not None)
        return KeysetPage(
            rows,
            previous_url=self._url(query, before=self._key(rows[0])) if has_previous else "",
            next_url=self._url(query, after=self._key(rows[-1])) if has_next else "",
            first_url=self._url(query),
            count=self._count(count),
            size=size,
            sizes=[(number, self._url(query, size=str(number))) for number in PAGE_SIZES],
        )

    def _count(self, wanted: bool | CappedCount | None) -> CappedCount | None:
        if isinstance(wanted, CappedCount) or wanted is False:
            return wanted or None
        return capped_count(self.all_rows)

    def _size(self, query: QueryDict) -> int:
        asked = query.get("size", "")
        return int(asked) if asked in map(str, PAGE_SIZES) else self.size

    def _slice(self, key: list[Any] | None, backwards: bool, size: int) -> list[Row]:
        flags = [flag != backwards for flag in self.descending]
        order = [
            F(name).desc() if down else F(name).asc() for name, down in zip(self.names, flags, strict=True)
        ]
        rows = self.all_rows.order_by(*order)
        if key is not None:
            rows = rows.filter(self._beyond(key, flags))
        return list(rows[: size + 1])

    def _beyond(self, key: list[Any], flags: list[bool]) -> Any:
        """Rows after ``key``: a row comparison where all columns run one way, else spelled out."""
        if len(set(flags)) == 1:
            lookup = TupleLessThan if flags[0] else TupleGreaterThan
            return lookup(tuple(F(name) for name in self.names), tuple(key))
        reached, equal = Q(pk__in=[]), Q()
        for name, value, down in zip(self.names, key, flags, strict=True):
            reached |= equal & Q(**{f"{name}__{'lt' if down else 'gt'}": value})
            equal &= Q(**{name: value})
        first = f"{self.names[0]}__{'lte' if flags[0] else 'gte'}"
        return Q(**{first: key[0]}) & reached  # the plain bound lets an index on the first column serve

    def _key(self, row: Row) -> str:
        values = [_attribute(row, name) for name in self.names]
        plain = json.dumps(values, cls=_ExactTimes, separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    def _read_key(self, text: str) -> list[Any] | None:
        if not text or len(text) > 1000:
            return None
        try:
            values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return [
                _checked(self._field(name), value) for name, value in zip(self.names, values, strict=True)
            ]
        except (ValueError, TypeError, binascii.Error, ValidationError):
            return None

    def _field(self, name: str) -> Any:
        annotation = self.all_rows.query.annotations.get(name)
        if annotation is not None:
            return annotation.output_field
        *path, last = name.split("__")
        options: Any = self.all_rows.model._meta
        for step in path:
            options = options.get_field(step).related_model._meta
        return options.get_field(last)

    def _url(self, query: QueryDict, **changes: str) -> str:
        state = query.copy()
        for name in ("after", "before"):
            state.pop(name, None)
        for name, value in changes.items():
            state[name] = value
        return "?" + state.urlencode()


def _checked(column: Any, value: Any) -> Any:
    """A key from an address as the column's type; ValueError or ValidationError if it cannot be one."""
    if value is None or "\0" in str(value):
        raise ValueError(value)
    plain = column.to_python(value)
    column.run_validators(plain)  # a number too great for the column would stop the database
    return plain


class _ExactTimes(DjangoJSONEncoder):
    """Writes date-times with microseconds; the usual encoder cuts them and rows would repeat."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _attribute(row: Any, name: str) -> Any:
    for step in name.split("__"):
        row = getattr(row, step)
    return row
