"""Twice the same, a newer file, several publishers, boundaries, the command, and a file on its way through the screen."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.enums import Role
from community.open_data import importers
from community.open_data.enums import DataKind
from community.open_data.importers import UnreadableFile
from community.open_data.models import Boundary, DataFile, Facility
from community.open_data.services import data_files
from community.open_data.workflow.errors import Refused
from tests.factories import make_posting
from tests.open_data.conftest import FILES, TakeIn
from tests.open_data.test_formats import GOOD, table

SECOND = GOOD.replace("A1", "A2")
OPEN_RING = [[140.1, 35.6], [140.2, 35.6], [140.2, 35.7], [140.1, 35.7]]
COUNTS = {"added": 0, "changed": 0, "unchanged": 0, "ended": 0, "rejected": 0, "doubtful": 0}


@pytest.mark.parametrize(
    ("kind", "name", "number"),
    [
        (DataKind.FACILITIES, "facilities.csv", 3),
        (DataKind.CHILDCARE, "childcare_old.csv", 2),
        (DataKind.EVENTS, "events.csv", 3),
        (DataKind.BOUNDARIES, "boundaries.geojson", 2),
    ],
)
def test_the_same_file_twice_changes_nothing(kind: DataKind, name: str, number: int, take_in: TakeIn) -> None:
    first, again = take_in(kind, name), take_in(kind, name)
    assert first.counts["added"] == number
    assert {**again.counts, "doubtful": 0} == {**COUNTS, "unchanged": number}


def test_a_newer_file_changes_adds_and_ends(take_in: TakeIn) -> None:
    third = GOOD.replace("A1", "A3")
    take_in(DataKind.FACILITIES, table(GOOD, SECOND, third).encode())
    report = take_in(
        DataKind.FACILITIES,
        table(GOOD, SECOND.replace("見本の場所", "新しい名"), third.replace("A3", "A4")).encode(),
    )
    assert report.counts == {**COUNTS, "added": 1, "changed": 1, "unchanged": 1, "ended": 1}
    assert report.ended_names == ["見本の場所"]
    gone = Facility.objects.get(publisher_id="A3")
    assert gone.ended_on == timezone.localdate()
    assert Facility.objects.current().count() == 3
    back = take_in(DataKind.FACILITIES, table(GOOD, SECOND, third).encode())
    assert (back.changed, back.ended) == (2, 1)
    assert Facility.objects.get(publisher_id="A3").ended_on is None


def test_a_file_that_ends_more_than_half_says_so(take_in: TakeIn) -> None:
    take_in(DataKind.FACILITIES, table(GOOD, SECOND, GOOD.replace("A1", "A3")).encode())
    report = take_in(DataKind.FACILITIES, table(GOOD).encode())
    assert [(one.line, one.is_rejected) for one in report.findings] == [(0, False)]
    assert "3件のうち2件" in report.findings[0].reason


def test_another_publisher_and_another_kind_are_left_alone(take_in: TakeIn) -> None:
    take_in(DataKind.FACILITIES, table(GOOD).encode())
    other = take_in(DataKind.FACILITIES, table(GOOD.replace("121002", "122033")).encode())
    childcare = take_in(DataKind.CHILDCARE, table(GOOD).encode())
    assert (other.added, other.ended, childcare.added, childcare.ended) == (1, 0, 1, 0)


def test_five_digits_get_their_check_digit(take_in: TakeIn) -> None:
    take_in(DataKind.FACILITIES, table(GOOD.replace("121002", "12100")).encode())
    assert Facility.objects.get().publisher_code == "121002"


# --- boundaries


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def square(properties: dict[str, Any], west: float = 140.1, size: float = 0.01) -> dict[str, Any]:
    east, south, north = west + size, 35.6, 35.6 + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_pieces_of_a_town_are_one_boundary_and_its_name_is_that_of_the_directory(take_in: TakeIn) -> None:
    town = {"lg_code": "12101", "town": "海辺２丁目"}
    report = take_in(DataKind.BOUNDARIES, geojson(square(town), square(town, west=140.12)))
    assert (report.added, report.findings) == (1, [])
    found = Boundary.objects.get()
    assert (found.town.name, len(found.outline), found.geometry["type"]) == ("海辺二丁目", 2, "MultiPolygon")


def test_towns_end_no_ward(take_in: TakeIn) -> None:
    take_in(DataKind.BOUNDARIES, "boundaries.geojson")
    report = take_in(DataKind.BOUNDARIES, geojson(square({"lg_code": "12101", "town": "見本町"})))
    assert (report.added, report.ended) == (1, 0)


@pytest.mark.parametrize(
    "feature",
    [
        square({"lg_code": "13101"}),
        {**square({"lg_code": "12101"}), "geometry": None},
        {**square({"lg_code": "12101"}), "geometry": {"type": "Point", "coordinates": [140.1, 35.6]}},
        {**square({"lg_code": "12101"}), "geometry": {"type": "Polygon", "coordinates": [[[140.1, 35.6]] * 3]}},
        {**square({"lg_code": "12101"}), "geometry": {"type": "Polygon", "coordinates": [[[35.6, 140.1]] * 5]}},
        {**square({"lg_code": "12101"}), "geometry": {"type": "Polygon", "coordinates": [[["x", 1]] * 5]}},
        {**square({"lg_code": "12101"}), "geometry": {"type": "Polygon", "coordinates": [OPEN_RING]}},
        {"type": "Feature", "geometry": square({})["geometry"]},
        "no feature",
    ],
)  # fmt: skip
def test_a_wrong_shape_is_named_and_nothing_is_written(feature: Any, take_in: TakeIn) -> None:
    report = take_in(DataKind.BOUNDARIES, geojson(square({"lg_code": "12104"}), feature))
    assert [one.line for one in report.findings if one.is_rejected] == [2]
    assert not Boundary.objects.exists()


@pytest.mark.parametrize(
    "content", [b"{}", b"[1]", b"{not json", b'{"features":[]}', b'{"features":3}', b"[" * 5000]
)
def test_what_is_no_geojson_is_refused(content: bytes, take_in: TakeIn) -> None:
    with pytest.raises(UnreadableFile):
        take_in(DataKind.BOUNDARIES, content)


def test_the_database_holds_no_place_outside_japan_and_no_half_point(published: None) -> None:
    for latitude, longitude in ((51, 0), (35.6, None)):
        with pytest.raises(IntegrityError, match="facility_inside_japan"), transaction.atomic():
            Facility.objects.filter(publisher_id="AA01").update(latitude=latitude, longitude=longitude)


# --- the command


def command(path: Path, kind: str, *more: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_open_data", str(path), "--kind", kind, "--json", *more, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_command_tries_out_and_then_writes(take_in: TakeIn) -> None:
    tried = command(FILES / "facilities.csv", "facilities", "--dry-run")
    assert (tried["written"], tried["counts"]["added"]) == (False, 3)
    assert not DataFile.objects.exists()
    done = command(FILES / "facilities.csv", "facilities", "--source", "見本市")
    assert (done["written"], done["counts"]) == (True, {**COUNTS, "added": 3, "doubtful": 1})
    assert done["lines"][0] | {"reason": ""} == {
        "line": 5,
        "column": "緯度",
        "reason": "",
        "kind": "doubtful",
    }
    kept = DataFile.objects.get()
    assert (kept.state, kept.source, kept.content, kept.settled_by) == ("taken", "見本市", None, None)


def test_the_command_ends_with_an_error_for_a_wrong_line(take_in: TakeIn, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(table(GOOD, "121002,A2,,,,").encode())
    with pytest.raises(CommandError, match="1行に誤り"):
        command(path, "facilities")
    assert not Facility.objects.exists()


def test_a_line_of_a_hundred_megabytes_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(100 * 1024**2)
    with pytest.raises(UnreadableFile, match="大きすぎます"):
        importers.content_of(path)


# --- through the screen


@pytest.fixture
def officer(db: None) -> Actor:
    posting = make_posting(Role.AREA_OFFICER)
    return actor_of(posting.person, posting)


def checked(by: Actor, *lines: str) -> DataFile:
    return data_files.check(DataKind.FACILITIES, table(*lines).encode(), name="a.csv", source="見本", by=by)


def test_a_check_publishes_nothing_and_a_decision_forgets_the_content(
    take_in: TakeIn, officer: Actor
) -> None:
    waiting = checked(officer, GOOD)
    assert (waiting.state, waiting.counts["added"], Facility.objects.count()) == ("checked", 1, 0)
    taken = data_files.take(waiting.pk, by=officer)
    assert (taken.state, taken.content, Facility.objects.count()) == ("taken", None, 1)
    with pytest.raises(Refused):
        data_files.take(waiting.pk, by=officer)
    with pytest.raises(Refused):
        data_files.discard(waiting.pk, by=officer)
    other = data_files.discard(checked(officer, SECOND).pk, by=officer)
    assert (other.state, other.content, Facility.objects.current().count()) == ("discarded", None, 1)


def test_a_file_with_a_wrong_line_stays_waiting(take_in: TakeIn, officer: Actor) -> None:
    waiting = checked(officer, GOOD, "121002,A2,,,,")
    with pytest.raises(Refused, match="誤り"):
        data_files.take(waiting.pk, by=officer)
    assert DataFile.objects.get().state == "checked"
    assert not Facility.objects.exists()


def test_what_was_checked_is_taken_as_things_stand_then(take_in: TakeIn, officer: Actor) -> None:
    waiting = checked(officer, GOOD)
    take_in(DataKind.FACILITIES, table(GOOD).encode())
    taken = data_files.take(waiting.pk, by=officer)
    assert (taken.counts["added"], taken.counts["unchanged"]) == (0, 1)


def test_a_check_of_yesterday_is_given_up(take_in: TakeIn, officer: Actor) -> None:
    old = checked(officer, GOOD)
    DataFile.objects.filter(pk=old.pk).update(checked_at=timezone.now() - dt.timedelta(days=2))
    checked(officer, SECOND)
    old = DataFile.objects.get(pk=old.pk)
    assert (old.state, old.content) == ("discarded", None)


def test_whoever_has_no_right_finds_no_file(take_in: TakeIn, officer: Actor) -> None:
    waiting = checked(officer, GOOD)
    posting = make_posting(Role.SECTION)
    with pytest.raises(DataFile.DoesNotExist):
        data_files.take(waiting.pk, by=actor_of(posting.person, posting))
