"""The whole suite is the application's role, which owns nothing and walks past no row policy (ASSURANCE AC4, AU2)."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from chiba_ward.database import rights, roles
from chiba_ward.database.roles import as_owner

pytestmark = pytest.mark.django_db
REFUSED = r"permission denied|must be owner"


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def test_who_the_suite_is() -> None:
    assert rows(
        "SELECT current_user::text, session_user::text, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
        " FROM pg_roles WHERE rolname = current_user"
    ) == [("portal_app", "portal_app", False, False, False, False)]
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]
    assert rows("SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole") == [(0,)]
    assert roles.too_much(connection) == []


def test_the_rights_on_every_table() -> None:
    """Everyday rights on the everyday tables; history is added to; nothing is truncated, referenced or given triggers."""
    held = {
        table: set(privileges)
        for table, privileges in rows(
            "SELECT c.relname::text, array(SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE',"
            " 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p WHERE has_table_privilege(c.oid, p))"
            " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        )
    }
    kept = rights.append_only()
    everyday = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    for table, privileges in held.items():
        if table in rights.READ_ONLY:
            assert privileges == {"SELECT"}, table
        else:
            assert privileges == (everyday - {"UPDATE", "DELETE"} if table in kept else everyday), table
    assert kept <= set(held)
    assert {
        "casework_timelineentry",
        "consultations_consultationevent",
        "consultations_referralevent",
    } <= kept


def test_no_counter_of_rows_is_readable() -> None:
    """The last value of a sequence would tell how many rows there are, sealed ones among them."""
    assert rows("SELECT count(*) FROM pg_sequences WHERE last_value IS NOT NULL") == [(0,)]
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows("SELECT last_value FROM casework_matter_id_seq")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "CREATE TEMPORARY TABLE mine (x int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "TRUNCATE outbox_outboxentry",
        "ALTER TABLE casework_matter DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE casework_timelineentry DISABLE TRIGGER ALL",
        "SET ROLE portal",
        "SET session_replication_role = replica",
        "COPY casework_matter TO '/tmp/matters'",
        "COPY casework_matter TO PROGRAM 'cat'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
        "UPDATE pghistory_context SET metadata = '{}'",
        "ALTER ROLE portal_app BYPASSRLS",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_what_the_application_cannot_do(statement: str) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_functions_with_the_rights_of_the_owner_have_a_fixed_search_path() -> None:
    """And the application reaches those alone that are named here."""
    found = rows(
        "SELECT p.proname::text, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE') FROM pg_proc p"
        " WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    )
    assert {name for name, _, _ in found} == {"_pgh_attach_context"}
    for name, settings_of, open_to_all in found:
        assert settings_of == ["search_path=pg_catalog, public, pg_temp"], name
        assert not open_to_all, name


@pytest.fixture
def apart_from_tests() -> Iterator[None]:
    yield
    connections["default"].close()


@pytest.mark.django_db(transaction=True)
def test_a_connection_with_too_many_rights_is_closed_at_once(apart_from_tests: None) -> None:
    mighty = connection.copy()
    mighty.settings_dict.update({name: settings.PORTAL_OWNER[name] for name in ("USER", "PASSWORD")})
    for _ in range(2):  # also the second time: nothing of the first connection is left to be used
        with pytest.raises(ImproperlyConfigured, match="表の所有者です"):
            mighty.cursor()
        assert mighty.connection is None


def test_the_owner_does_not_work_inside_a_transaction_of_the_application() -> None:
    with pytest.raises(transaction.TransactionManagementError), as_owner():
        pass
