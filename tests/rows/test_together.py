"""Rows of several tables in one message: the same rows, constraints and triggers as one by one."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chiba_ward.casework.models import Deadline, DeadlineRule, DeadlineStep, Matter, TimelineEntry
from chiba_ward.directory.models import Office, OfficeVersion
from chiba_ward.rows.together import BETWEEN, Together, together
from tests.casework.support import make_matter
from tests.factories import make_calendar, make_office

pytestmark = pytest.mark.django_db
SHARP = "'; DROP TABLE casework_matter; -- % %s \n;\n \\ \x7f"


def rule() -> DeadlineRule:
    return DeadlineRule.objects.create(kind="x.y", label="試験", unit="opening_days", amount=1)


def test_rows_of_several_tables_are_one_message_and_stand_as_written() -> None:
    matter, office, known = make_matter(), make_office(), rule()
    moment = timezone.now()
    with CaptureQueriesContext(connection) as asked:
        rows = Together({Deadline: 2, TimelineEntry: 1})
        first, second = (
            rows.new(
                Deadline,
                matter=matter,
                rule=known,
                kind="x.y",
                key=key,
                office=office,
                started_at=moment,
                due_at=moment,
            )
            for key in ("1", "2")
        )
        for deadline in (first, second):
            rows.add(DeadlineStep(deadline=deadline, code="remind", due_at=moment + dt.timedelta(days=1)))
        rows.new(  # its text is sealed for its key, which is therefore drawn with the others
            TimelineEntry,
            matter=matter,
            at=moment,
            kind="x.y",
            text=SHARP,
            data={"語": SHARP, "n": [1, None]},
        )
        rows.write()
    assert len(asked) == 2, "one question for keys, one message with the rows"
    assert asked[1]["sql"].count("INSERT INTO") == 3
    assert [deadline.key for deadline in Deadline.objects.order_by("id")] == ["1", "2"]
    assert set(DeadlineStep.objects.values_list("deadline", flat=True)) == {first.pk, second.pk}
    entry = TimelineEntry.objects.get()
    assert (entry.text, entry.data, entry.at) == (SHARP, {"語": SHARP, "n": [1, None]}, moment)
    first.due_at = moment + dt.timedelta(days=3)
    first.save()  # as of a row that was read, not a second one
    assert Deadline.objects.count() == 2


def test_nothing_is_sent_for_nothing_and_nothing_twice() -> None:
    rows = Together()
    with CaptureQueriesContext(connection) as asked:
        rows.write()
    assert not asked.captured_queries
    rows.add(TimelineEntry(matter=make_matter(), kind="x.y"))
    rows.write()
    rows.write()
    assert TimelineEntry.objects.count() == 1


def test_a_refused_row_takes_the_others_with_it() -> None:
    matter = make_matter()
    rows = Together()
    rows.add(TimelineEntry(matter=matter, kind="x.y"))
    rows.add(Matter(receipt_no=matter.receipt_no, kind="x"))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.write()
    assert not TimelineEntry.objects.exists()


def test_keys_are_those_of_the_sequence_and_nobody_gets_one_twice() -> None:
    rows = Together({Office: 2})
    keys = [rows.key_of(Office) for _ in range(5)]  # three more than were drawn
    later = make_office().pk
    assert len({*keys, later}) == 6
    assert max(keys) < later
    assert keys[:2] == sorted(keys[:2])


def test_history_and_other_triggers_see_each_row() -> None:
    from django.apps import apps

    office = Office.objects.create(code="mihon-1", kind="section", calendar=make_calendar())
    rows = Together()
    rows.add(OfficeVersion(office=office, name="見本課", valid_from=dt.date(2020, 4, 1)))
    rows.write()
    events = apps.get_model("directory", "OfficeVersionEvent")
    assert [event.name for event in events.objects.filter(office=office)] == ["見本課"]


def test_a_verb_writes_at_once_unless_its_caller_writes_later() -> None:
    matter = make_matter()
    with together(None) as own:
        own.add(TimelineEntry(matter=matter, kind="x.y"))
    assert TimelineEntry.objects.count() == 1
    callers = Together()
    with together(callers) as same:
        same.add(TimelineEntry(matter=matter, kind="x.y"))
    assert same is callers
    assert TimelineEntry.objects.count() == 1
    callers.write()
    assert TimelineEntry.objects.count() == 2


def test_what_stands_between_statements_is_no_part_of_one() -> None:
    """The baselines count by it; a person's text is a value and never in the statement."""
    matter = make_matter()
    with CaptureQueriesContext(connection):
        rows = Together()
        rows.add(TimelineEntry(matter=matter, kind="x.y", text=BETWEEN))
        rows.write()
    assert TimelineEntry.objects.get().text == BETWEEN
