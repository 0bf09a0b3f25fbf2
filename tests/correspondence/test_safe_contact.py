"""Who may be reached how: the whole matrix, from one function (C4, J1, PR3)."""

import datetime as dt
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiba_ward.correspondence import notices, safe_contact
from chiba_ward.correspondence.enums import Medium
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.correspondence.safe_contact import best_medium, next_medium, permitted
from chiba_ward.directory.models import Office
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from tests.correspondence.support import SHAPES, make_card, make_matter, states

pytestmark = pytest.mark.django_db  # every permission asks the disclosure gate
TOKYO = ZoneInfo("Asia/Tokyo")
ALL = {key: value for shape in SHAPES.values() for key, value in shape.items() if key != "preferred"}


def card(**fields: Any) -> ContactCard:
    return ContactCard(**{**ALL, **fields})


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 24, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("medium", "switch"), [("email", "may_email"), ("letter", "may_write"), ("call", "may_call")]
)
@pytest.mark.parametrize(("is_on", "no_home"), list(product([True, False], repeat=2)))
def test_matrix(medium: str, switch: str, is_on: bool, no_home: bool) -> None:
    found = permitted(card(**{switch: is_on}, no_home_contact=no_home), medium)
    assert found.allowed is (is_on and not no_home)
    assert found.allowed or found.reason.endswith("。")


def test_no_home_contact_forbids_everything_automatic_and_the_home_altogether(settings: Any) -> None:
    settings.PORTAL_PLAIN_MAIL_FROM = "post@example.test"
    guarded = card(no_home_contact=True)
    assert [permitted(guarded, medium).allowed for medium in Medium] == [False, False, False, True]
    by_hand = [permitted(guarded, medium, by_hand=True).allowed for medium in ("email", "letter", "call")]
    assert by_hand == [True, False, False]
    assert best_medium(guarded) is Medium.PORTAL
    assert next_medium(guarded) is None


def test_without_a_card_only_the_portal() -> None:
    assert best_medium(None) is Medium.PORTAL
    assert not permitted(None, "call")
    assert permitted(None, "portal")


def test_plain_mail_needs_a_neutral_sender(settings: Any) -> None:
    settings.PORTAL_PLAIN_MAIL_FROM = ""
    assert "差出人アドレス" in permitted(card(plain_sender=True), "email").reason
    settings.PORTAL_PLAIN_MAIL_FROM = "post@example.test"
    assert permitted(card(plain_sender=True), "email")


@pytest.mark.parametrize(
    ("start", "end", "moment", "allowed"),
    [
        (None, None, at(3), True),
        (dt.time(18), dt.time(21), at(17, 59), False),
        (dt.time(18), dt.time(21), at(18), True),
        (dt.time(18), dt.time(21), at(20, 59), True),
        (dt.time(18), dt.time(21), at(21), False),
        (dt.time(22), dt.time(6), at(23), True),
        (dt.time(22), dt.time(6), at(5, 59), True),
        (dt.time(22), dt.time(6), at(12), False),
        (dt.time(9), None, at(8, 59), False),
        (None, dt.time(12), at(11), True),
        (dt.time(18), dt.time(21), dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC), True),
    ],
)
def test_call_window(start: Any, end: Any, moment: dt.datetime, allowed: bool) -> None:
    found = permitted(card(call_from=start, call_until=end), "call", moment)
    assert found.allowed is allowed
    assert permitted(card(call_from=start, call_until=end), "call").allowed  # in general


@given(
    st.fixed_dictionaries(
        {
            **{
                name: st.booleans()
                for name in ("may_email", "may_call", "may_write", "no_home_contact", "plain_sender")
            },
            "preferred": st.sampled_from(Medium.values),
        }
    )
)
def test_best_medium_is_always_permitted(fields: dict[str, Any]) -> None:
    some = card(**fields)
    assert permitted(some, best_medium(some))
    following = next_medium(some)
    assert following is None or permitted(some, following)


def test_wished_medium_wins_and_next_prefers_the_wish() -> None:
    assert best_medium(card(preferred="call")) is Medium.CALL
    assert best_medium(card(preferred="call", may_call=False)) is Medium.EMAIL
    assert next_medium(card(preferred="letter")) is Medium.LETTER
    assert next_medium(card(preferred="email")) is Medium.CALL


def test_c4_no_home_contact_sends_nothing_at_all(office: Office, mailoutbox: list[Any]) -> None:
    """家に電話しない: no telephone button, no automatic mail, no letter; the portal shows it."""
    matter = make_matter()
    guarded = make_card(matter, "email", "call", "letter", no_home_contact=True)
    for key in ("consultation.received", "consultation.reply", "consultation.closed"):
        notices.tell_citizen(matter, key, office=office)
    outbox.run_pending_now()
    assert mailoutbox == []
    assert OutboxEntry.objects.count() == 0
    assert states(matter) == [("email", "blocked")] * 3
    assert not safe_contact.permitted(guarded, "call", at(10))
    assert matter.notices.filter(deliveries__medium="portal", deliveries__state="shown").count() == 3
