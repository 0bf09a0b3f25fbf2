"""Model fields whose column holds an envelope: opened on the instance when they are first read.

Nothing is kept of an empty text but empty bytes, so that the database can still demand that something is there
(`email__filled=True`). `values()` hands out `Sealed`, which opens only for its own row: `opened(…)`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.expressions import Col
from django.db.models.lookups import IsNull, Lookup
from django.db.models.query_utils import DeferredAttribute

from chiba_ward.sealed import envelope
from chiba_ward.sealed.envelope import Sealed, SealError

if TYPE_CHECKING:
    TextBase = models.Field[str, str]
    JsonBase = models.Field[Any, Any]
else:
    TextBase = JsonBase = models.Field

OPENED = "_opened_seals"  # on an instance: column -> (place, envelope, text), to write unchanged words as they were


def opened(value: object, model: type[models.Model], column: str, pk: object) -> Any:
    """What a `values()` query gave for one row's column, in words. Raises SealError."""
    field = cast("SealedField", model._meta.get_field(column))
    return field.loads(value.open(*field.whereabouts, pk)) if isinstance(value, Sealed) else value


class SealedAttribute(DeferredAttribute):
    """Opens on reading. A data descriptor, so that the instance's own dictionary cannot get past it."""

    field: SealedField

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        value = super().__get__(instance, cls)
        return self.field.open_on(instance, value) if isinstance(value, Sealed) and instance else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedColumn(Col):
    """The column in SQL: it may be selected, but order, groups and comparisons of envelopes mean nothing."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if compiler.select is not None:  # Django has compiled the selected columns and is past them
            raise FieldError(
                f"{self.target} is sealed: it cannot be sorted, grouped or compared in the database"
            )
        return super().as_sql(compiler, connection)


class SealedField(models.Field):
    """What both kinds share."""

    descriptor_class = SealedAttribute
    empty_strings_allowed = True

    # -- where it stands

    @property
    def whereabouts(self) -> tuple[str, str]:
        """Table and column bound into the envelope. A history row holds a copy of its subject's envelope."""
        tracked = getattr(self.model, "pgh_tracked_model", None) or self.model
        return str(tracked._meta.db_table), str(self.column)

    @property
    def row_key(self) -> str:
        """The column whose value is bound in: the row's key; in history, that of the row it tells of."""
        return "pgh_obj_id" if getattr(self.model, "pgh_tracked_model", None) else self.model._meta.pk.attname

    def place_of(self, instance: models.Model) -> str:
        return envelope.place(*self.whereabouts, getattr(instance, self.row_key))

    # -- opening and sealing

    def open_on(self, instance: models.Model, sealed: Sealed) -> Any:
        at = self.place_of(instance)
        text = envelope.open_envelope(sealed.envelope, at)
        instance.__dict__.setdefault(OPENED, {})[self.attname] = (at, sealed.envelope, text)
        value = instance.__dict__[self.attname] = self.loads(text)
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__[self.attname]
        if value is None:
            return None
        if isinstance(value, Sealed):
            if envelope.is_current(value.envelope):
                return value
            value = self.open_on(model_instance, value)
        return Sealed(self._sealed(model_instance, self.dumps(value)))

    def _sealed(self, instance: models.Model, text: str) -> bytes:
        """Unchanged words keep their envelope unless its key is an old one."""
        if not text:
            return b""
        if instance.pk is None:
            raise SealError(f"{self}: the row needs its key before it is sealed (SealedRowKey)")
        at, kept = self.place_of(instance), instance.__dict__.setdefault(OPENED, {})
        before = kept.get(self.attname)
        if before and before[0] == at and before[2] == text and envelope.is_current(before[1]):
            return bytes(before[1])
        kept[self.attname] = (at, envelope.seal(text, at), text)
        return bytes(kept[self.attname][1])

    def is_filled_on(self, instance: models.Model) -> bool:
        value = instance.__dict__.get(self.attname)
        return isinstance(value, Sealed) or (value is not None and self.dumps(value) != "")

    def dumps(self, value: Any) -> str:
        """The text that is sealed; empty for a value that needs no seal."""
        raise NotImplementedError

    def loads(self, text: str) -> Any:
        raise NotImplementedError

    # -- the database

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return str(connection.ops.binary_placeholder_sql(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        raw = bytes(value)
        return Sealed(raw) if raw else self.loads("")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Outside of saving only whether it is filled can matter: a constraint that is checked before."""
        if isinstance(value, Sealed):
            return connection.Database.Binary(value.envelope)
        return value if value is None else connection.Database.Binary(b"?" if self.dumps(value) else b"")

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or isinstance(value, Sealed):
            return self.get_db_prep_value(value, connection)
        if hasattr(value, "resolve_expression") or (value != b"" and self.dumps(value)):
            raise SealError(
                f"{self}: only an instance that is saved can be sealed, not update() or an expression"
            )
        return connection.Database.Binary(b"")

    def get_col(self, alias: str, output_field: models.Field[Any, Any] | None = None) -> Col:
        return SealedColumn(alias, self, output_field or self)

    @property
    def cached_col(self) -> Col:
        return self.get_col(self.model._meta.db_table)

    def get_lookup(self, lookup_name: str) -> Any:
        """`df` is the triggers' own «has this row's envelope changed»; a query that used it would not compile."""
        found = {"isnull": IsSealedNull, "filled": IsFilled}.get(lookup_name)
        if found is None and lookup_name not in ("df", "ndf"):
            raise FieldError(
                f"{self} is sealed: it cannot be looked up by {lookup_name} (casework.search finds words)"
            )
        return found or super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is sealed: the database cannot compute with it")

    def value_to_string(self, obj: models.Model) -> str:
        raise SealError(
            f"{self}: sealed columns are not serialised; a dump of the database keeps their envelopes"
        )


class _OfEnvelope(Lookup):
    """Looks at the envelope itself, which a sealed column permits."""

    def get_prep_lhs(self) -> Any:
        column = self.lhs
        return (
            Col(column.alias, column.target, column.output_field)
            if isinstance(column, SealedColumn)
            else column
        )


class IsSealedNull(_OfEnvelope, IsNull):
    pass


class IsFilled(_OfEnvelope):
    """`name__filled=True`: something is sealed there."""

    lookup_name = "filled"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, parameters = self.process_lhs(compiler, connection)
        return f"octet_length({sql}) {'>' if self.rhs else '='} 0", parameters


class SealedTextField(SealedField, TextBase):
    """Words of any length; `max_length` is kept by Python, since the column cannot count what it cannot read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def dumps(self, value: Any) -> str:
        text = str(value)
        if self.max_length is not None and len(text) > self.max_length:
            raise ValueError(f"{self}: longer than {self.max_length} characters")
        return text

    def loads(self, text: str) -> str:
        return text

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.CharField, "max_length": self.max_length, **kwargs})


class SealedJSONField(SealedField, JsonBase):
    """Small structures. The field's default is what is empty."""

    empty_strings_allowed = False

    def dumps(self, value: Any) -> str:
        if value in ("", b"") or value == self.get_default():
            return ""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def loads(self, text: str) -> Any:
        return json.loads(text) if text else self.get_default()

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": forms.JSONField, **kwargs})


def sealed_fields(model: type[models.Model]) -> list[SealedField]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]
