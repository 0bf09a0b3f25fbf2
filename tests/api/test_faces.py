"""`PORTAL_FACES`: the API on a host of its own, and hosts without it."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

SCRIPT = """
import json, django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
paths = ["/livez", "/api/v1/openapi.json", "/api/v1/docs/", "/api/v1/me/", "/api/v1/nowhere", "/", "/admin/", "/account/login/",
         "/partner/", "/status/", "/consult/", "/files/1", "/styleguide/"]
print(json.dumps({path: client.get(path).status_code for path in paths}))
"""


def answers(faces: str) -> dict[str, int]:
    environ = {**os.environ, "PORTAL_FACES": faces, "DJANGO_SETTINGS_MODULE": "tests.api.faces_settings"}
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environ,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-3000:]
    told: dict[str, int] = json.loads(found.stdout.strip().splitlines()[-1])
    return told


@pytest.mark.slow
def test_a_host_for_systems_has_no_page_to_sign_in_at() -> None:
    told = answers("api")
    opened = {path: status for path, status in told.items() if status == 200}
    assert set(opened) == {"/livez", "/api/v1/openapi.json", "/api/v1/docs/"}
    assert told["/api/v1/me/"] == 401
    assert {status for path, status in told.items() if not path.startswith(("/api", "/livez"))} == {404}


@pytest.mark.slow
def test_a_host_without_the_api() -> None:
    told = answers("citizen,staff")
    assert {status for path, status in told.items() if path.startswith("/api")} == {404}
    assert told["/admin/"] == 302, "the faces that it was given are there"
