"""The OpenAPI description: valid, complete, and the one that is kept in docs (IN7)."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from chiba_ward.access.public import routes
from chiba_ward.api import description
from chiba_ward.api.problems import KINDS, TITLES
from tests.guards.places import is_for_systems

KEPT = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def test_it_is_valid_without_a_warning(tmp_path: Path) -> None:
    """As `manage.py spectacular --validate --fail-on-warn` says."""
    target = tmp_path / "openapi.json"
    call_command("spectacular", file=str(target), format="openapi-json", validate=True, fail_on_warn=True)
    assert json.loads(target.read_text(encoding="utf-8"))["openapi"].startswith("3.1")


def test_the_kept_one_is_what_is_served() -> None:
    """A change of the API is read in the review: `manage.py describe_api` writes it."""
    assert KEPT.read_bytes() == description.as_json()


@pytest.mark.django_db
def test_it_is_served_without_a_token() -> None:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.content == description.as_json()
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json"


def test_every_route_and_method_is_described() -> None:
    described = {
        (path.replace("{", "<").replace("}", ">"), method)
        for path, operations in description.as_schema()["paths"].items()
        for method in operations
    }
    served = set()
    for route, view in routes(get_resolver()):
        if is_for_systems(view):
            plain = "/" + route.replace("<str:", "<").replace("<int:", "<")
            served |= {(plain, method.lower()) for method in view.cls.scopes}
    assert described == served


def test_every_operation_speaks_japanese_and_names_its_scope_and_problems() -> None:
    for path, operations in description.as_schema()["paths"].items():
        for method, operation in operations.items():
            assert any("ぁ" <= sign <= "ん" or "一" <= sign <= "龯" for sign in operation["summary"]), path
            assert operation["security"] == [{"token": []}]
            assert {"401", "403", "404", "429", "503"} <= set(operation["responses"])
            if method == "post":
                assert "x-scope" in operation
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            if method == "post" and not path.endswith("/status/"):
                assert "Idempotency-Key" in names, path


def test_objects_that_are_sent_are_closed() -> None:
    bodies = {
        name: schema
        for name, schema in description.as_schema()["components"]["schemas"].items()
        if name.endswith("Request") and "properties" in schema
    }
    assert len(bodies) > 30
    assert all(schema["additionalProperties"] is False for schema in bodies.values())


def test_nothing_of_the_database_stands_in_it() -> None:
    """The description is the same everywhere: wards, topics and offices are asked for, not listed."""
    text = description.as_json().decode()
    assert "若葉区" not in text
    assert "wakaba" not in text


@pytest.mark.django_db
def test_the_page_for_people_names_everything() -> None:
    response = Client().get("/api/v1/docs/")
    text = response.content.decode()
    assert response.status_code == 200
    for path in description.as_schema()["paths"]:
        assert path in text
    for kind in TITLES:
        assert f'id="{kind}"' in text, "the type of a problem leads to its row"


def test_every_status_has_a_kind() -> None:
    assert set(KINDS.values()) <= set(TITLES)


def test_a_repeat_costs_nothing(django_assert_num_queries: Any, db: None) -> None:
    Client().get("/api/v1/openapi.json")
    with django_assert_num_queries(0):
        Client().get("/api/v1/openapi.json")
