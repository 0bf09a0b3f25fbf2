"""A canary: a text that stands in one field of one row and nowhere else, so that wherever it turns up it names its origin."""

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import count

from django.db import models

from consultations.demo.people import DOMAIN

WORD = "金糸雀"
PHONE = "0907"
MAIL = "kanariya"
_written = re.compile(rf"(?:{WORD}|{PHONE}|{MAIL})(\d{{7}})")
_between_digits = re.compile(r"(?<=\d)[-－‐ー ](?=\d)")


@dataclass(frozen=True)
class Origin:
    """Where a canary was put: model (`app.Model`), primary key, field."""

    model: str
    pk: object
    field: str

    @property
    def place(self) -> str:
        return f"{self.model}.{self.field}"

    def __str__(self) -> str:
        return f"{self.place} of row {self.pk}"


class Aviary:
    """Every canary that was let out, by its number."""

    def __init__(self) -> None:
        self._number = count(1)
        self.origins: dict[int, Origin] = {}

    def text(self, origin: Origin, field: "models.Field[object, object]", before: str) -> str:
        """The new value of the field: what stood there, with a canary in it, within its length."""
        number = next(self._number)
        self.origins[number] = origin
        if field.name == "phone":
            return f"{PHONE}{number:07d}"
        if (
            isinstance(field, models.EmailField) or field.name == "email"
        ):  # sealed columns have no kind of their own
            return f"{MAIL}{number:07d}@{DOMAIN}"
        room = (field.max_length or 5000) - len(WORD) - 7
        return f"{WORD}{number:07d}{before[: max(room, 0)]}"

    def seen_in(self, text: str) -> set[Origin]:
        """The origins of all canaries in what somebody was shown."""
        plain = _between_digits.sub("", unicodedata.normalize("NFKC", html.unescape(text)))
        return {
            self.origins[int(number)] for number in _written.findall(plain) if int(number) in self.origins
        }
