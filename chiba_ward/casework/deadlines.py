"""Promises with a date: started, paused, met; their reminders fire once each (DESIGN §2 rule 7).

How long a thing may take stands in `DeadlineRule` rows, never here. Every verb runs in the caller's transaction
and returns the deadline, so that a module keeps its own copy of the next due moment: see `next_due`.
"""

import datetime as dt
from collections.abc import Collection
from functools import partial

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chiba_ward.casework.calendars import after, calendar_of
from chiba_ward.casework.enums import TimeUnit
from chiba_ward.casework.models import Deadline, DeadlineRule, DeadlineStep, Matter
from chiba_ward.casework.opening_hours import OpeningCalendar
from chiba_ward.casework.steps import register_step
from chiba_ward.directory.models import Office
from chiba_ward.rows.memory import remembered
from chiba_ward.rows.together import Together, together

__all__ = [
    "MissingRuleError", "begin", "cancel", "change_urgency", "meet", "next_due", "pause", "promise", "register_step",
    "restart_for", "resume", "start",
]  # fmt: skip

COLUMNS = [field.attname for field in Deadline._meta.concrete_fields]
END = f"""
    UPDATE casework_deadline SET %s = %%s
    WHERE matter_id = %%s AND kind = %%s AND key = %%s AND met_at IS NULL AND cancelled_at IS NULL
    RETURNING {", ".join(COLUMNS)}
"""  # noqa: S608  (names of our own columns; values are parameters)


class MissingRuleError(LookupError):
    """No `DeadlineRule` says how long this may take: a row is missing in the master data."""

    def __init__(self, kind: str, urgency: str) -> None:
        super().__init__(
            f"期限の規則がありません(種類 {kind}、緊急度 {urgency or '指定なし'})。管理画面の「期限の規則」に登録してください。"
        )


@remembered
def rule_for(kind: str, urgency: str = "") -> DeadlineRule:
    """The rule of this urgency, else the one without, with its steps. Raises MissingRuleError."""
    rules = DeadlineRule.objects.filter(kind=kind, urgency__in={urgency, ""}).order_by("-urgency")
    rules = rules.prefetch_related("steps")
    if rule := rules.first():
        return rule
    raise MissingRuleError(kind, urgency)


def promise(kind: str, office: Office, *, urgency: str = "", at: dt.datetime | None = None) -> dt.datetime:
    """When a deadline started `at` would be due, without starting one: the date a form may promise."""
    rule = rule_for(kind, urgency)
    return after(calendar_of(office), at or timezone.now(), rule.unit, rule.amount)


def start(
    matter: Matter,
    kind: str,
    office: Office,
    *,
    urgency: str = "",
    key: str = "",
    at: dt.datetime | None = None,
    into: Together | None = None,
) -> Deadline:
    """Start the clock. While one of this kind and key runs, that one is returned unchanged: starting twice is
    harmless. `into` takes the rows of a caller that holds the matter's lock. Raises MissingRuleError."""
    rule, begun = rule_for(kind, urgency), at or timezone.now()
    running = Deadline.objects.running().filter(matter=matter, kind=kind, key=key)
    if found := running.first():
        return found
    if into is not None:
        return _new(into, matter, rule, office, begun, key)
    try:
        with transaction.atomic(), together(None, {Deadline: 1}) as rows:
            return _new(rows, matter, rule, office, begun, key)
    except IntegrityError:
        return running.get()  # somebody was faster


def begin(
    matter: Matter,
    kinds: Collection[str],
    office: Office,
    *,
    urgency: str = "",
    at: dt.datetime | None = None,
    into: Together | None = None,
) -> list[Deadline]:
    """Start the clocks of a new matter, on which none runs yet. `into` takes the rows, to be written later.

    Raises MissingRuleError.
    """
    rules, begun = [rule_for(kind, urgency) for kind in kinds], at or timezone.now()
    with together(into, {Deadline: len(rules)}) as rows:
        return [_new(rows, matter, rule, office, begun) for rule in rules]


def _new(
    rows: Together, matter: Matter, rule: DeadlineRule, office: Office, begun: dt.datetime, key: str = ""
) -> Deadline:
    calendar = calendar_of(office)
    deadline = rows.new(
        Deadline,
        matter=matter,
        rule=rule,
        kind=rule.kind,
        key=key,
        office=office,
        started_at=begun,
        due_at=after(calendar, begun, rule.unit, rule.amount),
    )
    for step in _steps(deadline, calendar):
        rows.add(step)
    return deadline


def meet(matter: Matter, kind: str, key: str = "", at: dt.datetime | None = None) -> Deadline | None:
    """The promise was kept. None when none is running: doing it twice is harmless."""
    return _end(matter, kind, key, met_at=at or timezone.now())


def cancel(matter: Matter, kind: str, key: str = "", at: dt.datetime | None = None) -> Deadline | None:
    """The promise is no longer needed (withdrawn, recalled). None when none is running."""
    return _end(matter, kind, key, cancelled_at=at or timezone.now())


@transaction.atomic
def pause(matter: Matter, kind: str, key: str = "", at: dt.datetime | None = None) -> Deadline | None:
    """Stop the clock, as while waiting for the citizen's answer. Steps not yet due wait with it."""
    deadline = _locked(matter, kind, key)
    if deadline and not deadline.paused_at:
        deadline.paused_at = at or timezone.now()
        deadline.save(update_fields=["paused_at"])
    return deadline


