from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chiba_ward.directory import selectors


def emergency_numbers(request: HttpRequest) -> dict[str, Any]:
    """The numbers that every citizen page shows; a page that does not show them asks nothing."""
    return {"emergency_numbers": SimpleLazyObject(selectors.emergency_numbers)}
