"""The ground under everything: the driver, the extensions, the migrations, the libraries' own names, strict warnings."""

import importlib.util
import sys
import warnings
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from chiba_ward.database.management.commands.migrate import refuse_another_history
from chiba_ward.database.roles import as_owner

ROOT = Path(settings.BASE_DIR)


def test_the_driver_is_psycopg2() -> None:
    """psycopg 3 would be taken silently as soon as anything brought it in (DESIGN §3)."""
    assert not is_psycopg3
    assert importlib.util.find_spec("psycopg") is None


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_tables_of_another_history_are_left_alone() -> None:
    """Until the first release migrations are written anew; a database from before is not half migrated."""
    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        refuse_another_history(owner)
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('consultations', '0099_unknown', now())"
        )
        with pytest.raises(CommandError, match=r"consultations\.0099_unknown.*空のデータベース"):
            refuse_another_history(owner)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_trigrams_know_japanese() -> None:
    """A cluster with the ctype C would find none, and every similarity would be 0."""
    with as_owner() as owner, transaction.atomic(), owner.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT show_trgm(%s), similarity(%s, %s)", ["介護の相談", "若葉区役所", "若葉区"])
        trigrams, likeness = cursor.fetchone()
        transaction.set_rollback(True)
    assert len(trigrams) >= 5
    assert likeness > 0.3


def test_requests_is_the_library() -> None:
    """The folder of that name is a source root and never a package (docs/adr/0002-requests-folder.md)."""
    import requests

    assert requests.__file__ is not None
    assert "site-packages" in Path(requests.__file__).parts
    assert callable(requests.Session)
    assert not (ROOT / "requests" / "__init__.py").exists()


def test_no_package_of_ours_shadows_a_library() -> None:
    """A folder on the path that is called like a library or a standard module takes its place."""
    libraries = {path.name.removesuffix(".py") for site in _sites() for path in site.iterdir()}
    own = {
        path.name
        for root in (ROOT, ROOT / "requests")
        for path in root.iterdir()
        if (path / "__init__.py").exists()
    }
    assert own >= {"chiba_ward", "community", "consultations", "launcher"}
    assert own & (libraries | set(sys.stdlib_module_names)) == set()


def _sites() -> list[Path]:
    return [Path(entry) for entry in sys.path if entry.endswith("site-packages")]


def test_app_labels_are_ours_or_a_librarys_but_not_both() -> None:
    labels = [config.label for config in apps.get_app_configs()]
    assert len(labels) == len(set(labels))


def test_warnings_are_errors() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("this goes away", DeprecationWarning, stacklevel=1)
    with pytest.raises(ResourceWarning):
        warnings.warn("left open", ResourceWarning, stacklevel=1)


def test_a_wrong_marker_or_option_stops_the_run(pytestconfig: pytest.Config) -> None:
    assert {"--strict-markers", "--strict-config"} <= set(pytestconfig.getini("addopts"))
