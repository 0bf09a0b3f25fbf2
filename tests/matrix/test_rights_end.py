"""A right ends with the posting, the つなぎ, the consent, the key or the account: on the very next request (AC12, AT7)."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import case_keys
from chiba_ward.access.actor import CASE_KEY, POSTING_KEY, Actor
from chiba_ward.access.models import User
from chiba_ward.directory.models import Office, Posting
from consultations.models import Consultation, Referral
from consultations.services import referrals, triage
from tests.conftest import BACKEND
from tests.matrix import actors
from tests.matrix.asking import request, undone
from tests.matrix.conftest import Browsers
from tests.matrix.stages import World

TOKYO = timezone.get_default_timezone()


def status(client: Client, path: str) -> int:
    return request(client, "get", path).status


def case_page(world: World, stage: str) -> str:
    return reverse("staff:case", args=[world.row("consultation", stage).receipt_no])


def partner_page(world: World, stage: str) -> str:
    return reverse("partner:referral", args=[world.row("referral", stage).pk])


# Who, and what opens on the last day of the posting and no more on the next.
TERMS: dict[str, Callable[[World], list[str]]] = {
    "section": lambda world: ["/admin/consultations/", case_page(world, "at the section")],
    "reception": lambda world: [case_page(world, "filed by key")],
    "specialist": lambda world: [case_page(world, "at the health section")],
    "abuse team": lambda world: [case_page(world, "at the family section")],
    "area officer": lambda world: [case_page(world, "at the community section")],
    "partner": lambda world: ["/partner/", partner_page(world, "opened")],
    "bureau": lambda world: ["/partner/", partner_page(world, "to the bureau, opened"), "/progress/"],
    "coordinator": lambda world: ["/progress/"],
    "auditor": lambda world: ["/admin/", "/admin/directory/posting/"],
    "system administrator": lambda world: ["/admin/", "/admin/access/user/"],
    "disaster HQ at the desk": lambda world: ["/progress/"],
}


@pytest.mark.parametrize("person", TERMS)
def test_a_posting_ends_at_midnight(person: str, world: World) -> None:
    """Signed in before midnight, in the same session: the last day opens, the first day after does not."""
    pages, posting = TERMS[person](world), world.by(person).seat
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with undone(), time_machine.travel(_at(tomorrow, -dt.timedelta(minutes=5)), tick=False) as clock:
        Posting.objects.filter(person=posting.person).exclude(pk=posting.pk).update(
            ends_on=timezone.localdate()
        )
        Posting.objects.filter(pk=posting.pk).update(ends_on=tomorrow)
        client = actors.browser(person, world.keys)
        assert [status(client, page) for page in pages] == [200] * len(pages)
        clock.move_to(_at(tomorrow, dt.timedelta(minutes=1)))
        assert [status(client, page) for page in pages] == [404] * len(pages)


@pytest.mark.parametrize("person", ["section", "partner", "system administrator"])
def test_a_posting_begins_at_midnight(person: str, world: World) -> None:
    pages, posting = TERMS[person](world), world.by(person).seat
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    with undone(), time_machine.travel(_at(tomorrow, -dt.timedelta(minutes=5)), tick=False) as clock:
        Posting.objects.filter(pk=posting.pk).update(starts_on=tomorrow)
        client = actors.browser(person, world.keys)
        assert [status(client, page) for page in pages] == [404] * len(pages)
        clock.move_to(_at(tomorrow, dt.timedelta(minutes=1)))
        assert [status(client, page) for page in pages] == [200] * len(pages)


def _at(day: dt.date, offset: dt.timedelta) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), TOKYO) + offset


def test_another_duty_is_another_set_of_rights(world: World) -> None:
    """兼務: rights come from the one posting that is acted under."""
    health, desk = case_page(world, "at the health section"), case_page(world, "filed by key")
    with undone():
        client = actors.browser("specialist", world.keys)
        assert (status(client, health), status(client, desk)) == (200, 404)
        other = world.by("specialist at the desk").seat
        client.post(reverse("access:switch_posting"), {"posting": other.pk})
        assert client.session[POSTING_KEY] == other.pk
        assert (status(client, health), status(client, desk)) == (404, 200)


# --- つなぎ


def recall(world: World, referral: Referral) -> None:
    referrals.recall(referral.pk, by=world.by("section"), reason="")


def decline(world: World, referral: Referral) -> None:
    referrals.decline(referral.pk, by=_receiver(world, referral), reason="担当外", better_place="分からない")


def withdraw(world: World, referral: Referral) -> None:
    assert referral.consent_id is not None
    referrals.withdraw_consent(referral.consent_id, by=Actor(matter_id=referral.consultation_id))


def run_out(world: World, referral: Referral) -> None:
    referrals.return_unanswered(referral.pk)


def finish(world: World, referral: Referral) -> None:
    by = _receiver(world, referral)
    referrals.accept(referral.pk, by=by, name="受手", first_contact_on=timezone.localdate())
    referrals.contact_made(referral.pk, by=by)
    referrals.report_outcome(referral.pk, by=by, done="済", result="済", continues=False, next_step="")


def _receiver(world: World, referral: Referral) -> Actor:
    return (
        Actor(referral_id=referral.pk)
        if referral.route == "link"
        else world.by(RECEIVERS[referral.to_office.code])
    )


RECEIVERS = {"wakaba-anshin-1": "partner", "korei-fukushi": "bureau", "midori-korei": "section elsewhere"}
OPENED = {
    "partner": "opened",
    "bureau": "to the bureau, opened",
    "link holder": "sent by link, opened",
    "section elsewhere": "to a section elsewhere, opened",
}
ENDINGS = [recall, decline, withdraw, run_out, finish]
# A section of the house that accepts has taken over the case itself, and keeps what came with it: see the next test.
CLOSINGS = [
    (person, ending)
    for person in OPENED
    for ending in ENDINGS
    if (person, ending) != ("section elsewhere", finish)
]


@pytest.mark.parametrize(
    ("person", "ending"), CLOSINGS, ids=[f"{person}-{ending.__name__}" for person, ending in CLOSINGS]
)
def test_the_excerpt_closes_with_the_referral(
    person: str, ending: Callable[[World, Referral], None], world: World, browsers: Browsers
) -> None:
    """The page, the file and the PDF that were open a moment ago; and every act."""
    stage = OPENED[person]
    referral: Referral = world.row("referral", stage)
    detail = partner_page(world, stage)
    if person == "section elsewhere":
        detail = reverse("staff:referral_detail", args=[referral.consultation.receipt_no, referral.sequence])
    pages = [detail, reverse("casework:attachment", args=[world.rows["attachment", f"of {stage}"][1]])]
    if ("document", f"sheet, {stage}") in world.rows:
        pages.append(reverse("documents:show", args=[world.rows["document", f"sheet, {stage}"][1]]))
    client = browsers(person)
    with undone():
        assert [status(client, page) for page in pages] == [200] * len(pages)
        ending(world, referral)
        assert [status(client, page) for page in pages] == [404] * len(pages)
        late = request(
            client, "post", reverse("partner:act", args=[referral.pk, "ask"]), {"ask-question": "？"}
        )
        assert late.status in (302, 404)
        assert not late.written


def test_who_accepts_in_the_house_reads_on_until_the_case_goes_on(world: World, browsers: Browsers) -> None:
    """The desk moves with the lead, so the つなぎ that is done is part of the section's own case; not of the next one's."""
    stage = OPENED["section elsewhere"]
    referral: Referral = world.row("referral", stage)
    number = referral.consultation.receipt_no
    pages = [
        reverse("staff:case", args=[number]),
        reverse("staff:referral_detail", args=[number, referral.sequence]),
        reverse("casework:attachment", args=[world.rows["attachment", f"of {stage}"][1]]),
    ]
    client = browsers("section elsewhere")
    act = reverse("staff:referral_answer", args=[number, referral.sequence, "ask"])
    with undone():
        assert [status(client, page) for page in pages] == [404, 200, 200], (
            "the excerpt, and not yet the case"
        )
        finish(world, referral)
        assert [status(client, page) for page in pages] == [200, 200, 200]
        assert not request(client, "post", act, {"ask-question": "？"}).written, "it has ended all the same"
        triage.assign(
            referral.consultation_id,
            by=world.by("section elsewhere"),
            office=Office.objects.get(code="midori-kenko"),
        )
        assert [status(client, page) for page in pages] == [404, 404, 404]


def test_a_case_that_was_given_away_is_gone(world: World, browsers: Browsers) -> None:
    case: Consultation = world.row("consultation", "at the section")
    page = case_page(world, "at the section")
    client, another = browsers("section"), browsers("another section")
    with undone():
        assert status(client, page) == 200
        triage.assign(case.pk, by=world.by("section"), office=Office.objects.get(code="wakaba-engo"))
        assert status(client, page) == 404
        assert status(another, page) == 200


# --- keys and accounts


def test_a_case_key_ends_idle_or_after_an_hour(world: World) -> None:
    idle, absolute = settings.CASE_KEY_LIMITS
    with undone(), time_machine.travel(timezone.now(), tick=False) as clock:
        client = actors.browser("key holder", world.keys)
        assert status(client, "/status/case/") == 200
        clock.shift(idle + dt.timedelta(seconds=1))
        assert status(client, "/status/case/") == 302
    with undone(), time_machine.travel(timezone.now(), tick=False) as clock:
        client = actors.browser("key holder", world.keys)
        for _ in range(int(absolute / dt.timedelta(minutes=10))):
            assert status(client, "/status/case/") == 200
            clock.shift(dt.timedelta(minutes=10))
        clock.shift(dt.timedelta(seconds=1))
        assert status(client, "/status/case/") == 302


def test_a_second_key_shuts_the_first_case(world: World) -> None:
    with undone():
        client = actors.browser("key holder", world.keys)
        session = client.session
        case_keys.grant(session, CASE_KEY, world.keys["somebody else's"])
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        page = request(client, "get", "/status/case/")
        first, second = (
            world.row("consultation", "filed by key"),
            world.row("consultation", "somebody else's"),
        )
        assert first.receipt_no not in page.text
        assert second.receipt_no in page.text


@pytest.mark.parametrize("person", ["section", "partner", "resident"])
def test_an_account_that_is_switched_off_is_out(person: str, world: World) -> None:
    page = {"section": "/admin/", "partner": "/partner/", "resident": "/my/"}[person]
    user = world.by(person).user
    assert user is not None
    with undone():
        client = Client()
        client.force_login(user, backend=BACKEND)
        assert status(client, page) == 200
        User.objects.filter(pk=user.pk).update(is_active=False)
        answer = request(client, "get", page)
        assert answer.leads_to_sign_in
