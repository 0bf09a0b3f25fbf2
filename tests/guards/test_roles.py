"""The whole suite is the application's role, which owns nothing and walks past no row policy (ASSURANCE AC4, AU2)."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from chiba_ward.database import rights, roles
from chiba_ward.database.roles import as_owner

pytestmark = pytest.mark.django_db
REFUSED = r"permission denied|must be owner"
# Whoever adds one shows here on which path it looks for names; none may find one that somebody else has made.
REVIEWED = {
    "_pgh_attach_context": ["search_path=pg_catalog, public, pg_temp"],
    "access_read_log_chain": ["search_path=pg_catalog, pg_temp"],
}


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
    kept, partly = rights.append_only(), rights.partly_kept()
    everyday = {"SELECT", "INSERT", "UPDATE", "DELETE"}
    for table, privileges in held.items():
        if table in rights.READ_ONLY:
            assert privileges == {"SELECT"}, table
        else:
            is_kept = table in kept or table in partly
            assert privileges == (everyday - {"UPDATE", "DELETE"} if is_kept else everyday), table
    assert kept | set(partly) <= set(held)
    assert not kept & set(partly)
    assert {
        "casework_timelineentry",
        "consultations_consultationevent",
        "consultations_referralevent",
    } <= kept


def test_of_a_table_that_is_partly_kept_the_other_columns_alone_may_be_changed() -> None:
    """A reason for opening a case stands as it was given; that a head has looked at it is written beside it."""
    changeable = {
        (table, column)
        for table, column in rows(
            "SELECT c.relname::text, a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped"
            " AND has_column_privilege(c.oid, a.attnum, 'UPDATE')",
            list(rights.partly_kept()),
        )
    }
    reviewed = ("reviewed_at", "reviewed_by_id", "verdict", "note")
    assert changeable == {
        *(("casework_outsidedutyreason", column) for column in ("looked_at", "looked_by_id", "note")),
        *(("compartments_breakglass", column) for column in reviewed),
    }


def test_sequences_are_drawn_from_and_neither_selected_from_nor_turned_back() -> None:
    """`nextval` tells a count all the same: docs/adr/0015 says what that means and why it is granted."""
    held = rows(
        "SELECT DISTINCT has_sequence_privilege(oid, 'USAGE'), has_sequence_privilege(oid, 'SELECT'),"
        " has_sequence_privilege(oid, 'UPDATE') FROM pg_class"
        " WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    )
    assert held == [(True, False, False)]
    for statement in (
        "SELECT last_value FROM casework_matter_id_seq",
        "SELECT setval('casework_matter_id_seq', 1)",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows(statement)


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
    assert {name: settings_of for name, settings_of, _ in found} == REVIEWED
    assert [name for name, _, open_to_all in found if open_to_all] == []


def test_the_chain_of_the_read_log_is_the_work_of_its_trigger_alone() -> None:
    """It is fired by a row and called by nobody; with `public` off its path it names its table in full."""
    assert rows("SELECT has_function_privilege('public.access_read_log_chain()', 'EXECUTE')") == [(False,)]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rows("SELECT public.access_read_log_chain()")
    [(body,)] = rows("SELECT prosrc::text FROM pg_proc WHERE proname = 'access_read_log_chain'")
    assert re.findall(r"FROM (\S*access\S*)", str(body)) == ["public.access_readlogentry"]


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
