import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from psycopg2.errors import LockNotAvailable

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import calendars, deadlines, initial, steps, timeline
from chiba_ward.casework.models import Deadline, DeadlineRule, DeadlineStep, StepRule, TimelineEntry
from chiba_ward.directory.models import Calendar, CalendarException, CalendarHours
from tests.casework.support import at, make_matter, make_rule
from tests.factories import make_calendar, make_office

pytestmark = pytest.mark.django_db
KIND = "probe.answer"


def record_step(deadline: Deadline, code: str) -> None:
    timeline.record(deadline.matter, "probe.step", SYSTEM, text=code)


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_handlers", {KIND: record_step})


def fired() -> list[str]:
    return [line.text for line in TimelineEntry.objects.filter(kind="probe.step").order_by("id")]


def test_due_is_counted_in_the_opening_days_of_the_office() -> None:
    make_rule(unit="opening_days", amount=1)
    deadline = deadlines.start(make_matter(), KIND, make_office(), at=at("2026-11-20 17:00"))
    assert deadline.due_at == at("2026-11-24 17:15")  # weekend, and Monday is a holiday


def test_opening_minutes_run_over_the_weekend() -> None:
    make_rule(unit="opening_minutes", amount=40)
    deadline = deadlines.start(make_matter(), KIND, make_office(), at=at("2026-11-20 17:05"))
    assert deadline.due_at == at("2026-11-24 09:00")


def test_an_emergency_runs_by_the_wall_clock() -> None:
    make_rule(urgency="U0", unit="wall_minutes", amount=15)
    deadline = deadlines.start(make_matter(), KIND, make_office(), urgency="U0", at=at("2026-11-22 03:00"))
    assert deadline.due_at == at("2026-11-22 03:15")


def test_the_rule_of_the_urgency_comes_before_the_one_without() -> None:
    make_rule(unit="opening_days", amount=3)
    make_rule(urgency="U1", unit="opening_days", amount=0)
    start, office = at("2026-11-18 10:00"), make_office()
    assert deadlines.promise(KIND, office, urgency="U1", at=start) == at("2026-11-18 17:15")
    assert deadlines.promise(KIND, office, urgency="U2", at=start) == at("2026-11-24 17:15")


def test_a_missing_rule_says_where_to_add_it() -> None:
    with pytest.raises(deadlines.MissingRuleError, match=r"probe\.none.*期限の規則"):
        deadlines.start(make_matter(), "probe.none", make_office())


def test_starting_twice_is_harmless_and_the_database_refuses_a_second_clock() -> None:
    rule = make_rule(unit="opening_days", amount=1)
    matter, office = make_matter(), make_office()
    first = deadlines.start(matter, KIND, office, at=at("2026-11-18 10:00"))
    assert deadlines.start(matter, KIND, office, at=at("2026-11-19 10:00")) == first
    assert deadlines.start(matter, KIND, office, key="7") != first
    with pytest.raises(IntegrityError, match="deadline_one_running"), transaction.atomic():
        Deadline.objects.create(
            matter=matter,
            rule=rule,
            kind=KIND,
            office=office,
            started_at=at("2026-11-18 10:00"),
            due_at=at("2026-11-18 10:00"),
        )


def test_met_or_cancelled_ends_it_once() -> None:
    make_rule(unit="opening_days", amount=1)
    matter, office = make_matter(), make_office()
    deadlines.start(matter, KIND, office)
    met = deadlines.meet(matter, KIND, at=at("2026-11-18 10:00"))
    assert met is not None
    assert met.met_at == at("2026-11-18 10:00")
    assert deadlines.meet(matter, KIND) is None
    assert deadlines.cancel(matter, KIND) is None
    again = deadlines.start(matter, KIND, office)
    assert again != met
    cancelled = deadlines.cancel(matter, KIND)
    assert cancelled is not None
    assert cancelled.met_at is None
    assert deadlines.next_due(matter) is None


