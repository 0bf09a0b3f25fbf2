"""The examples of docs/api.md are run as they stand, against the portal over HTTP (they need curl)."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from chiba_ward.api import signing
from consultations.models import Consultation
from tests.api.support import make_token
from tests.api.test_fuzz import served
from tests.guards.plugins.furnish import posted

DOC = Path(settings.BASE_DIR) / "docs" / "api.md"
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(DOC.read_text(encoding="utf-8")) if found == kind]


@pytest.mark.slow
def test_the_examples_do_what_they_say(fresh_city: Callable[[], Any], tmp_path: Path) -> None:
    assert shutil.which("curl"), "curl belongs to the examples; install it to run them"
    examples = [text for text in blocks("sh") if "export " not in text]
    assert len(examples) == 5
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    uuid = bin_folder / "uuidgen"  # not everywhere installed; the doc shows the usual command
    uuid.write_text("#!/bin/sh\ncat /proc/sys/kernel/random/uuid\n", encoding="utf-8")
    uuid.chmod(0o755)
    with fresh_city():
        _, secret = make_token(posted("somu.wakaba").seat)
        before = Consultation.objects.count()
        with served() as base:
            environ = {
                **os.environ,
                "PORTAL": base,
                "TOKEN": secret,
                "PATH": f"{bin_folder}:{os.environ['PATH']}",
            }
            answers = [json.loads(run(example, environ)) for example in examples]
        after = Consultation.objects.count()
        me, receipt, listed, acted, status = answers
        assert "read" in me["scopes"]
        assert receipt["passphrase"]
        assert after == before + 1
        assert isinstance(listed["results"], list)
        assert (acted["act"], acted["state"]) == ("take", "in_progress")
        assert status["type"].endswith("#wrong-key")


def run(example: str, environ: dict[str, str]) -> str:
    found = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", example],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def test_the_snippet_accepts_ours_and_nothing_else() -> None:
    (snippet,) = blocks("python")
    namespace: dict[str, Any] = {}
    exec(snippet, namespace)
    check, secret, body, now = namespace["is_from_the_portal"], "whs_x", b'{"id":"1"}', str(int(time.time()))

    def headers(**changes: str) -> dict[str, str]:
        whole = {
            "Key": "7.1",
            "Timestamp": now,
            "Signature": f"v1={signing.signature(secret, changes.get('Timestamp', now), body)}",
            **changes,
        }
        return {f"Chiba-Webhook-{name}": value for name, value in whole.items()}

    keys = {"7.1": secret, "7.2": "whs_y"}
    assert check(headers(), body, keys)
    assert not check(headers(), body + b" ", keys)
    assert not check(headers(Key="7.2"), body, keys)
    assert not check(headers(Key="8.1"), body, keys)
    assert not check(headers(Signature="v1="), body, keys)
    assert not check(headers(Timestamp="x"), body, keys)
    assert not check({}, body, keys)
    old = str(int(time.time()) - signing.WINDOW_SECONDS - 5)
    assert not check(headers(Timestamp=old), body, keys), "rightly signed, but long ago"
