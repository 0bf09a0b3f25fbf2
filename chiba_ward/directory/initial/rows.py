"""Reading initial rows from YAML, and creating only what is missing."""

from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.db import models

Row = dict[str, Any]
Counts = Counter[str]
M = TypeVar("M", bound=models.Model)


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def create_missing(model: type[M], key: Row, rest: Row, counts: Counts) -> tuple[M, bool]:
    """The row with this key and whether it is new. An existing row keeps what people have made of it."""
    row, created = model._default_manager.get_or_create(**key, defaults=rest)
    counts[str(model._meta.verbose_name)] += created
    return row, created