def test_a_pause_moves_due_and_later_steps_by_the_opening_time_lost() -> None:
    make_rule(
        unit="opening_days",
        amount=2,
        early=("opening_minutes", 30),
        late=("opening_days", 1),
        wall=("wall_minutes", 3000),
    )
    matter = make_matter()
    started = deadlines.start(matter, KIND, make_office(), at=at("2026-11-18 10:00"))
    assert started.due_at == at("2026-11-20 17:15")
    deadlines.pause(matter, KIND, at=at("2026-11-18 16:15"))
    assert deadlines.resume(matter, KIND, at=at("2026-11-19 09:30")) == started  # 60 + 60 minutes lost
    started.refresh_from_db()
    assert started.due_at == at("2026-11-24 10:30")
    assert started.lost_minutes == 120
    due = dict(started.steps.values_list("code", "due_at"))
    assert due["early"] == at("2026-11-18 10:30")  # was due before the pause: it fires at once
    assert due["late"] == at("2026-11-20 10:30")
    assert due["wall"] == at("2026-11-20 12:00") + dt.timedelta(hours=17, minutes=15)


def test_a_pause_outside_opening_hours_changes_nothing() -> None:
    make_rule(unit="opening_days", amount=1)
    matter = make_matter()
    due = deadlines.start(matter, KIND, make_office(), at=at("2026-11-18 10:00")).due_at
    deadlines.pause(matter, KIND, at=at("2026-11-18 20:00"))
    resumed = deadlines.resume(matter, KIND, at=at("2026-11-18 23:00"))
    assert resumed is not None
    assert resumed.due_at == due


def test_pausing_twice_keeps_the_first_moment() -> None:
    make_rule(unit="opening_days", amount=1)
    matter = make_matter()
    deadlines.start(matter, KIND, make_office(), at=at("2026-11-18 10:00"))
    deadlines.pause(matter, KIND, at=at("2026-11-18 11:00"))
    paused = deadlines.pause(matter, KIND, at=at("2026-11-18 12:00"))
    assert paused is not None
    assert paused.paused_at == at("2026-11-18 11:00")


def test_another_urgency_counts_from_the_same_start_and_keeps_the_time_lost(handler: None) -> None:
    make_rule(unit="opening_days", amount=3, remind=("opening_minutes", 30), last=("opening_days", 3))
    make_rule(
        urgency="U2", unit="opening_days", amount=1, remind=("opening_minutes", 10), last=("opening_days", 1)
    )
    matter = make_matter()
    deadline = deadlines.start(matter, KIND, make_office(), at=at("2026-11-18 10:00"))
    steps.fire_due_steps(at("2026-11-18 10:30"))
    deadlines.pause(matter, KIND, at=at("2026-11-18 13:00"))
    deadlines.resume(matter, KIND, at=at("2026-11-18 13:30"))
    changed = deadlines.change_urgency(matter, KIND, "U2")
    assert changed is not None
    assert changed.pk == deadline.pk
    assert changed.due_at == at("2026-11-20 09:00")  # 11-19 17:15 and 30 minutes
    assert dict(changed.steps.values_list("code", "fired_at"))["remind"] == at("2026-11-18 10:30")
    assert changed.steps.get(code="last").due_at == at("2026-11-20 09:00")


def test_another_office_owes_it_but_the_promise_stands() -> None:
    make_rule(unit="opening_days", amount=1)
    make_rule("probe.take", unit="opening_minutes", amount=30)
    matter, first, second = make_matter(), make_office(), make_office()
    promised = deadlines.start(matter, KIND, first, at=at("2026-11-18 10:00"))
    deadlines.start(matter, "probe.take", first, at=at("2026-11-18 10:00"))
    deadlines.restart_for(matter, second, fresh={"probe.take"}, at=at("2026-11-18 15:00"))
    running = {row.kind: row for row in Deadline.objects.running().filter(matter=matter)}
    assert {row.office for row in running.values()} == {second}
    assert running[KIND].due_at == promised.due_at
    assert running["probe.take"].due_at == at("2026-11-18 15:30")
    assert Deadline.objects.filter(cancelled_at=at("2026-11-18 15:00")).count() == 1


