import datetime as dt

import pytest
import time_machine
from django.db import InternalError, ProgrammingError, transaction
from django.utils.translation import gettext_lazy

from chiba_ward.access.actor import SYSTEM, actor_of
from chiba_ward.casework import sentences, timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.database.roles import as_owner
from tests.casework.support import at, make_matter
from tests.factories import make_posting

pytestmark = pytest.mark.django_db

sentences.register(
    "probe.called",
    {
        "ja": "{office}へ電話しました。返事を待っています。",
        "ja-easy": "{office} に でんわを しました。",
        "en": "We called {office}.",
    },
)


def test_an_entry_names_who_did_it() -> None:
    posting = make_posting()
    entry = timeline.record(
        make_matter(), "probe.called", actor_of(posting.person, posting), office="あんしんケアセンター"
    )
    assert entry.actor_label == f"総合相談課 {posting.person}"
    assert entry.posting == posting
    assert entry.audience == Audience.HOUSE
    assert entry.data == {"office": "あんしんケアセンター"}


def test_an_entry_can_be_neither_changed_nor_deleted() -> None:
    entry = timeline.record(make_matter(), "probe.called", SYSTEM, text="記録")
    changes = (
        lambda: TimelineEntry.objects.filter(pk=entry.pk).update(kind="probe.other"),
        entry.delete,
    )
    for change in changes:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_the_owner_of_the_table_is_stopped_by_the_trigger() -> None:
    entry = timeline.record(make_matter(), "probe.called", SYSTEM, text="記録")
    with as_owner():
        for change in (
            lambda: TimelineEntry.objects.filter(pk=entry.pk).update(kind="probe.other"),
            entry.delete,
        ):
            with pytest.raises(InternalError, match="append_only"):
                change()


def test_the_citizen_does_not_read_what_stays_in_the_house() -> None:
    matter = make_matter()
    timeline.record(matter, "probe.note", SYSTEM, text="庁内")
    shown = timeline.record(matter, "probe.called", SYSTEM, audience=Audience.CITIZEN)
    for_partner = timeline.record(matter, "probe.called", SYSTEM, audience=Audience.PARTNER)
    assert list(matter.timeline.for_citizen()) == [shown]
    assert list(matter.timeline.for_partner()) == [shown, for_partner]


@time_machine.travel(at("2026-05-20 10:00"), tick=False)
@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", "5/12 にあんしんケアセンターへ電話しました。返事を待っています。"),
        ("ja-easy", "5月12日に、あんしんケアセンター に でんわを しました。"),
        ("en", "12 May: We called あんしんケアセンター."),
        ("vi", "5月12日に、あんしんケアセンター に でんわを しました。"),
    ],
)
def test_a_plain_sentence_with_its_day(language: str, expected: str) -> None:
    late = at("2026-05-12 00:30")  # still the day before in UTC
    entry = timeline.record(make_matter(), "probe.called", SYSTEM, at=late, office="あんしんケアセンター")
    assert sentences.sentence(entry, language) == expected


@time_machine.travel(at("2027-01-05 10:00"), tick=False)
def test_the_year_is_said_when_it_is_another_one() -> None:
    assert sentences.dated(dt.date(2026, 12, 28), "受け付けました。", "ja") == "2026/12/28 に受け付けました。"
    assert sentences.dated(dt.date(2026, 12, 28), "received.", "en") == "28 December 2026: received."


def test_an_unknown_kind_yields_its_text_and_a_missing_word_nothing() -> None:
    matter = make_matter()
    assert sentences.sentence(timeline.record(matter, "probe.unknown", SYSTEM, text="書いた文")) == "書いた文"
    assert "へ電話しました" in sentences.sentence(timeline.record(matter, "probe.called", SYSTEM))


def test_one_lazy_text_serves_every_language() -> None:
    sentences.register("probe.lazy", gettext_lazy("受け付けました。"))
    entry = timeline.record(make_matter(), "probe.lazy", SYSTEM)
    assert sentences.sentence(entry, "ja").endswith("に受け付けました。")


def test_a_kind_has_one_sentence() -> None:
    with pytest.raises(sentences.AlreadyRegisteredError):
        sentences.register("probe.called", {"ja": "別の文"})
