"""Paper and telephone: the same notice, by hand, with who and when (J2)."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from chiba_ward.access.actor import actor_of
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.correspondence import calls, letters, notices, placeholders
from chiba_ward.correspondence.enums import CallResult, DeliveryState
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from chiba_ward.documents import services as documents
from chiba_ward.documents.registry import may_see
from tests.correspondence.support import make_card, make_matter, pushed
from tests.factories import make_office, make_posting


def letter(office: Office, **card: Any) -> Delivery:
    matter = make_matter()
    make_card(matter, "letter", **card)
    notices.tell_citizen(matter, "consultation.received", office=office)
    return pushed(matter)[0]


def made(delivery: Delivery) -> Delivery:
    """The letter after the documents worker has been there."""
    assert documents.make(delivery.document_id) == "done"
    return Delivery.objects.with_matter().get(pk=delivery.pk)


def text_of(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(pdf)).pages]


def call(office: Office, **card: Any) -> Delivery:
    matter = make_matter()
    make_card(matter, "call", **card)
    notices.tell_citizen(matter, "consultation.reply", office=office)
    return pushed(matter)[0]


@pytest.mark.slow
def test_letters_are_printed_in_one_file_and_marked_as_posted(office: Office, media: Path) -> None:
    actor = actor_of((posting := make_posting(Role.SECTION, office=office)).person, posting)
    first, second = made(letter(office)), made(letter(office, name="見本 次郎", accommodation="大きな文字で"))
    pages = text_of(letters.merged([first, second]))
    assert len(pages) == 2
    assert "〒260-0026" in pages[0]
    assert "見本 花子 様" in pages[0]
    assert first.notice.matter.receipt_no in pages[0]
    assert "見本 次郎 様" in pages[1]
    assert "このメール" not in pages[0]
    assert letters.mark_printed([first, second], actor) == 2
    first.refresh_from_db()
    assert (first.state, first.settled_by) == (DeliveryState.PRINTED, posting)
    assert first.settled_at is not None
    assert letters.mark_printed([first], actor) == 0  # twice is once
    assert TimelineEntry.objects.filter(kind="correspondence.letter_posted").count() == 2


@pytest.mark.slow
def test_plain_letter_names_no_city_and_no_office(office: Office, media: Path) -> None:
    whole = "".join(text_of(letters.merged([made(letter(office, plain_sender=True))])))
    assert "見本 花子 様" in whole
    assert not [
        word
        for word in (*placeholders.CITY_WORDS, "見本課", "http")
        if word in whole.replace("千葉市中央区千葉港", "")
    ]


def test_letter_that_is_not_made_yet_is_said_so(office: Office) -> None:
    with pytest.raises(letters.NotReadyError, match="まだ作成中です"):
        letters.merged([letter(office)])
    with pytest.raises(letters.NotReadyError, match="1通から100通まで"):
        letters.merged([])


def test_letter_is_not_printed_after_the_person_forbade_it(office: Office, media: Path) -> None:
    waiting = letter(office)
    ContactCard.objects.update(no_home_contact=True)
    assert documents.make(waiting.document_id) == "queued"  # the builder refuses, it will not be made
    waiting.document.refresh_from_db()
    assert "家には連絡しない" in waiting.document.error
    with pytest.raises(letters.NotReadyError, match="印刷できません"):
        letters.merged([Delivery.objects.with_matter().get(pk=waiting.pk)])


def test_letter_is_opened_by_its_own_office_only(office: Office) -> None:
    document = letter(office).document
    mine, other = (
        make_posting(Role.SECTION, office=office),
        make_posting(Role.SECTION, office=make_office("別の課")),
    )
    assert may_see(document, actor_of(mine.person, mine))
    assert not may_see(document, actor_of(other.person, other))


def test_long_address_stays_in_the_window() -> None:
    lines = letters._address_lines(
        "千葉県千葉市花見川区幕張本郷一丁目二番三号 メゾン・ド・見本幕張本郷駅前弐番館 1203号室"
    )
    assert "".join(lines).replace(" ", "") == (
        "千葉県千葉市花見川区幕張本郷一丁目二番三号メゾン・ド・見本幕張本郷駅前弐番館1203号室"
    )
    assert max(map(len, lines)) <= 24


# --- telephone


def test_three_absences_lead_back_to_the_office(office: Office) -> None:
    delivery = call(office)
    actor = actor_of((posting := make_posting(Role.SECTION, office=office)).person, posting)
    for result in (CallResult.ABSENT, CallResult.BUSY, CallResult.OTHER_PERSON):
        calls.log_call(delivery, actor, result)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.TO_CALL
    calls.log_call(delivery, actor, CallResult.ABSENT)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.FAILED
    assert list(Delivery.objects.visible_to(actor).troubled()) == [delivery]
    texts = [line.text for line in TimelineEntry.objects.filter(kind="correspondence.call").order_by("id")]
    assert texts[0] == "電話 1回目 不在"
    assert len(texts) == 4
    with pytest.raises(calls.CallNotPossibleError, match="すでに記録"):
        calls.log_call(delivery, actor, CallResult.REACHED)


@pytest.mark.parametrize(
    ("result", "state"),
    [(CallResult.REACHED, DeliveryState.CALLED), (CallResult.WRONG_NUMBER, DeliveryState.FAILED)],
)
def test_results_that_end_the_calls(office: Office, result: CallResult, state: DeliveryState) -> None:
    delivery = call(office)
    actor = actor_of((posting := make_posting(Role.SECTION, office=office)).person, posting)
    calls.log_call(delivery, actor, result)
    delivery.refresh_from_db()
    assert delivery.state == state


def test_number_is_shown_only_within_the_hours(office: Office) -> None:
    call(office, call_from=dt.time(18), call_until=dt.time(21))
    actor = actor_of((posting := make_posting(Role.SECTION, office=office)).person, posting)
    day = timezone.localtime().replace(minute=0)
    (closed,) = calls.call_list(actor, day.replace(hour=12))
    assert (closed.phone, closed.may_log) == ("", True)
    assert "18:00から21:00まで" in closed.permission.reason
    (opened,) = calls.call_list(actor, day.replace(hour=19))
    assert opened.phone == "043-000-0000"


def test_script_asks_for_the_person_first_and_reads_the_number_out(office: Office) -> None:
    named, plain = call(office), call(office, plain_sender=True)
    said = {
        delivery.pk: calls.script_for(delivery, ContactCard.objects.get(pk=delivery.notice.matter_id)).body
        for delivery in (named, plain)
    }
    assert "保健福祉センター 見本課です" in said[named.pk]
    assert "見本課" not in said[plain.pk]
    assert "エス、ティー、イー" in said[plain.pk]
    assert all(body.startswith("1. ") and "ご本人か確かめる" in body for body in said.values())


def test_nobody_is_called_after_the_home_was_forbidden(office: Office) -> None:
    delivery = call(office)
    actor = actor_of((posting := make_posting(Role.SECTION, office=office)).person, posting)
    ContactCard.objects.update(no_home_contact=True)
    (line,) = calls.call_list(actor)
    assert (line.phone, line.may_log) == ("", False)
    with pytest.raises(calls.CallNotPossibleError, match="家には連絡しない"):
        calls.log_call(delivery, actor, CallResult.REACHED)
