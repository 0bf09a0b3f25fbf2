"""A town that is put back is the town that was built, down to its history (tests/kept.py)."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from chiba_ward.casework import calendars
from chiba_ward.casework import initial as clock_rows
from chiba_ward.correspondence import initial as text_rows
from chiba_ward.directory import initial as directory_rows
from chiba_ward.directory.models import Office, Ward
from consultations import initial as topic_rows
from tests.factories import make_office, make_ward
from tests.kept import kept

pytestmark = pytest.mark.django_db
# When a row of history was written, and its number, are those of the second time.
OF_ITS_OWN = {"pgh_id", "pgh_created_at"}


def _town() -> Office:
    for rows in (clock_rows, text_rows, topic_rows, directory_rows):
        rows.load()
    return make_office("見本課", ward=Ward.objects.get(slug="wakaba"))


def _everything() -> dict[str, list[Any]]:
    found, tables = {}, connection.introspection.table_names()
    for model in apps.get_models():
        if not model._meta.managed or model._meta.db_table not in tables:
            continue
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in OF_ITS_OWN]
        rows = list(model._base_manager.order_by().values_list(*names))
        if rows:
            found[model._meta.db_table] = sorted(rows, key=str)
    return found


def test_what_is_put_back_is_what_was_built() -> None:
    calls: list[None] = []
    town = kept(lambda: calls.append(None) or _town())
    with transaction.atomic():
        built, stood = town(), _everything()
        transaction.set_rollback(True)
    calendars.forget()
    assert town() == built
    assert len(calls) == 1, "the second time it was put back"
    assert _everything() == stood
    assert {"directory_office", "directory_officeversion", "consultations_urgencyword"} <= stood.keys()


def test_where_something_stands_already_it_is_built() -> None:
    calls: list[str] = []

    def build() -> Ward:
        calls.append("built")
        return make_ward(f"ward-{len(calls)}")

    town = kept(build)
    assert [town(), town()] == list(Ward.objects.order_by("pk")), "the second beside the first"
    assert calls == ["built", "built"]


def test_what_stood_before_is_not_kept() -> None:
    first = make_ward("standing")
    town = kept(lambda: make_ward("coming"))
    with transaction.atomic():
        town()
        transaction.set_rollback(True)
    assert set(Ward.objects.values_list("slug", flat=True)) == {first.slug}
    assert town().slug == "coming"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_ward")
        assert cursor.fetchone() == (2,)


def test_rows_that_stand_already_are_no_town() -> None:
    clock_rows.load()
    town = kept(clock_rows.load)
    town()
    town()
