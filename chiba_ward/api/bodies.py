"""What may be sent, derived from the forms of the pages: one rule, one implementation (DESIGN §2 rule 3).

`body_of(form)` makes a serializer from a form's fields. The serializer says what the description can say (types,
lengths, choices: 400); the form then cleans and judges the values as it does on its page (422).
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chiba_ward.api.problems import Problem, _below
from chiba_ward.directory.models import Office
from chiba_ward.ui.fields import EraDateField
from chiba_ward.ui.furigana import nofurigana

NO_SUCH_ID = 0
CODE = RegexValidator(r"^[A-Za-z0-9_.:-]+\Z", "半角の英数字と - _ . : にしてください。")
TIME = RegexValidator(r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", "時刻を「14:30」の形で入れてください。")
YEARS = range(1900, 2200)


# --- fields that take the very type and nothing that resembles it


class Text(serializers.CharField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "文字列にしてください。",
        "blank": "空にはできません。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
        "max_length": "{max_length}文字以内にしてください。",
        "min_length": "{min_length}文字以上にしてください。",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))

    def run_validators(self, value: Any) -> None:
        """REST framework's own checks for NUL and half characters speak English."""
        if "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise serializers.ValidationError("保存できない文字（NUL、片方だけのサロゲート）があります。")
        super().run_validators(value)


class Code(Text):
    """A code word of the master data; which ones stand, the rules say (422)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, "validators": [CODE], **kwargs})


class Flag(serializers.BooleanField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "true か false にしてください。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
    }

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


@extend_schema_field({"type": "boolean", "enum": [True]})
class Agreed(Flag):
    """Something that must have been done: only `true` is an answer."""

    def to_internal_value(self, data: Any) -> bool:
        if data is not True:
            raise serializers.ValidationError("確かめてから、true にしてください。")
        return True


class Number(serializers.IntegerField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "整数にしてください。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
        "max_value": "{max_value}以下にしてください。",
        "min_value": "{min_value}以上にしてください。",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class Choice(serializers.ChoiceField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": "一覧の中から選んでください。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
    }

    def to_internal_value(self, data: Any) -> str:
        """Nothing chosen is said by leaving the member out."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", input=data)
        return data


class Many(serializers.ListField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "not_a_list": "配列にしてください。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
        "max_length": "{max_length}個以内にしてください。",
        "min_length": "{min_length}個以上にしてください。",
        "empty": "一つ以上入れてください。",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 50, **kwargs})


class Day(serializers.DateField):
    """YYYY-MM-DD."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "日付を「2026-11-23」の形で入れてください。",
        "datetime": "日付だけにしてください。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
    }

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            self.fail("invalid", format="YYYY-MM-DD")
        found: dt.date = super().to_internal_value(value)
        return found


class Clock(Text):
    """HH:MM."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"validators": [TIME], **kwargs})


# --- bodies


class Body(serializers.Serializer[Any]):
    """An object with these members and no others: a name that is not known is refused, never ignored."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "オブジェクト（名前と値の組）にしてください。",
        "null": "null にはできません。",
        "required": "必ず入れてください。",
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {
                        str(name)[:80]: ["この名前の項目はありません。名前を確かめてください。"]
                        for name in unknown[:20]
                    }
                )
        return super().to_internal_value(data)


class FormBody(Body):
    """A body whose rules are a form's."""

    form: ClassVar[type[forms.BaseForm]]
    offices: ClassVar[Collection[str]] = ()

    @classmethod
    def rules(cls, data: Mapping[str, Any], pointer: str = "", **kwargs: Any) -> dict[str, Any]:
        """Cleaned values as the page would get them. Raises Problem (422) with a pointer for each error."""
        cleaned, errors = cls.judged(data, pointer, **kwargs)
        if errors:
            raise _refused(errors)
        return cleaned

    @classmethod
    def bound(cls, data: Mapping[str, Any], **kwargs: Any) -> Any:
        """The form itself, valid, where a verb of the pages takes it. Raises Problem (422)."""
        form, errors = cls._form(data, "", kwargs)
        if errors:
            raise _refused(errors)
        return form

    @classmethod
    def judged(
        cls, data: Mapping[str, Any], pointer: str = "", **kwargs: Any
    ) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """Cleaned values and errors, for a body of several forms."""
        form, errors = cls._form(data, pointer, kwargs)
        return form.cleaned_data, errors

    @classmethod
    def _form(
        cls, data: Mapping[str, Any], pointer: str, kwargs: Mapping[str, Any]
    ) -> tuple[Any, list[dict[str, str]]]:
        values = cls.values(data)
        form = _from_json(cast(Any, cls.form))(data=values, **kwargs)
        form.is_valid()
        if far := [name for name, value in values.items() if _is_far(value)]:
            text = "1900年から2199年までの日にしてください。"
            return form, [{"pointer": _below(pointer, name), "detail": text} for name in far]
        found = form.errors.get_json_data()
        return form, [
            {
                "pointer": pointer if name == "__all__" else _below(pointer, name.rstrip("_")),
                "detail": error["message"],
            }
            for name, errors in found.items()
            for error in errors
        ]

    @classmethod
    def values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """As the form's fields take them: offices by id, the form's own spelling of names."""
        names = {name.rstrip("_"): name for name in cls.form.base_fields}  # type: ignore[attr-defined]  # forms.Form
        values = {names.get(name, name): value for name, value in data.items()}
        for name in cls.offices:
            if values.get(name):
                values[name] = office_id(values[name])
        return values