def test_next_due_is_the_earliest_that_runs() -> None:
    make_rule(unit="opening_days", amount=1)
    make_rule("probe.take", unit="opening_minutes", amount=30)
    matter, office = make_matter(), make_office()
    reply = deadlines.start(matter, KIND, office, at=at("2026-11-18 10:00"))
    take = deadlines.start(matter, "probe.take", office, at=at("2026-11-18 10:00"))
    assert deadlines.next_due(matter) == take.due_at
    deadlines.pause(matter, "probe.take")
    assert deadlines.next_due(matter) == reply.due_at
    deadlines.pause(matter, KIND)
    assert deadlines.next_due(matter) == take.due_at


# -- steps


def start_with_steps(handler: None = None) -> Deadline:
    make_rule(unit="opening_days", amount=2, remind=("opening_minutes", 240), head=("opening_days", 1))
    return deadlines.start(make_matter(), KIND, make_office(), at=at("2026-11-18 10:00"))


def test_each_step_fires_once_however_often_beat_runs(handler: None) -> None:
    start_with_steps()
    assert steps.fire_due_steps(at("2026-11-18 13:59")) == {"fired": 0, "failed": 0, "skipped": 0}
    assert steps.fire_due_steps(at("2026-11-18 14:00"))["fired"] == 1
    assert steps.fire_due_steps(at("2026-11-18 14:00"))["fired"] == 0
    assert fired() == ["remind"]


def test_a_run_after_days_without_beat_catches_up_in_order(handler: None) -> None:
    start_with_steps()
    assert steps.fire_due_steps(at("2026-12-01 09:00"))["fired"] == 2
    assert fired() == ["remind", "head"]


@pytest.mark.parametrize("verb", [deadlines.meet, deadlines.cancel, deadlines.pause])
def test_nothing_fires_for_a_deadline_that_is_over_or_on_pause(verb: object, handler: None) -> None:
    deadline = start_with_steps()
    verb(deadline.matter, KIND, at=at("2026-11-18 11:00"))  # type: ignore[operator]  # one of three verbs
    assert steps.fire_due_steps(at("2026-12-01 09:00"))["fired"] == 0


def test_a_step_that_raises_loses_nothing_and_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {"remind"}

    def sometimes(deadline: Deadline, code: str) -> None:
        record_step(deadline, code)
        if code in broken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(steps, "_handlers", {KIND: sometimes})
    start_with_steps()
    assert steps.fire_due_steps(at("2026-11-24 09:00")) == {"fired": 1, "failed": 1, "skipped": 0}
    assert fired() == ["head"]
    assert DeadlineStep.objects.get(code="remind").failures == 1
    broken.clear()
    assert steps.fire_due_steps(at("2026-11-24 09:01")) == {"fired": 1, "failed": 0, "skipped": 0}
    assert sorted(fired()) == ["head", "remind"]


