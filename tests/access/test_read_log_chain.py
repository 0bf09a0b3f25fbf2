"""The chain of the read log: made by the database, checked in Python, and honest about every way of tampering (AU2)."""

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from chiba_ward.access import readlog, tasks
from chiba_ward.access.actor import SYSTEM
from chiba_ward.access.models import ReadLogEntry, ReadLogHead, ReadLogVerification
from chiba_ward.access.readlog import heads, verification
from chiba_ward.access.readlog.canonical import COLUMNS, FIRST, canonical, chained
from tests.access.read_log_support import as_owner, clerk, fill, rehash, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_the_owner")]


@pytest.fixture(autouse=True)
def _heads_of_the_test(tmp_path: Path, settings: Any) -> None:
    settings.PORTAL_READ_LOG_HEADS = str(tmp_path / "heads")


def verify(*arguments: str) -> dict[str, Any]:
    """What `verify_read_log --json` says; its exit status must say the same."""
    out, status = StringIO(), 0
    try:
        call_command("verify_read_log", "--json", *arguments, stdout=out)
    except CommandError as error:
        status = error.returncode
    found: dict[str, Any] = json.loads(out.getvalue())
    assert status == (0 if found["is_sound"] else 1)
    return found


# --- what the database writes


def test_the_database_and_python_make_the_same_chain() -> None:
    fill(3)
    readlog.record(SYSTEM, readlog.Verb.READ, "person", [])
    prev = FIRST
    for number, row in enumerate(rows(), start=1):
        assert row["seq"] == number
        assert bytes(row["prev_hash"]) == prev
        prev = chained(prev, row)
        assert bytes(row["hash"]) == prev


def test_the_hashed_text_holds_every_column_but_the_hashes() -> None:
    names = {field.name for field in ReadLogEntry._meta.get_fields()}
    assert set(COLUMNS) == names - {"hash", "prev_hash"}
    fill(1)
    text = json.loads(canonical(rows()[0]))
    assert list(text) == sorted(COLUMNS)
    assert isinstance(text["at"], int)


