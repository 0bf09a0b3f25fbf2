"""The bench's city: invented, the same every time, and as sound as rows that the portal wrote itself."""

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import people, rows
from bench.acts import ACTS
from bench.city import cases, handovers
from bench.city.cases import Writer
from bench.city.catalogue import Catalogue, state_of
from bench.city.clock import CLOSING, DAY, Clock
from bench.city.directory import Desk, Directory, Rule, WardRow
from bench.city.holds import ONE_IN
from bench.city.load import load
from bench.city.plan import Planner
from bench.city.specials import LONG_LINES, LONG_MESSAGES, TOTAL, specials
from bench.city.tables import COLUMNS, TABLES
from bench.counting import counted
from bench.floors import tables as floors
from bench.scene import Scene
from chiba_ward.access.actor import Actor
from chiba_ward.casework import receipt_numbers
from chiba_ward.casework.models import Matter, SearchTerms, TimelineEntry
from chiba_ward.casework.search import index
from chiba_ward.database.roles import as_owner
from chiba_ward.disclosure import gate
from chiba_ward.disclosure.marks import Known
from consultations.models import Consultation, Party, Referral
from consultations.search import read
from consultations.services import filing
from launcher.talk import Talk

SIZE = 900
ENVELOPE = re.compile(r"\\\\x[0-9a-f]+")
NOW = dt.datetime(2026, 11, 25, 1, 30, tzinfo=dt.UTC)


# --- without a database


@pytest.fixture
def directory() -> Directory:
    slugs = ("chuo", "wakaba", "midori")
    codes = [f"{slug}-{code}" for slug in slugs for code in
             ("somu", "chiiki", "mado", "korei", "kodomo", "kenko", "engo", "csw", "anshin-1", "anshin-2")]  # fmt: skip
    codes += [
        "marugoto",
        "kikan",
        "jiritsu",
        "hikikomori",
        "gaikokujin",
        "korei-fukushi",
        "hogo",
        "kenko-shien",
    ]
    desks = {
        code: Desk(
            number,
            code,
            f"課{number}",
            (number * 10, number * 10 + 1),
            (f"{code} 一", f"{code} 二"),
            (number,),
        )
        for number, code in enumerate(codes, start=1)
    }
    kinds = ("consultation.take", "consultation.reply", "consultation.next_look", "referral.answer",
             "referral.contact", "referral.outcome", "referral.redirect")  # fmt: skip
    return Directory(
        wards=tuple(WardRow(number, slug, slug, (number,)) for number, slug in enumerate(slugs, start=1)),
        desks=desks,
        rules={(kind, ""): Rule(number, ("remind",)) for number, kind in enumerate(kinds, start=1)},
        fields=dict.fromkeys(
            (
                "elder",
                "child",
                "poverty",
                "disability",
                "mental",
                "housing",
                "community",
                "foreigner",
                "procedure",
                "hikikomori",
                "health",
                "work",
            ),
            1,
        ),
        topics=(1, 2),
        residents=(5, 6),
        named_resident=7,
    )


def written(directory: Directory, total: int = 400) -> dict[str, list[str]]:
    clock, dice, lines = Clock(NOW), Random(1), rows.Lines(0)
    planner, writer = Planner(directory, clock, total), Writer(directory, clock, lines, dice)
    for number in range(total):
        writer.write(planner.case(number, dice))
    for case in specials(planner, dice):
        writer.write(case)
    return lines.tables


def test_two_loads_agree_to_the_letter(directory: Directory) -> None:
    """But for the envelopes, each of which begins with a number drawn at random."""
    first, second = (
        {table: [ENVELOPE.sub("", line) for line in lines] for table, lines in written(directory).items()}
        for _ in range(2)
    )
    assert first == second


def test_each_line_has_a_value_for_each_column(directory: Directory) -> None:
    for table, lines in written(directory).items():
        widths = {line.count("\t") + 1 for line in lines}
        assert widths == {len(COLUMNS[table].split())}, table