@transaction.atomic
def resume(matter: Matter, kind: str, key: str = "", at: dt.datetime | None = None) -> Deadline | None:
    """Let the clock run on: due and the steps that were still ahead move by the opening time lost."""
    deadline = _locked(matter, kind, key)
    if not deadline or not deadline.paused_at:
        return deadline
    stopped, now = deadline.paused_at, max(at or timezone.now(), deadline.paused_at)
    calendar = calendar_of(deadline.office)
    deadline.due_at = shifted(calendar, deadline.rule.unit, deadline.due_at, stopped, now)
    deadline.lost_minutes += calendar.minutes_between(stopped, now)
    deadline.paused_at = None
    deadline.save(update_fields=["due_at", "lost_minutes", "paused_at"])
    units = dict(deadline.rule.steps.values_list("code", "unit"))
    for step in deadline.steps.select_for_update().filter(fired_at__isnull=True, due_at__gt=stopped):
        unit = units.get(step.code, TimeUnit.OPENING_MINUTES)
        step.due_at = shifted(calendar, unit, step.due_at, stopped, now)
        step.save(update_fields=["due_at"])
    return deadline


@transaction.atomic
def change_urgency(matter: Matter, kind: str, urgency: str, key: str = "") -> Deadline | None:
    """A human set another urgency: the same start under the other rule, with the opening time lost so far.

    Steps that fired stay fired; the others are planned anew. Raises MissingRuleError.
    """
    deadline = _locked(matter, kind, key)
    if not deadline:
        return None
    rule = rule_for(kind, urgency)
    if rule.pk == deadline.rule_id:
        return deadline
    calendar = calendar_of(deadline.office)
    deadline.rule = rule
    deadline.due_at = _planned(deadline, calendar, rule.unit, rule.amount)
    deadline.save(update_fields=["rule", "due_at"])
    deadline.steps.filter(fired_at__isnull=True).delete()
    _plan_steps(deadline, calendar)
    return deadline


@transaction.atomic
def restart_for(
    matter: Matter, office: Office, *, fresh: Collection[str] = (), at: dt.datetime | None = None
) -> list[Deadline]:
    """The matter went to another office, which now owes every running deadline of it.

    Kinds in `fresh` (such as taking the case) begin anew in that office's calendar; the others keep the moment
    that was promised, because the citizen was told it.
    """
    moved = []
    for deadline in Deadline.objects.running().filter(matter=matter).select_for_update():
        if deadline.kind not in fresh:
            deadline.office = office
            deadline.save(update_fields=["office"])
            moved.append(deadline)
            continue
        cancel(matter, deadline.kind, deadline.key, at)
        urgency = deadline.rule.urgency
        moved.append(start(matter, deadline.kind, office, urgency=urgency, key=deadline.key, at=at))
    return moved


def next_due(matter: Matter) -> dt.datetime | None:
    """The earliest promise that is running; one on pause counts only when no other runs."""
    running = Deadline.objects.running().filter(matter=matter)
    going = running.filter(paused_at__isnull=True).order_by("due_at").values_list("due_at", flat=True).first()
    return going or running.order_by("due_at").values_list("due_at", flat=True).first()


def shifted(
    calendar: OpeningCalendar, unit: str, due: dt.datetime, stopped: dt.datetime, resumed: dt.datetime
) -> dt.datetime:
    """`due` moved by the time between two moments: opening time, or wall-clock for emergencies."""
    if unit == TimeUnit.WALL_MINUTES:
        return due + (resumed - stopped)
    lost = calendar.minutes_between(stopped, resumed)
    return calendar.add_minutes(due, lost) if lost else due


def _planned(deadline: Deadline, calendar: OpeningCalendar, unit: str, amount: int) -> dt.datetime:
    moment = after(calendar, deadline.started_at, unit, amount)
    if deadline.lost_minutes and unit != TimeUnit.WALL_MINUTES:
        return calendar.add_minutes(moment, deadline.lost_minutes)
    return moment


def _plan_steps(deadline: Deadline, calendar: OpeningCalendar) -> None:
    # A step that already fired under another urgency does not fire again.
    DeadlineStep.objects.bulk_create(_steps(deadline, calendar), ignore_conflicts=True)


def _steps(deadline: Deadline, calendar: OpeningCalendar) -> list[DeadlineStep]:
    moment_of = partial(_planned, deadline, calendar)
    return [
        DeadlineStep(deadline=deadline, code=rule.code, due_at=moment_of(rule.unit, rule.amount))
        for rule in deadline.rule.steps.all()
    ]


def _end(matter: Matter, kind: str, key: str, **moment: dt.datetime) -> Deadline | None:
    """One statement: whoever comes second finds nothing that runs."""
    [(column, at)] = moment.items()
    with connection.cursor() as cursor:
        cursor.execute(END % column, [at, matter.pk, kind, key])
        row = cursor.fetchone()
    return None if row is None else Deadline.from_db(connection.alias, COLUMNS, row)


def _locked(matter: Matter, kind: str, key: str) -> Deadline | None:
    # No join here: after a wait PostgreSQL reads the locked row anew, but not the rows joined to it.
    return Deadline.objects.running().select_for_update().filter(matter=matter, kind=kind, key=key).first()
