"""Fields for what people in Japan type: names, readings, postal codes, telephone numbers, dates, files."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import normalisation
from .japanese_dates import parse_date, western_year
from .widgets import CodeInput, EraDateInput, PortalFileInput

_KANA = re.compile(r"[ァ-ヶー・＝　A-Za-z.,'-]+")
_POSTAL_CODE = re.compile(r"\d{3}-\d{4}")
_PHONE = re.compile(r"(0\d{9,10}|\+\d{8,15})")


class LineField(forms.CharField):
    """One line of text; control characters go, every writable character of a name stays."""

    def to_python(self, value: Any) -> str | None:
        """Return the cleaned line."""
        return super().to_python(
            value if value in self.empty_values else normalisation.clean_line(str(value))
        )


class NameField(LineField):
    """A person's name, kept with its variant characters (外字・異体字)."""

    def __init__(self, *, autocomplete: str = "name", **kwargs: Any):
        self.autocomplete = autocomplete
        super().__init__(**{"max_length": 100, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Add autocomplete."""
        return {**super().widget_attrs(widget), "autocomplete": self.autocomplete}


class KanaField(LineField):
    """A reading; half-width kana and hiragana become full-width katakana."""

    default_error_messages = {"kana": _("カタカナかひらがなで入力してください。")}

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 100, **kwargs})

    def to_python(self, value: Any) -> str | None:
        """Return the reading in katakana."""
        text = super().to_python(value)
        return normalisation.katakana(text) if text else text

    def validate(self, value: Any) -> None:
        """Refuse kanji and signs."""
        super().validate(value)
        if value and not _KANA.fullmatch(value):
            raise ValidationError(self.error_messages["kana"], code="kana")


class ParagraphField(forms.CharField):
    """Several lines of free text with newlines kept."""

    widget = forms.Textarea(attrs={"rows": 8})

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 4000, **kwargs})

    def to_python(self, value: Any) -> str | None:
        """Return the cleaned text."""
        return super().to_python(
            value if value in self.empty_values else normalisation.clean_text(str(value))
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave maxlength out: a browser that cuts a pasted text loses words without a sign."""
        return {key: value for key, value in super().widget_attrs(widget).items() if key != "maxlength"}


class NormalisedField(forms.CharField):
    """A short value in half width; subclasses say how it is normalised and what it looks like."""

    default_error_messages = {"invalid": _("入力した内容を確かめてください。")}
    attributes: dict[str, str] = {}

    def normalise(self, text: str) -> str:
        """Return the stored form of a typed text."""
        return normalisation.half_width(text)

    def is_valid(self, text: str) -> bool:
        """Say whether a normalised text can be right."""
        return bool(text)

    def to_python(self, value: Any) -> str | None:
        """Return the normalised text."""
        return super().to_python(value if value in self.empty_values else self.normalise(str(value)))

    def validate(self, value: Any) -> None:
        """Refuse what cannot be right."""
        super().validate(value)
        if value not in self.empty_values and not self.is_valid(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Add keyboard and autocomplete hints."""
        return {**super().widget_attrs(widget), **self.attributes}


class PostalCodeField(NormalisedField):
    """A Japanese postal code, stored as ``260-0026``."""

    default_error_messages = {"invalid": _("郵便番号は7けたの数字で入力してください（例：260-0026）。")}
    attributes = {
        "inputmode": "numeric",
        "autocomplete": "postal-code",
        "class": "cw-input cw-input--short",
    }

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 20, **kwargs})

    def normalise(self, text: str) -> str:
        """Return ``260-0026``."""
        return normalisation.postal_code(text)

    def is_valid(self, text: str) -> bool:
        """Seven digits."""
        return bool(_POSTAL_CODE.fullmatch(text))


class PhoneField(NormalisedField):
    """A telephone number in half width with its hyphens; 10 or 11 digits, or with a country code."""

    default_error_messages = {
        "invalid": _("電話番号は市外局番から数字で入力してください（例：043-000-0000）。")
    }
    attributes = {"inputmode": "tel", "autocomplete": "tel", "class": "cw-input cw-input--medium"}

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 30, "widget": forms.TextInput(attrs={"type": "tel"}), **kwargs})

    def normalise(self, text: str) -> str:
        """Return the number with single hyphens."""
        return normalisation.phone_number(text)

    def is_valid(self, text: str) -> bool:
        """Ten or eleven digits beginning with 0, or an international number."""
        return bool(_PHONE.fullmatch(text.replace("-", "")))


class MailField(forms.EmailField):
    """An e-mail address; full-width letters are read as half-width."""

    default_error_messages = {
        "invalid": _("メールアドレスを「name@example.jp」のような形で入力してください。")
    }

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 254, **kwargs})

    def to_python(self, value: Any) -> str | None:
        """Return the address in half width."""
        return super().to_python(
            value if value in self.empty_values else normalisation.half_width(str(value))
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Add autocomplete."""
        return {**super().widget_attrs(widget), "autocomplete": "email", "spellcheck": "false"}


class CodeField(NormalisedField):
    """A receipt number or code read from paper: half width, capital letters, no blanks."""

    widget = CodeInput

    def __init__(self, **kwargs: Any):
        super().__init__(**{"max_length": 40, **kwargs})

    def normalise(self, text: str) -> str:
        """Return the code in capitals without blanks."""
        return normalisation.half_width(text).upper().replace(" ", "")


class WrittenDateField(forms.DateField):
    """A day typed in one line: R8.11.23, S32.4.1, 令和8年11月23日 or 2026/11/23. For practised hands."""

    widget = forms.TextInput(attrs={"class": "cw-input cw-input--medium", "autocomplete": "off"})
    default_error_messages = {"invalid": _("日付を「R8.11.23」か「2026/11/23」のように入力してください。")}

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(None if isinstance(value, str) else value)
        try:
            return parse_date(value)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class EraDateField(forms.Field):
    """A day given by era, year, month and day (see EraDateInput)."""

    widget = EraDateInput
    default_error_messages = {"invalid": _("この日付はありません。年・月・日を確かめてください。")}

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day, or None if year, month and day are all empty."""
        if value is None or isinstance(value, dt.date):
            return value
        era, *numbers = [normalisation.half_width(str(part or "")) for part in value]
        if not any(numbers):
            return None
        try:
            return dt.date(western_year(era, numbers[0]), int(numbers[1]), int(numbers[2]))
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class TimeField(forms.TimeField):
    """A time of the day, typed as 14:30."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "cw-input cw-input--short", "autocomplete": "off"})
        errors = {"invalid": "時刻を「14:30」のように入力してください。"}
        super().__init__(**{"widget": widget, "error_messages": errors, "help_text": "例 14:30", **kwargs})


class FilesField(forms.FileField):
    """Any number of files; ``clean`` returns a list. Kind and size are checked where they are stored."""

    def __init__(self, *, accept: str = "", **kwargs: Any):
        widget = PortalFileInput(attrs={"accept": accept} if accept else None, multiple=True)
        super().__init__(**{"widget": widget, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the cleaned files, an empty list if there is none."""
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            super().clean(None, initial)
        return [super(FilesField, self).clean(item, initial) for item in files]