def test_what_the_models_seal_is_sealed_by_the_load(
    directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every sealed column of every loaded table, bound to its own row; and nothing else."""
    seen: set[tuple[str, str]] = set()

    def seal(table: str, column: str, pk: int, text: str) -> str:
        seen.add((table, column))
        return f"seal:{table}:{column}:{pk}" if text else ""

    for module in (cases, handovers):
        monkeypatch.setattr(module, "sealed", seal)
    tables = written(directory)
    never = {("consultations_consultation", "hits")}  # nothing dangerous was found in invented words
    assert seen | never == {place for place in rows.sealed_columns() if place[0] in COLUMNS}
    for table, column in seen:
        place = COLUMNS[table].split().index(column)
        for line in tables[table]:
            values = line.split("\t")
            assert values[place] in ("", f"seal:{table}:{column}:{values[0]}")


def test_receipt_numbers_are_real_and_never_the_same() -> None:
    numbers = [rows.receipt_no(number) for number in (*range(3_000), 999_999, 10_000_000)]
    assert len(set(numbers)) == len(numbers)
    assert all(receipt_numbers.parse(number) == number for number in numbers)


def test_the_clock_promises_on_weekdays_at_closing_time() -> None:
    clock = Clock(NOW)
    assert clock.text(clock.now) == "2026-11-25 10:30:00+09"
    friday = clock.now + 2 * DAY
    assert clock.day(clock.closing_after(friday, 1)) == "2026-11-30"
    assert clock.closing_after(friday, 0) % DAY == CLOSING


# --- in PostgreSQL


@pytest.fixture(scope="module")
def city(fresh_city: Callable[[], Any]) -> Iterator[dict[str, Any]]:
    with fresh_city():
        before, first = state_of(TABLES), Consultation.objects.count()
        with as_owner():
            counts = load(SIZE, Talk(io.StringIO()))
            floors.make()
        yield {"before": before, "first": first, "counts": counts}


def events_of(case: int = 0) -> Any:
    """History rows, of one case or of all."""
    events = apps.get_model("consultations", "ConsultationEvent").objects.order_by("pgh_id")
    return events.filter(pgh_obj=case) if case else events


@pytest.mark.slow
def test_indexes_constraints_and_triggers_are_back(city: dict[str, Any]) -> None:
    assert state_of(TABLES) == city["before"]
    assert len(Catalogue(TABLES).indexes) > 40


@pytest.mark.slow
def test_every_case_is_there_with_what_hangs_on_it(city: dict[str, Any]) -> None:
    assert Consultation.objects.count() == city["first"] + SIZE + TOTAL
    assert city["counts"]["consultations_consultation"] == SIZE + TOTAL
    loaded = Consultation.objects.filter(pk__gte=rows.FIRST_ID)
    assert not loaded.filter(matter__contact__isnull=True).exists()
    assert not loaded.filter(matter__credential__isnull=True).exists()
    assert not loaded.filter(matter__timeline__isnull=True).exists()
    assert not loaded.filter(closed_at=None, matter__deadlines__isnull=True).exists()
    assert set(Referral.objects.values_list("state", flat=True)) >= {
        "acknowledged",
        "outcome_reported",
        "declined",
    }
    assert events_of().filter(pgh_obj__gte=rows.FIRST_ID).count() == SIZE + TOTAL
    held = Party.objects.filter(consultation__gte=rows.FIRST_ID, kind="consulter").order_by("pk")
    assert city["counts"]["disclosure_disclosurehold"] == -(-SIZE // ONE_IN) > 0
    assert any(gate.is_held(Known(phone=party.phone)) for party in held[:ONE_IN]), (
        "the gate finds some of them"
    )
    assert Matter.objects.order_by("-pk").values_list("created_at", flat=True)[0] <= timezone.now()


@pytest.mark.slow
def test_seals_open_and_the_index_is_that_of_the_portal(city: dict[str, Any]) -> None:
    loaded = Consultation.objects.filter(pk__gte=rows.FIRST_ID).order_by("pk")
    picked = [one.pk for one in loaded[:: SIZE // 40]]
    for pk, found in read(picked).items():
        assert found.texts[1]
        kept, fresh = SearchTerms.objects.get(pk=pk), index.row(pk, found)
        assert (kept.terms, kept.key_id, kept.scheme, kept.is_whole) == (
            fresh.terms,
            fresh.key_id,
            fresh.scheme,
            fresh.is_whole,
        )
    assert not Matter.objects.filter(index.wanting(), pk__gte=rows.FIRST_ID).exists()
    family = loaded.filter(relation__filled=True)[0]
    assert family.relation == "母"
    assert events_of(family.pk).get().relation == "母"


@pytest.mark.slow
def test_the_acts_find_what_they_need_and_the_pages_open(city: dict[str, Any]) -> None:
    scene = Scene()
    assert TimelineEntry.objects.filter(matter__receipt_no=scene.long[0]).count() >= LONG_LINES
    long = Consultation.objects.get(matter__receipt_no=scene.long[0])
    assert long.messages.count() == LONG_MESSAGES
    assert len(scene.to_accept(300)) == 300
    client = Client()
    client.cookies.load(people.cookies_of("section", scene.held_case.pk))
    for act in (act for act in ACTS if act.person == "section" and not act.once):
        for ask in act.asks(scene, 1):
            response = client.get(ask.path)
            assert response.status_code == ask.status, ask.path
            assert ask.shows in response.content.decode(), ask.path


@pytest.mark.slow
def test_the_portal_goes_on_in_the_loaded_city(city: dict[str, Any]) -> None:
    words = filing.Filing(chief_concern="見本", body="見本", contact={"preferred": "portal"})
    filed = filing.file(words, by=Actor())
    assert filed.consultation.matter.timeline.count() == 1
    with pytest.raises(Exception, match="append_only"), as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("UPDATE casework_timelineentry SET kind = 'x'")


@pytest.mark.slow
def test_the_floors_have_tables_of_their_own(city: dict[str, Any]) -> None:
    with as_owner():
        floors.make()  # twice is once
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_case")
        assert cursor.fetchone()[0] == city["first"] + SIZE + TOTAL


@pytest.mark.slow
def test_the_counter_tells_statements_from_savepoints(city: dict[str, Any]) -> None:
    from django.db import transaction

    with counted() as count, transaction.atomic(), transaction.atomic():
        list(Matter.objects.order_by("pk")[:1])
    assert (count.statements, count.savepoints) == (1, 2)
    assert reverse("staff:queue")
