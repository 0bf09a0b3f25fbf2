"""The description of the API: for programs as OpenAPI, for people as a page."""

import json
from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from chiba_ward.api.enums import Scope
from chiba_ward.api.problems import DETAILS, KINDS, TITLES


@lru_cache
def as_schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


@lru_cache
def as_json() -> bytes:
    return json.dumps(as_schema(), ensure_ascii=False, indent=1).encode() + b"\n"


@lru_cache
def for_people() -> dict[str, Any]:
    """What the page of the description shows: operations by subject, scopes, problems."""
    schema = as_schema()
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in schema.get("tags", [])}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    return {
        "title": schema["info"]["title"],
        "about": schema["info"]["description"],
        "groups": [
            (tag["name"], tag.get("description", ""), groups[tag["name"]]) for tag in schema.get("tags", [])
        ],
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "problems": [(kind, title, DETAILS.get(_status(kind) or 0, "")) for kind, title in TITLES.items()],
    }


def _operation(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "scope": operation.get("x-scope", ""),
        "parameters": [
            (parameter["name"], parameter.get("required", False), parameter.get("description", ""))
            for parameter in operation.get("parameters", ())
        ],
        "statuses": [number for number in operation["responses"] if number.startswith("2")],
    }


def _status(kind: str) -> int | None:
    return next((number for number, known in KINDS.items() if known == kind), None)
