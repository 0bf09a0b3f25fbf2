"""/livez and /readyz: honest to the balancer, silent to the public (ASSURANCE AV3)."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from chiba_ward.outbox.models import OutboxEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.PORTAL_MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def test_all_is_well(client: Client) -> None:
    for path in ("/livez", "/readyz"):
        response = client.get(path)
        assert (response.status_code, response.content) == (200, b"ok")


def test_alive_without_a_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/livez").status_code == 200


def test_a_folder_that_cannot_be_written(client: Client, settings: Any, media: Path) -> None:
    (media / "file").write_text("in the way")
    settings.PORTAL_MEDIA_ROOT = media / "file" / "media"
    assert client.get("/readyz").status_code == 503


def test_a_migration_that_was_not_applied(client: Client, settings: Any) -> None:
    settings.MIGRATION_MODULES = {"ui": "tests.access.later"}  # as after new code, before its `migrate`
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"unavailable")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone(client: Client, settings: Any) -> None:
    real = connection.settings_dict["PORT"]
    connection.close()
    try:
        connection.settings_dict["PORT"] = "1"
        assert client.get("/readyz").status_code == 503
        assert client.get("/livez").status_code == 200
    finally:
        connection.settings_dict["PORT"] = real
        connection.close()


def test_a_late_outbox_does_not_take_the_pages_away(client: Client) -> None:
    long_ago = timezone.now() - dt.timedelta(minutes=31)
    OutboxEntry.objects.create(kind="x", key="x", available_at=long_ago, created_at=long_ago)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"behind")


def test_nothing_is_told(client: Client) -> None:
    response = client.get("/readyz")
    assert "Server" not in response.headers
    assert "django" not in str(response.headers).lower()
