"""What goes out comes in again as it is, and a calendar understands the events."""

import datetime as dt
from itertools import chain
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from chiba_ward.ui.cells import safe_cell
from community.open_data import geometry
from community.open_data.enums import DataKind
from community.open_data.importers.tables import _clean, _own
from community.open_data.models import PublicEvent
from tests.open_data.conftest import TakeIn
from tests.open_data.test_formats import HEAD, table

TABLES = (DataKind.FACILITIES, DataKind.CHILDCARE, DataKind.EVENTS, DataKind.BOUNDARIES)


def downloaded(kind: DataKind) -> bytes:
    answer = Client().get(reverse("districts:open_data", args=[kind]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{kind}-')
    return b"".join(chain(answer))


@pytest.mark.parametrize("kind", TABLES)
def test_an_import_of_an_export_changes_nothing(kind: DataKind, published: None, take_in: TakeIn) -> None:
    content = downloaded(kind)
    assert kind == DataKind.BOUNDARIES or content.startswith(b"\xef\xbb\xbf")
    report = take_in(kind, content)
    counts = report.counts
    assert (counts["added"], counts["changed"], counts["ended"], counts["rejected"]) == (0, 0, 0, 0)
    assert counts["unchanged"] >= 2


def test_formulas_go_out_as_text_and_come_back_as_they_were(take_in: TakeIn) -> None:
    line = "121002,A1,=cmd|' /C calc'!A0,千葉市中央区見本町1,35.6,140.1,-"
    take_in(DataKind.FACILITIES, table(line, head=f"{HEAD},名称_通称").encode())
    text = downloaded(DataKind.FACILITIES).decode("utf-8-sig")
    assert "'=cmd|" in text
    assert ",'-," in text
    assert take_in(DataKind.FACILITIES, text.encode()).unchanged == 1


@given(st.text(max_size=40))
def test_every_cell_survives_the_way_out_and_back(cell: str) -> None:
    kept = _own(_clean(cell))
    assert _own(_clean(safe_cell(kept))) == kept or kept.startswith("'")


def test_a_table_that_is_none_is_404(db: None) -> None:
    assert Client().get("/districts/open-data/people/").status_code == 404


# --- iCalendar


def entries(path: str) -> list[Any]:
    answer = Client().get(path)
    assert answer["Content-Type"].startswith("text/calendar")
    lines = answer.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75, "folded as RFC 5545 wants"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_events_for_a_calendar(published: None) -> None:
    meeting, market = entries("/districts/chuo/events.ics")
    assert (str(meeting["SUMMARY"]), str(meeting["UID"])) == (
        "見本のつどい",
        "121002-EE01@kuyakusho-portal.chiba",
    )
    span = [meeting.decoded(name).astimezone(dt.UTC).isoformat() for name in ("DTSTART", "DTEND")]
    assert span == ["2036-05-01T01:00:00+00:00", "2036-05-02T06:30:00+00:00"]
    assert "500円" in str(meeting["DESCRIPTION"])
    assert market.decoded("DTEND") - market.decoded("DTSTART") == dt.timedelta(hours=1)


def test_an_event_without_a_time_lasts_its_days(published: None) -> None:
    PublicEvent.objects.filter(publisher_id="EE01").update(starts_at=None, ends_at=None)
    first = next(one for one in entries("/districts/chuo/events.ics") if "EE01" in one["UID"])
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (dt.date(2036, 5, 1), dt.date(2036, 5, 3))


def test_a_hostile_text_adds_no_entry(published: None) -> None:
    PublicEvent.objects.filter(publisher_id="EE01").update(
        name="a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:b"
    )
    assert len(entries("/districts/chuo/events.ics")) == 2


# --- shapes


def test_a_point_in_a_hole_is_outside() -> None:
    outer = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
    hole = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]]
    assert geometry.is_inside((0.5, 0.5), [outer, hole])
    assert not geometry.is_inside((2, 2), [outer, hole])
    assert not geometry.is_inside((5, 2), [outer, hole])


def test_a_straight_line_loses_its_points_and_corners_stay() -> None:
    top = [[140 + step / 1000, 35.1] for step in range(101)]
    ring = [*top, [140.1, 35.0], [140.0, 35.0], [140.0, 35.1]]
    assert geometry.outline_of([[ring]]) == [
        [[140.0, 35.1], [140.1, 35.1], [140.1, 35.0], [140.0, 35.0], [140.0, 35.1]]
    ]
