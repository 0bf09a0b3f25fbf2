"""Two source roots, and nothing of ours hides a library (docs/adr/0002-requests-folder.md)."""

from __future__ import annotations

import importlib.metadata
import sys

import requests
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from launcher.checkout import Checkout


def test_requests_is_the_http_library(checkout: Checkout) -> None:
    assert "site-packages" in str(requests.__file__)
    assert not (checkout.root / "requests" / "__init__.py").exists()
    assert str(checkout.root / "requests") in sys.path


def test_no_package_of_ours_shadows_a_library(checkout: Checkout) -> None:
    libraries = set(importlib.metadata.packages_distributions()) | set(sys.stdlib_module_names)
    for root in (checkout.root, checkout.root / "requests"):
        ours = {package.parent.name for package in root.glob("*/__init__.py")}
        assert ours.isdisjoint(libraries)


def test_django_talks_through_psycopg2() -> None:
    assert not is_psycopg3
