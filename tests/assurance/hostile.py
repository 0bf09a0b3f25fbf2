"""Texts that try to become markup, put into every text column of the city, and what would show that one succeeded."""

import re
from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from lxml import html

from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from tests.canaries.seed import next_pk

OWN = ("access", "casework", "consultations", "correspondence", "directory", "documents", "progress")
TAG, ATTRIBUTE = "xss-c", "xssc"
CORPUS = (
    f"\"'><{TAG}>",
    f"</textarea></script></title><{TAG}>",
    f"\" {ATTRIBUTE}=1 '{ATTRIBUTE}=1 <{TAG} onload=x()>",
    f"javascript:{ATTRIBUTE}()//<{TAG}>{{{{1237*1249}}}}｜千<{TAG}>《ち》",
)
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
# Text columns of our own that are no words of a person: keys, codes, hashes, addresses that a rule or a view reads.
NO_WORDS = {
    "access.user.password",
    "access.throttle.key",
    # written by the portal alone while it answers, with what stands in the columns that are poisoned here
    *(
        f"access.readlogentry.{name}"
        for name in ("actor_name", "office_name", "reason", "route", "kind", "role")
    ),
}
WORDS = (models.CharField, models.TextField, models.JSONField, SealedTextField, SealedJSONField)
# Nobody may change these rows, so hostile ones are added.
APPEND_ONLY = {"casework.timelineentry", "casework.outsidedutyreason"}


def poison() -> tuple[set[str], set[str]]:
    """Write the corpus into every column that takes it; (columns that took it, columns that refused)."""
    taken, refused = set(), set()
    for label, field in text_columns():
        (taken if _written(field) else refused).add(label)
    return taken, refused


def text_columns() -> Iterator[tuple[str, Any]]:
    for model in apps.get_models():
        is_event = model.__name__.endswith("Event")  # the history triggers write those themselves
        if model._meta.app_label in OWN and not is_event:
            for field in model._meta.concrete_fields:
                label = f"{model._meta.label_lower}.{field.name}"
                if isinstance(field, WORDS) and not (
                    field.choices or field.primary_key or field.unique or label in NO_WORDS
                ):
                    yield label, field


def _written(field: Any) -> bool:
    """Row by row, each with another of the texts; a column whose rule refuses the first is left as it was."""
    is_fixed = field.model._meta.label_lower in APPEND_ONLY
    try:
        with transaction.atomic(), pgtrigger.ignore():
            for number, row in enumerate(list(field.model._default_manager.order_by("pk"))):
                before = getattr(row, field.attname)
                value = _poisoned(before, number, field)
                if value != before:
                    _set(row, field, value, is_fixed=is_fixed)
    except DatabaseError:
        return False
    return True


def _set(row: models.Model, field: Any, value: Any, *, is_fixed: bool) -> None:
    for column in row._meta.concrete_fields:
        getattr(row, column.attname)  # what is sealed opens under the key of its row
    setattr(row, field.attname, value)
    if is_fixed:
        row.pk = next_pk(type(row))
        row.save(force_insert=True)
    else:
        row.save(update_fields=[field.attname])


def _poisoned(value: Any, number: int, field: Any) -> Any:
    """Words of a person become hostile; keys stay, since a view that meets an unknown one says so and shows nothing."""
    if isinstance(field, models.JSONField | SealedJSONField):
        return _inside(value, number)
    if isinstance(field, ArrayField) or not value:
        return value
    if isinstance(field, models.EmailField | models.SlugField | models.URLField):
        return value
    room = getattr(field, "max_length", None) or 10_000
    fitting = [f"{text}{number}" for text in CORPUS if len(f"{text}{number}") <= room]
    is_words = bool(JAPANESE.search(value)) or isinstance(field, models.TextField | SealedTextField)
    return fitting[number % len(fitting)] if fitting and is_words else value


def _inside(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {key: _inside(part, number) for key, part in value.items()}
    if isinstance(value, list):
        return [_inside(part, number) for part in value]
    return CORPUS[number % len(CORPUS)] if isinstance(value, str) and JAPANESE.search(value) else value


def broke_out(text: str) -> list[str]:
    """What of the corpus became an element, an attribute or a script of the page."""
    if not text.strip():
        return []
    page = html.document_fromstring(text, parser=html.HTMLParser(encoding=None))
    found = [f"an element: {html.tostring(one, encoding='unicode')[:160]}" for one in page.iter(TAG)]
    for element in page.iter():
        for name, value in getattr(element, "attrib", {}).items():
            if name.lower() in (ATTRIBUTE, "onload"):
                found.append(f"an attribute: {element.tag} {name}")
            if name in ("href", "src", "action") and value.strip().lower().startswith("javascript:"):
                found.append(f"an address: {element.tag} {value[:60]}")
    found += ["a template was run"] if "1545013" in text else []
    return found


def is_shown(text: str) -> bool:
    """Whether the page shows the corpus at all, as plain words."""
    return f"&lt;{TAG}" in text