def test_the_log_of_a_failure_does_not_quote_the_row(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def quotes(deadline: Deadline, code: str) -> None:
        raise ValueError("佐藤花子")

    monkeypatch.setattr(steps, "_handlers", {KIND: quotes})
    start_with_steps()
    steps.fire_due_steps(at("2026-11-24 09:00"))
    assert "ValueError" in caplog.text
    assert "佐藤花子" not in caplog.text


def test_a_kind_without_a_handler_stays_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_handlers", {})
    start_with_steps()
    assert steps.fire_due_steps(at("2026-11-24 09:00"))["failed"] == 2
    assert DeadlineStep.objects.filter(fired_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_fire_each_step_once(handler: None) -> None:
    for _ in range(10):
        rule = DeadlineRule.objects.filter(kind=KIND).first()
        if rule is None:
            make_rule(
                unit="opening_days", amount=2, remind=("opening_minutes", 240), head=("opening_days", 1)
            )
        deadlines.start(make_matter(), KIND, make_office(), at=at("2026-11-18 10:00"))
    gate, totals = threading.Barrier(4), []

    def work() -> None:
        try:
            gate.wait()
            totals.append(steps.fire_due_steps(at("2026-11-24 09:00")))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(total["fired"] for total in totals) == 20
    assert len(fired()) == 20


@pytest.mark.django_db(transaction=True)
def test_a_handler_gives_way_to_a_clerk_who_holds_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both lock in opposite order: the step must fail and come back, never the clerk's click."""
    deadline = start_with_steps()

    def wants_the_matter(found: Deadline, code: str) -> None:
        type(found.matter).objects.select_for_update().get(pk=found.matter_id)
        record_step(found, code)

    monkeypatch.setattr(steps, "_handlers", {KIND: wants_the_matter})
    causes: list[type | None] = []
    monkeypatch.setattr(steps, "safe_text", lambda error: causes.append(type(error.__cause__)))
    results: list[dict[str, int]] = []

    def beat() -> None:
        try:
            results.append(steps.fire_due_steps(at("2026-11-18 14:00")))
        finally:
            connections.close_all()

    worker = threading.Thread(target=beat)
    with transaction.atomic():
        type(deadline.matter).objects.select_for_update().get(pk=deadline.matter_id)
        worker.start()
        worker.join(0.2)
        DeadlineStep.objects.filter(deadline=deadline).update(failures=0)  # needs the row that the step holds
    worker.join()
    assert results == [{"fired": 0, "failed": 1, "skipped": 0}]
    assert causes == [LockNotAvailable]  # and not a deadlock, which could have struck the clerk
    assert steps.fire_due_steps(at("2026-11-18 14:01"))["fired"] == 1


# -- calendars and first rows


def test_an_edited_calendar_takes_effect_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(calendars.time, "monotonic", lambda: clock[0])
    office = make_office()
    friday = dt.date(2026, 11, 20)
    first = calendars.calendar_of(office)
    CalendarException.objects.create(calendar=office.calendar, date=friday, reason="停電")
    assert calendars.calendar_of(office).is_opening_day(friday)
    clock[0] += 61
    assert not calendars.calendar_of(office).is_opening_day(friday)
    CalendarException.objects.all().delete()
    clock[0] += 61
    assert calendars.calendar_of(office) is first  # the same content keeps what was computed


def test_offices_have_their_own_calendars() -> None:
    late = Calendar.objects.create(name="夜間(試験)", closed_on_holidays=False)
    CalendarHours.objects.create(calendar=late, weekday=0, opens=dt.time(18), closes=dt.time(21))
    day, night = make_office(calendar=make_calendar()), make_office(calendar=late)
    span = at("2026-11-23 00:00"), at("2026-11-24 00:00")
    assert (calendars.opening_minutes(day, *span), calendars.opening_minutes(night, *span)) == (0, 180)


def test_the_first_rules_are_loaded_once_and_never_overwrite_an_edit() -> None:
    first = initial.load()
    assert first["kept"] == 0
    assert DeadlineRule.objects.filter(needs_verification=False).count() == 0
    DeadlineRule.objects.filter(kind="consultation.take", urgency="").update(amount=2)
    StepRule.objects.filter(rule__kind="referral.answer", code="remind").delete()
    assert initial.load() == {"added": 0, "kept": first["added"]}
    assert DeadlineRule.objects.get(kind="consultation.take", urgency="").amount == 2
    assert not StepRule.objects.filter(rule__kind="referral.answer", code="remind").exists()


def test_the_first_rules_give_the_days_that_the_domain_names() -> None:
    initial.load()
    office, start = make_office(), at("2026-11-18 10:00")
    promised = {
        code: deadlines.promise("consultation.reply", office, urgency=code, at=start)
        for code in ("U1", "U2", "U3", "")
    }
    assert promised["U1"] == at("2026-11-18 17:15")
    assert promised["U2"] == at("2026-11-19 17:15")
    assert promised["U3"] == promised[""] == at("2026-11-24 17:15")
    deadline = deadlines.start(make_matter(), "referral.answer", office, at=start)
    due = dict(deadline.steps.values_list("code", "due_at"))
    assert due["remind"] == at("2026-11-18 14:00")
    assert due["remind_head"] == at("2026-11-19 17:15")
    assert due["return_to_sender"] == at("2026-12-10 17:15")