@dataclass(frozen=True)
class Part:
    """One form of a body with several: its data, where they stand in the body, what the form wants to know."""

    body: type[FormBody]
    data: Mapping[str, Any]
    pointer: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def judged_together(parts: Mapping[str, Part]) -> dict[str, Any]:
    """The cleaned values of several forms of one body, or every error of all of them at once."""
    cleaned: dict[str, Any] = {}
    errors: list[dict[str, str]] = []
    for name, part in parts.items():
        cleaned[name], found = part.body.judged(part.data, part.pointer, **part.kwargs)
        errors += found
    if errors:
        raise _refused(errors)
    return cleaned


def _refused(errors: list[dict[str, str]]) -> Problem:
    return Problem(422, "errors に示したところを直して、送り直してください。", errors=errors)


def office_id(code: str) -> int:
    """The office of this code; an id that nobody has for an unknown one, so that the form refuses it."""
    found = Office.objects.filter(code=code).values_list("pk", flat=True).first()
    return found or NO_SUCH_ID


def _is_far(value: Any) -> bool:
    """A day with which no arithmetic of time zones is sure to work."""
    return isinstance(value, dt.date) and value.year not in YEARS


class FromJson:
    """Takes values from JSON as they are: there is no widget whose spelling would have to be undone."""

    data: Mapping[str, Any]

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        return self.data.get(html_name)


@cache
def _from_json(form: type[forms.BaseForm]) -> Any:
    return type(f"{form.__name__}FromJson", (FromJson, form), {})


def body_of(
    form: type[forms.BaseForm],
    name: str,
    *,
    leave_out: Collection[str] = (),
    codes: Collection[str] = (),
    offices: Collection[str] = (),
    numbers: Collection[str] = (),
    extra: Mapping[str, serializers.Field[Any, Any, Any, Any]] | None = None,
    base: type[FormBody] = FormBody,
) -> Any:
    """A `FormBody` with a member for each field of the form, in its order and with its words.

    `codes` are choices that depend on rows or on the case; `offices` are named by their code, `numbers` by id.
    """
    members: dict[str, Any] = {}
    for own, asked in form.base_fields.items():  # type: ignore[attr-defined]  # forms.Form has it
        if own not in leave_out:
            kind = "code" if own in {*codes, *offices} else "number" if own in numbers else ""
            members[own.rstrip("_")] = member_of(asked, kind)
    members |= extra or {}
    return type(name, (base,), {**members, "form": form, "offices": tuple(offices), "__doc__": None})


def member_of(field: forms.Field, kind: str = "") -> Any:
    """One member of a body for one field of a form."""
    options: dict[str, Any] = {"required": field.required, "help_text": _words(field)}
    if kind == "code":
        return _code(field, options)
    if kind == "number":
        return Number(**options)
    for known, make in MEMBERS:
        if isinstance(field, known):
            return make(field, options)
    raise TypeError(f"no member for {type(field).__name__}")


def _code(field: forms.Field, options: dict[str, Any]) -> Any:
    if isinstance(field, forms.MultipleChoiceField):
        return Many(child=Code(min_length=1), **options)
    return Code(min_length=1, **options)


def _flag(field: forms.Field, options: dict[str, Any]) -> Any:
    return Agreed(**options) if field.required else Flag(**options)


def _many(field: Any, options: dict[str, Any]) -> Any:
    return Many(child=Choice(choices=_pairs(field)), **options)


def _choice(field: Any, options: dict[str, Any]) -> Any:
    return Choice(choices=_pairs(field), **options)


def _day(field: forms.Field, options: dict[str, Any]) -> Any:
    return Day(**options)


def _clock(field: forms.Field, options: dict[str, Any]) -> Any:
    return Clock(**options)


def _text(field: Any, options: dict[str, Any]) -> Any:
    least = {"min_length": 1} if field.required else {"allow_blank": True}
    return Text(max_length=field.max_length or 5000, **least, **options)


MEMBERS: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.BooleanField, _flag),
    (forms.MultipleChoiceField, _many),
    (forms.ChoiceField, _choice),
    (EraDateField, _day),
    (forms.DateField, _day),
    (forms.TimeField, _clock),
    (forms.CharField, _text),
)


def _pairs(field: Any) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in field.choices if value != ""]


def _words(field: forms.Field) -> str:
    """Label and help of the page, as the description of the member."""
    parts: list[str | Promise] = [field.label or "", field.help_text or ""]
    return "。".join(nofurigana(str(part)).rstrip("。") for part in parts if part)
