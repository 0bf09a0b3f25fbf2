"""A template that names what is not there fails, instead of printing nothing.

`{% if missing %}` and `{% firstof missing … %}` ask on purpose and stay allowed: Django does not look here for them.
"""

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from django.conf import settings
from django.template import engines

from tests.guards.plugins.faults import note

# Templates of libraries only: ours are mended, not excused.
EXCUSED = {
    # allauth shows the number of codes only where the factor exists; inside `{% element %}` the branch still resolves.
    ("mfa/index.html", "authenticators.recovery_codes.generate_codes"),
    ("mfa/index.html", "authenticators.recovery_codes.get_unused_codes"),
}
# Whole folders of libraries that count on Django printing nothing.
EXCUSED_FOLDERS: dict[str, str] = {}


class Undefined(str):
    """Takes the place of `string_if_invalid`: Django fills in the name, and that is the moment to object."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __bool__(self) -> bool:
        return True

    def __mod__(self, variable: Any) -> str:
        name, template = str(variable), _template(sys._getframe(1))
        if (template, name) in EXCUSED or template.startswith(tuple(EXCUSED_FOLDERS)):
            return ""
        raise note(f"undefined variable {{{{ {name} }}}} in template {template}")


def _template(frame: FrameType | None) -> str:
    """The file whose node is being rendered."""
    while frame:
        origin = getattr(frame.f_locals.get("self"), "origin", None)
        if origin is not None:
            return str(origin.template_name or "<text>")
        frame = frame.f_back
    return "<unknown>"


@pytest.fixture(scope="session", autouse=True)
def _undefined_variables_fail() -> Iterator[None]:
    guard = Undefined("undefined %s")
    settings.TEMPLATES[0].setdefault("OPTIONS", {})["string_if_invalid"] = guard
    engines["django"].engine.string_if_invalid = guard
    return