def test_number_and_hash_of_the_application_do_not_count() -> None:
    fill(2)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_readlogentry (seq, version, at, actor_kind, role, actor_name, office_name, verb, kind, ids,"
            " keys, amount, matter_ids, words, result, reason, route, request_id, is_off_hours, is_outside_duty,"
            " is_same_surname, prev_hash, hash)"
            " SELECT 900, 7, at, actor_kind, role, actor_name, office_name, verb, kind, ids, keys, amount, matter_ids,"
            " words, result, reason, route, request_id, is_off_hours, is_outside_duty, is_same_surname, prev_hash, hash"
            " FROM access_readlogentry WHERE seq = 1"
        )
    assert [(row["seq"], row["version"]) for row in rows()] == [(1, 1), (2, 1), (3, 1)]
    assert verify()["is_sound"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_readlogentry SET reason = '' WHERE false",
        "DELETE FROM access_readlogentry WHERE seq = 1",
        "TRUNCATE access_readlogentry",
        "UPDATE access_readloghead SET seq = 1",
        "DELETE FROM access_readloghead",
        "TRUNCATE access_readloghead",
        # The triggers of django-pgtrigger step aside for this; these are none of them.
        "SET LOCAL pgtrigger.ignore = '{access_readlogentry:read_log_no_change}'; DELETE FROM access_readlogentry",
    ],
)
def test_no_row_is_ever_changed(statement: str) -> None:
    fill(2)
    heads.export()
    with connection.cursor() as cursor:  # the suite keeps these two off, to clean up after tests that commit
        cursor.execute("ALTER TABLE access_readlogentry ENABLE ALWAYS TRIGGER read_log_no_truncate")
        cursor.execute("ALTER TABLE access_readloghead ENABLE ALWAYS TRIGGER read_log_head_no_truncate")
    with (
        pytest.raises(DatabaseError, match="書き足すだけ"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert len(rows()) == 2


def test_the_guards_hold_for_replication_sessions_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgname LIKE 'read_log%%' AND NOT tgisinternal ORDER BY 1"
        )
        found = {name: enabled for name, enabled in cursor.fetchall() if "truncate" not in name}
    assert found == {"read_log_chain": "O", "read_log_head_no_change": "A", "read_log_no_change": "A"}


def test_the_role_of_the_application_needs_no_right_but_insert() -> None:
    """The chain is read and numbered with the owner's rights, whatever the caller's search path says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = 'access_read_log_chain'")
        assert cursor.fetchall() == [(True, ["search_path=pg_catalog, pg_temp"])]
        cursor.execute("CREATE SCHEMA elsewhere")
        cursor.execute(
            "CREATE TABLE elsewhere.access_readlogentry (LIKE public.access_readlogentry INCLUDING ALL)"
        )
        cursor.execute("SET LOCAL search_path = public, elsewhere")
        fill(2)
        cursor.execute("SELECT count(*) FROM elsewhere.access_readlogentry")
        assert cursor.fetchone() == (0,)
    assert verify()["is_sound"]


def test_nobody_writes_or_deletes_through_the_model() -> None:
    fill(1)
    row = ReadLogEntry.objects.get()
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "UTC"])
def test_another_time_zone_of_the_session_changes_nothing(zone: str) -> None:
    with connection.cursor() as cursor:
        fill(2)
        cursor.execute("SET LOCAL TIME ZONE %s", [zone])
        fill(2)
        assert verify()["is_sound"]
        cursor.execute("SET LOCAL TIME ZONE 'Asia/Tokyo'")
    assert verify()["is_sound"]


# --- what a check finds


def test_an_empty_log_is_sound() -> None:
    assert verify() == {
        "is_sound": True,
        "from": 1,
        "checked": 0,
        "sound_to": 0,
        "heads": 0,
        "hash": FIRST.hex(),
    }


Tamper = Callable[[Any], None]


def _insert_between(cursor: Any) -> None:
    """Everything after it moves up by one, and the new row is hashed well; only its neighbour gives it away."""
    cursor.execute("ALTER TABLE access_readlogentry DROP CONSTRAINT IF EXISTS read_log_numbered_from_one")
    cursor.execute("UPDATE access_readlogentry SET seq = -seq WHERE seq > 3")
    cursor.execute("CREATE TEMPORARY TABLE twin AS SELECT * FROM access_readlogentry WHERE seq = 3")
    cursor.execute("UPDATE twin SET seq = 4, reason = 'x'")
    cursor.execute("INSERT INTO access_readlogentry SELECT * FROM twin")
    cursor.execute("UPDATE access_readlogentry SET seq = -seq + 1 WHERE seq < 0")
    known = {row["seq"]: row for row in rows()}
    prev = bytes(known[3]["hash"])
    cursor.execute(
        "UPDATE access_readlogentry SET prev_hash = %s, hash = %s WHERE seq = 4",
        [prev, chained(prev, known[4])],
    )


TAMPERED: dict[str, tuple[Callable[[Any], None], int, str]] = {
    "a changed word": (
        lambda cursor: cursor.execute("UPDATE access_readlogentry SET actor_name = '' WHERE seq = 4"),
        4,
        "altered",
    ),
    "a changed id": (
        lambda cursor: cursor.execute("UPDATE access_readlogentry SET ids = '{1}', amount = 1 WHERE seq = 5"),
        5,
        "altered",
    ),
    "a moved time": (
        lambda cursor: cursor.execute(
            "UPDATE access_readlogentry SET at = at + interval '1 microsecond' WHERE seq = 2"
        ),
        2,
        "altered",
    ),
    "a removed row": (
        lambda cursor: cursor.execute("DELETE FROM access_readlogentry WHERE seq = 3"),
        3,
        "missing",
    ),
    "the first removed": (
        lambda cursor: cursor.execute("DELETE FROM access_readlogentry WHERE seq = 1"),
        1,
        "missing",
    ),
    "a row put in between": (_insert_between, 5, "altered"),
    "one row hashed anew": (
        lambda cursor: (
            cursor.execute("UPDATE access_readlogentry SET reason = 'x' WHERE seq = 4"),
            _rehash_one(cursor, 4),
        ),
        5,
        "unlinked",
    ),
}


def _rehash_one(cursor: Any, seq: int) -> None:
    row = next(row for row in rows() if row["seq"] == seq)
    found = chained(bytes(row["prev_hash"]), row)
    cursor.execute("UPDATE access_readlogentry SET hash = %s WHERE seq = %s", [found, seq])


@pytest.mark.parametrize("how", TAMPERED)
def test_a_check_names_the_first_row_that_does_not_fit(how: str) -> None:
    tamper, seq, problem = TAMPERED[how]
    fill(6)
    assert verify()["checked"] == 6
    with as_owner() as cursor:
        tamper(cursor)
    found = verify()
    assert (found["is_sound"], found["broken_seq"], found["problem"]) == (False, seq, problem)
    assert found["message"]


def test_a_tail_written_anew_is_found_by_the_exported_head() -> None:
    fill(6)
    head = heads.export()
    assert head is not None
    fill(2)
    with as_owner() as cursor:
        cursor.execute("UPDATE access_readlogentry SET reason = 'x' WHERE seq = 4")
        rehash(cursor, 4)
    assert (verify()["broken_seq"], verify()["problem"]) == (6, "rewritten")
    with as_owner() as cursor:
        cursor.execute("DELETE FROM access_readloghead")
    assert verify()["is_sound"], "whoever owns the tables forges the chain and its head alike"
    found = verify("--head", str(heads.folder() / head.place))
    assert (found["broken_seq"], found["problem"]) == (6, "rewritten")


def test_a_tail_cut_off_is_found_by_the_exported_head() -> None:
    fill(6)
    head = heads.export()
    assert head is not None
    with as_owner() as cursor:
        cursor.execute("DELETE FROM access_readlogentry WHERE seq > 4")
        cursor.execute("DELETE FROM access_readloghead")
    assert verify()["is_sound"]
    found = verify("--head", str(heads.folder() / head.place))
    assert (found["broken_seq"], found["problem"], found["sound_to"]) == (5, "truncated", 4)


def test_a_head_that_the_portal_did_not_write_proves_nothing(tmp_path: Path) -> None:
    fill(2)
    head = heads.export()
    assert head is not None
    forged = json.loads((heads.folder() / head.place).read_text(encoding="utf-8"))
    forged["hash"] = FIRST.hex()
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(forged), encoding="utf-8")
    assert verify("--head", str(path))["problem"] == "foreign"
    with pytest.raises(CommandError, match="読めません"):
        call_command("verify_read_log", "--head", str(tmp_path / "nowhere.json"), stdout=StringIO())


def test_a_check_may_begin_in_the_middle() -> None:
    fill(6)
    with as_owner() as cursor:
        cursor.execute("UPDATE access_readlogentry SET reason = 'x' WHERE seq = 2")
    assert verify("--from", "4") == {**verify("--from", "4"), "is_sound": True, "checked": 3}
    assert verify("--from", "2")["broken_seq"] == 2


def test_after_old_rows_were_disposed_of_an_exported_head_stands_for_them() -> None:
    fill(3)
    head = heads.export()
    assert head is not None
    fill(3)
    with as_owner() as cursor:
        cursor.execute("DELETE FROM access_readlogentry WHERE seq <= 3")
    assert verify("--from", "4", "--head", str(heads.folder() / head.place))["is_sound"]
    assert verify("--from", "6")["is_sound"]
    with as_owner() as cursor:
        cursor.execute("DELETE FROM access_readloghead")
    assert verify("--from", "4")["problem"] == "missing"


def test_the_command_speaks_to_people_too() -> None:
    fill(2)
    out = StringIO()
    call_command("verify_read_log", stdout=out)
    assert "2 行のつながりは正しいです" in out.getvalue()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM access_readlogentry WHERE seq = 1")
    with pytest.raises(CommandError, match="合いません"):
        call_command("verify_read_log", stdout=out)
    assert "1 番: この番号の行がありません。" in out.getvalue()


# --- heads and checks by the clock


def test_a_head_is_a_file_and_a_row() -> None:
    out = StringIO()
    call_command("export_read_log_head", stdout=out)
    assert "まだ一行もありません" in out.getvalue()
    fill(3)
    call_command("export_read_log_head", stdout=out)
    row = ReadLogHead.objects.get()
    content = json.loads((heads.folder() / row.place).read_text(encoding="utf-8"))
    assert content["seq"] == row.seq == 3
    assert bytes.fromhex(content["hash"]) == bytes(row.hash) == verification.end().hash
    assert heads.is_genuine(content)
    assert "actor" not in json.dumps(content)


def test_a_folder_that_cannot_be_written_is_said(settings: Any, tmp_path: Path) -> None:
    fill(1)
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings.PORTAL_READ_LOG_HEADS = str(tmp_path / "file")
    with pytest.raises(CommandError, match="控えを書けません"):
        call_command("export_read_log_head", stdout=StringIO())
    assert not ReadLogHead.objects.exists()


def test_the_day_is_closed_once(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 15, 7, tzinfo=dt.UTC))  # Wednesday 0:07 in Tokyo
    fill(3)
    tasks.close_read_log_day()
    tasks.close_read_log_day()
    tasks.carry_on_verifications()
    fill(2)
    time_machine.move_to(dt.datetime(2026, 11, 25, 15, 7, tzinfo=dt.UTC))
    tasks.close_read_log_day()
    tasks.carry_on_verifications()
    tasks.carry_on_verifications()
    assert list(ReadLogHead.objects.order_by("id").values_list("seq", flat=True)) == [3, 5]
    checks = ReadLogVerification.objects.order_by("id").values_list("from_seq", "to_seq", "state")
    assert list(checks) == [(1, 3, "sound"), (4, 5, "sound")]
    time_machine.move_to(dt.datetime(2026, 11, 28, 15, 7, tzinfo=dt.UTC))  # Sunday: all of it
    tasks.close_read_log_day()
    assert ReadLogVerification.objects.latest("id").from_seq == 1


def test_a_check_goes_on_where_the_last_worker_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "CHUNK", 2)
    fill(7)
    check = verification.begin()
    verification.carry_on(seconds=-1)
    check.refresh_from_db()
    assert (check.state, check.checked_seq, check.percent) == ("working", 2, 28)
    while verification.carry_on(seconds=-1):
        pass
    check.refresh_from_db()
    assert (check.state, check.checked_seq, check.percent) == ("sound", 7, 100)


def test_a_check_that_lost_its_worker_is_taken_up_again(time_machine: Any) -> None:
    fill(2)
    check = verification.begin()
    claimed = verification._claimed(dt.datetime.now(dt.UTC))
    assert claimed is not None
    assert not verification.carry_on(seconds=1), "one worker at a time"
    time_machine.move_to(dt.datetime.now(dt.UTC) + verification.STALE + dt.timedelta(seconds=1))
    assert verification.carry_on(seconds=1)
    check.refresh_from_db()
    assert check.state == "sound"


def test_what_was_sound_yesterday_is_a_witness_today() -> None:
    fill(3)
    verification.begin()
    verification.carry_on(seconds=5)
    with as_owner() as cursor:
        cursor.execute("UPDATE access_readlogentry SET reason = 'x' WHERE seq = 2")
        rehash(cursor, 2)
    fill(1)
    check = verification.begin(from_seq=4)
    verification.carry_on(seconds=5)
    check.refresh_from_db()
    assert (check.state, check.broken_seq) == ("broken", 3)


def test_a_row_is_never_written_inside_a_transaction() -> None:
    """It would hold the end of the chain, and everybody's pages would wait."""
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        readlog.record(clerk(), readlog.Verb.EXPORT, "person", [1])
