"""Owing, running, calling off, sweeping; the effect happens once, in the transaction that marks it done."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from chiba_ward.outbox import publishing, services
from chiba_ward.outbox.effects import TryLater, effect, effect_of
from chiba_ward.outbox.enums import Outcome
from chiba_ward.outbox.models import OutboxEntry
from tests.outbox import probe

MINUTE = dt.timedelta(minutes=1)


def owe(number: int = 1, kind: str = "probe.write", **options: Any) -> OutboxEntry:
    return services.owe(kind, {"number": number}, key=options.pop("key", f"probe:{number}"), **options)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids handed to the broker, in order."""
    ids: list[int] = []

    def take(entry_id: int, compartment: int | None) -> bool:
        ids.append(entry_id)
        return True

    monkeypatch.setattr(publishing, "publish", take)
    return ids


def test_entry_is_published_after_the_commit_and_not_after_a_rollback(
    table: None, published: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        entry = owe()
        assert published == []
    assert published == [entry.pk]
    with transaction.atomic():
        owe(2)
        transaction.set_rollback(True)
    assert OutboxEntry.objects.count() == 1


def test_same_key_is_one_effect(table: None) -> None:
    assert owe().pk == owe().pk
    assert services.run_pending_now() == 1
    assert owe().done_at is not None
    assert services.run_pending_now() == 0
    assert probe.traces() == [1]


@pytest.mark.parametrize(
    "payload",
    [
        {"number": "田中 花子"},
        {"number": "a b"},
        {"name": "x" * 81},
        {"number": 1.5},
        {"number": True},
        {"ids": [1]},
    ],
)
def test_payload_refuses_text(table: None, payload: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="outbox payload"):
        services.owe("probe.write", payload, key="probe:1")
    with pytest.raises(ValueError, match="outbox payload"):
        services.owe("probe.write", {}, key="田中さんの相談")


def test_effect_and_mark_are_one_transaction(table: None) -> None:
    entry = owe(kind="probe.fail")
    assert services.run_entry(entry.pk) is Outcome.FAILED
    entry.refresh_from_db()
    assert probe.traces() == []  # what the effect wrote before it failed is gone
    assert (entry.attempts, entry.done_at, entry.dead_at) == (1, None, None)
    assert entry.available_at > timezone.now()
    assert services.run_entry(entry.pk) is Outcome.SKIPPED


def test_error_text_holds_no_personal_data(table: None, caplog: pytest.LogCaptureFixture) -> None:
    entry = owe(kind="probe.fail")
    services.run_entry(entry.pk)
    entry.refresh_from_db()
    assert entry.last_error.startswith("RuntimeError (outbox/probe.py:")
    assert "花子" not in entry.last_error + caplog.text
    assert "090" not in entry.last_error
    assert not [part for part in ("090-", "0901234", "1234-5678") if part in caplog.text]
    safe = owe(2, kind="probe.fail_twice")
    services.run_entry(safe.pk)
    safe.refresh_from_db()
    assert safe.last_error == "TryLater: 相手が混んでいます"


def test_dead_letter_after_the_last_try_and_revival(table: None, settings: Any) -> None:
    settings.PORTAL_OUTBOX_ATTEMPTS = 2
    entry = owe(kind="probe.fail")
    outcomes = []
    for _ in range(3):
        OutboxEntry.objects.update(available_at=timezone.now())
        outcomes.append(services.run_entry(entry.pk))
    assert outcomes == [Outcome.FAILED, Outcome.DEAD, Outcome.SKIPPED]
    assert probe.traces("gave up") == [1]
    assert services.health().dead == 1
    entry.refresh_from_db()
    assert services.retry(entry)
    assert not services.retry(entry)
    assert services.health().dead == 0
    assert services.run_entry(entry.pk) is Outcome.FAILED


def test_pauses_grow_and_end_at_four_hours() -> None:
    pauses = [services.pause_after(tries).total_seconds() for tries in range(1, 11)]
    assert pauses[:3] == [10, 30, 90]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 4 * 3600
    assert 8 * 3600 < sum(pauses) < 24 * 3600


def test_unknown_kind_waits_for_a_newer_worker(table: None) -> None:
    entry = owe(kind="probe.of_next_release")
    assert services.run_entry(entry.pk) is Outcome.FAILED
    entry.refresh_from_db()
    assert entry.last_error.startswith("UnknownEffectError")
    assert entry.dead_at is None


def test_kind_is_claimed_once() -> None:
    with pytest.raises(ValueError, match="two effects"):
        effect("probe.write")(probe.write)
    assert effect_of("probe.write").run is probe.write


def test_cancel_before_and_after(table: None) -> None:
    owe(available_at=timezone.now() + MINUTE)
    assert services.cancel("probe:1")
    assert not services.cancel("probe:1")
    assert not services.cancel("probe:never")
    OutboxEntry.objects.update(available_at=timezone.now())
    assert services.run_pending_now() == 0
    owe(2)
    services.run_pending_now()
    assert not services.cancel("probe:2")
    assert probe.traces() == [2]


def test_held_entry_is_not_run_before_its_time(table: None, published: list[int]) -> None:
    entry = owe(available_at=timezone.now() + MINUTE)
    assert services.run_entry(entry.pk) is Outcome.SKIPPED
    assert services.sweep() == 0
    OutboxEntry.objects.update(available_at=timezone.now() - MINUTE, created_at=timezone.now() - MINUTE)
    assert services.sweep() == 1
    assert published == [entry.pk]


# --- outside effects


def test_outside_effect_goes_begin_act_settle(table: None) -> None:
    entry = owe(kind="probe.outside")
    assert services.run_entry(entry.pk) is Outcome.DONE
    assert services.run_entry(entry.pk) is Outcome.SKIPPED
    assert (probe.outside.world, probe.traces("settled")) == ([1], [1])


def test_outside_effect_that_may_be_repeated_is_released(table: None) -> None:
    entry = owe(kind="probe.outside")
    probe.outside.answer = TryLater("相手が混んでいます")
    assert services.run_entry(entry.pk) is Outcome.FAILED
    assert probe.traces("mark") == []
    probe.outside.answer = None
    OutboxEntry.objects.update(available_at=timezone.now())
    assert services.run_entry(entry.pk) is Outcome.DONE
    assert probe.outside.world == [1]


def test_crash_outside_is_never_repeated(table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = owe(kind="probe.outside")

    def crash(payload: Any, result: Any) -> None:
        raise KeyboardInterrupt  # stands for the end of the process: nothing is recorded

    with monkeypatch.context() as patch:
        patch.setattr(probe.outside, "settle", crash)
        with pytest.raises(KeyboardInterrupt):
            services.run_entry(entry.pk)
    assert services.run_entry(entry.pk) is Outcome.SKIPPED  # the lease holds
    assert not services.cancel(entry.key)
    OutboxEntry.objects.update(leased_until=timezone.now() - MINUTE)
    assert services.run_entry(entry.pk) is Outcome.DONE
    assert probe.outside.world == [1]
    assert probe.traces("unknown") == [1]


def test_outside_dead_letter_is_told_to_its_owner(table: None, settings: Any) -> None:
    settings.PORTAL_OUTBOX_ATTEMPTS = 1
    probe.outside.answer = TryLater("相手が混んでいます")
    assert services.run_entry(owe(kind="probe.outside").pk) is Outcome.DEAD
    assert probe.traces("gave up") == [1]


# --- sweep, drain, health


def test_sweep_leaves_the_fresh_and_repeats_the_silent(table: None, published: list[int]) -> None:
    now = timezone.now()
    owe(1)
    old = owe(2)
    OutboxEntry.objects.filter(pk=old.pk).update(created_at=now - MINUTE, available_at=now - MINUTE)
    assert services.sweep() == 1
    assert services.sweep() == 0  # published a moment ago
    OutboxEntry.objects.filter(pk=old.pk).update(swept_at=now - MINUTE)
    assert services.sweep() == 1
    assert published == [old.pk, old.pk]


def test_sweep_after_an_hour_takes_a_batch_oldest_first(
    table: None, published: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SWEEP_BATCH", 3)
    entries = [owe(number) for number in range(5)]
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    OutboxEntry.objects.update(created_at=hour_ago, available_at=hour_ago)
    assert [services.sweep(), services.sweep(), services.sweep()] == [3, 2, 0]
    assert published == [entry.pk for entry in entries]


def test_sweep_stops_at_a_broker_that_is_away(table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def refuse(entry_id: int, compartment: int | None) -> bool:
        asked.append(entry_id)
        return False

    monkeypatch.setattr(publishing, "publish", refuse)
    for number in range(3):
        owe(number)
    OutboxEntry.objects.update(created_at=timezone.now() - MINUTE, available_at=timezone.now() - MINUTE)
    assert services.sweep() == 0
    assert len(asked) == 1
    assert not OutboxEntry.objects.filter(swept_at__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_publish_once(published: list[int], apart: Any) -> None:
    owe()
    OutboxEntry.objects.update(created_at=timezone.now() - MINUTE, available_at=timezone.now() - MINUTE)
    apart.ensure_connection()
    with apart.cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [services.SWEEP_LOCK])
        assert services.sweep() == 0
        other.execute("SELECT pg_advisory_unlock(%s)", [services.SWEEP_LOCK])
    assert services.sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_many_runners_of_one_entry_have_one_effect(committed_table: None) -> None:
    entry = owe(kind="probe.slow")
    outcomes: list[Outcome] = []

    def run() -> None:
        try:
            outcomes.append(services.run_entry(entry.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Outcome.DONE, *[Outcome.SKIPPED] * 5]
    assert probe.traces() == [1]


def test_drain_command_runs_what_is_due(table: None, capsys: pytest.CaptureFixture[str]) -> None:
    owe(1)
    owe(2, available_at=timezone.now() + MINUTE)
    call_command("drain_outbox")
    assert capsys.readouterr().out == "実行 1 件、残り 1 件、断念 0 件\n"


def test_health_tells_the_age_of_the_oldest(table: None) -> None:
    assert services.health() == services.Health(0, 0, 0.0)
    owe()
    OutboxEntry.objects.update(available_at=timezone.now() - MINUTE)
    assert services.health().pending == 1
    assert 60 <= services.health().oldest_seconds < 70
