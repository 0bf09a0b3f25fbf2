"""Production refuses to start with what is public knowledge, and passes Django's own checklist."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAME = "0123456789abcdef" * 4


def good_environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "chiba_ward.settings.production",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(60),
        "PORTAL_PEPPER": secrets.token_hex(32),
        "PORTAL_SEAL_KEYS": f"k2:{secrets.token_hex(32)},k1:{secrets.token_hex(32)}",
        "PORTAL_SEARCH_KEYS": f"s1:{secrets.token_hex(32)}",
        "PORTAL_ALLOWED_HOSTS": "portal.city.example",
        "PORTAL_BASE_URL": "https://portal.city.example",
        "PORTAL_MAIL_FROM": "portal@city.example",
        "PORTAL_SMTP_URL": "smtp+tls://user:word@mail.city.example:587",
        "PORTAL_MEDIA_ROOT": str(tmp_path / "media"),
        "PORTAL_CLAMD": "tcp://clamav:3310",
        "PORTAL_STATIC_ROOT": str(tmp_path / "static"),
    }


def run(environment: dict[str, str], code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


START = "import django; django.setup()"
CHECK = "from django.core.management import execute_from_command_line as run;"


def test_the_checklist_passes(tmp_path: Path) -> None:
    command = CHECK + "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    outcome = run(good_environment(tmp_path), command)
    assert outcome.returncode == 0, outcome.stderr
    assert "no issues" in outcome.stdout


@pytest.mark.parametrize(
    ("clamd", "passes", "says"),
    [
        ("", False, "portal.E002"),
        ("clamav:3310", False, "portal.E001"),
        ("none", True, "portal.I001"),
        ("unix:/run/clamav/clamd.ctl", True, "no issues"),
    ],
)
def test_to_go_without_a_virus_scanner_is_a_decision(
    tmp_path: Path, clamd: str, passes: bool, says: str
) -> None:
    command = CHECK + "run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    outcome = run(good_environment(tmp_path) | {"PORTAL_CLAMD": clamd}, command)
    assert (outcome.returncode == 0) == passes, outcome.stderr
    assert says in outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_SECRET_KEY", ""),
        ("PORTAL_SECRET_KEY", "local-only-never-in-production" * 2),
        ("PORTAL_SECRET_KEY", "suite-only" * 6),
        ("PORTAL_SECRET_KEY", "too-short"),
        ("PORTAL_PEPPER", ""),
        ("PORTAL_PEPPER", "00" * 32),
        ("PORTAL_PEPPER", "11" * 32),
        ("PORTAL_SEAL_KEYS", ""),
        ("PORTAL_SEAL_KEYS", "k1:" + "22" * 32),
        ("PORTAL_SEAL_KEYS", "k1:" + "0123456789abcdef" * 3),
        ("PORTAL_SEAL_KEYS", "K 1:" + SAME),
        ("PORTAL_SEAL_KEYS", f"k1:{SAME},k1:{SAME[::-1]}"),
        ("PORTAL_SEARCH_KEYS", ""),
        ("PORTAL_SEARCH_KEYS", "s1:" + "33" * 32),
        ("PORTAL_BASE_URL", "http://portal.city.example"),
        ("PORTAL_ALLOWED_HOSTS", "*"),
        ("PORTAL_MAIL_FROM", "kuyakusho-portal@example.jp"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", ""),
    ],
)
def test_it_refuses_to_start(tmp_path: Path, name: str, value: str) -> None:
    outcome = run({**good_environment(tmp_path), name: value}, START)
    assert outcome.returncode != 0
    assert "ImproperlyConfigured" in outcome.stderr
    assert name in outcome.stderr


def test_one_value_never_serves_two_purposes(tmp_path: Path) -> None:
    rings = {"PORTAL_SEAL_KEYS": f"k1:{SAME}", "PORTAL_SEARCH_KEYS": f"s1:{SAME}"}
    assert "別々の値" in run({**good_environment(tmp_path), **rings}, START).stderr
    reused = {"PORTAL_SEAL_KEYS": f"k1:{SAME}", "PORTAL_PEPPER": SAME}
    assert "別々の値" in run({**good_environment(tmp_path), **reused}, START).stderr


def test_no_demo_door_and_no_demo_command(tmp_path: Path) -> None:
    code = START + (
        "\nfrom django.urls import reverse, NoReverseMatch"
        "\nfrom chiba_ward.access.public import open_routes"
        "\nassert not [route for route in open_routes() if 'demo' in route or 'styleguide' in route]"
        "\ntry: reverse('access:demo_sign_in')"
        "\nexcept NoReverseMatch: print('no such route')"
    )
    outcome = run(good_environment(tmp_path), code)
    assert outcome.stdout.strip() == "no such route", outcome.stderr
    refused = run(good_environment(tmp_path), CHECK + "run(['manage.py', 'demo_accounts'])")
    assert refused.returncode != 0
    assert "デモ" in refused.stderr


def test_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    code = START + (
        "\nfrom django.conf import settings as s"
        "\nprint(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY)"
    )
    assert run(good_environment(tmp_path), code).stdout.split() == [
        "__Host-portal",
        "__Host-csrf",
        "True",
        "True",
    ]
