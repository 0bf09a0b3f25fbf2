import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from chiba_ward.access import throttle
from chiba_ward.access.actor import SYSTEM, Actor, actor_of
from chiba_ward.casework import attachments, drafts, matters
from chiba_ward.casework.models import Attachment, Draft, Matter
from tests.casework.support import make_matter, picture
from tests.factories import make_posting, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLIENT = "some-network"


def asked(cookie: str = "", actor: Actor = SYSTEM) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = actor.user or AnonymousUser()
    request.actor = actor  # type: ignore[attr-defined]  # set by the actor middleware
    if cookie:
        request.COOKIES[drafts.COOKIE.name] = cookie
    return request


def remembered(*kept: Draft) -> str:
    cookie = ""
    for draft in kept:
        cookie = drafts.remember(asked(cookie), HttpResponse(), draft).cookies[drafts.COOKIE.name].value
    return cookie


def make(draft: Draft) -> Matter:
    matter = make_matter()
    attachments.move_draft_files(draft, matter, SYSTEM)
    return matter


# -- finding


def test_this_browser_finds_its_drafts_and_no_other_does() -> None:
    first, second, foreign = (drafts.start("probe") for _ in range(3))
    cookie = remembered(first, second)
    assert drafts.find(asked(cookie), first.pk) == first
    assert drafts.find(asked(cookie), str(second.pk)) == second
    assert drafts.find(asked(cookie), foreign.pk) is None
    assert drafts.find(asked(), first.pk) is None
    assert drafts.find(asked(cookie[:-2] + "xx"), first.pk) is None
    assert drafts.find(asked(cookie), "not-an-id") is None


def test_the_draft_of_an_account_or_posting_belongs_to_it_alone() -> None:
    resident, other, posting = make_user(), make_user(), make_posting()
    own = drafts.start("probe", user=resident)
    counter = drafts.start("probe", user=posting.person, posting=posting)
    assert counter.user is None
    cookie = remembered(drafts.start("probe"))
    assert drafts.find(asked(actor=actor_of(resident)), own.pk) == own
    assert drafts.find(asked(cookie, actor_of(other)), own.pk) is None
    assert drafts.find(asked(cookie), own.pk) is None
    assert drafts.find(asked(actor=actor_of(posting.person, posting)), counter.pk) == counter
    second = make_posting(person=posting.person)
    assert drafts.find(asked(actor=actor_of(posting.person, second)), counter.pk) is None
    assert drafts.COOKIE.name not in drafts.remember(asked(), HttpResponse(), own).cookies


def test_the_cookie_is_signed_hidden_from_scripts_and_lasts_thirty_days() -> None:
    draft = drafts.start("probe")
    morsel = drafts.remember(asked(), HttpResponse(), draft).cookies[drafts.COOKIE.name]
    assert (morsel["httponly"], morsel["samesite"], morsel["max-age"]) == (True, "Lax", 30 * 24 * 3600)


def test_on_a_shared_terminal_the_cookie_ends_with_the_browser() -> None:
    draft = drafts.start("probe", shared=True)
    response = drafts.remember(asked(), HttpResponse(), draft)
    assert response.cookies[drafts.COOKIE.name]["max-age"] == ""
    assert response.cookies[drafts.COOKIE.name]["expires"] == ""
    assert drafts.forget(response).cookies[drafts.COOKIE.name].value == ""
    assert draft.expires_at < timezone.now() + dt.timedelta(days=2)


def test_a_session_that_ended_loses_nothing() -> None:
    draft = drafts.start("probe")
    cookie = remembered(draft)
    drafts.save(draft, "body", {"concern": "家のこと"})
    with time_machine.travel(timezone.now() + dt.timedelta(days=29)):
        found = drafts.find(asked(cookie), draft.pk)
        assert found is not None
        assert found.data == {"body": {"concern": "家のこと"}}


def test_the_latest_unfinished_draft_is_offered_again() -> None:
    resident = make_user()
    old, new = drafts.start("probe"), drafts.start("probe")
    cookie = remembered(new, old)
    drafts.save(new, "body", {})
    assert drafts.latest(asked(cookie), "probe") == new
    assert drafts.latest(asked(cookie), "another") is None
    own = drafts.start("probe", user=resident)
    assert drafts.latest(asked(cookie, actor_of(resident)), "probe") == own
    assert drafts.latest(asked(), "probe") is None


# -- writing


def test_each_page_keeps_its_own_answers_whichever_tab_wrote_them() -> None:
    draft = drafts.start("probe")
    stale = Draft.objects.get(pk=draft.pk)
    drafts.save(draft, "topic", {"topic": 3})
    drafts.save(stale, "body", {"born": dt.date(1950, 5, 12)})
    draft.refresh_from_db()
    assert draft.data == {"topic": {"topic": 3}, "body": {"born": "1950-05-12"}}
    assert draft.step == "body"


def test_text_that_the_database_refuses_is_made_storable() -> None:
    draft = drafts.start("probe")
    drafts.save(draft, "body", {"text": "前\x00後\ud800𠮷🙂", "many": ["a\x00"]})
    draft.refresh_from_db()
    assert draft.data["body"] == {"text": "前後𠮷🙂", "many": ["a"]}


def test_a_draft_past_its_date_is_neither_found_nor_written_nor_filed() -> None:
    draft = drafts.start("probe")
    cookie = remembered(draft)
    with time_machine.travel(timezone.now() + dt.timedelta(days=30, minutes=1)):
        assert drafts.find(asked(cookie), draft.pk) is None
        with pytest.raises(drafts.DraftExpired):
            drafts.save(draft, "body", {})
        with pytest.raises(drafts.DraftExpired):
            drafts.submit_once(draft, make)
    assert Matter.objects.count() == 0


# -- going on later


def test_number_and_passphrase_open_a_suspended_draft_elsewhere() -> None:
    draft = drafts.start("probe", shared=True)
    drafts.save(draft, "body", {"concern": "家のこと"})
    number, phrase = drafts.suspend(draft)
    assert number.startswith("D-")
    assert draft.expires_at > timezone.now() + dt.timedelta(days=29)
    resumed = drafts.resume(number.lower(), phrase, CLIENT)
    assert resumed == draft
    assert resumed.data == {"body": {"concern": "家のこと"}}
    assert phrase.replace(" ", "") not in resumed.resume_hash
    drafts.save(resumed, "body", {"concern": "続き"})
    assert Draft.objects.get(pk=draft.pk).expires_at > timezone.now() + dt.timedelta(days=29)


def test_a_new_pair_ends_the_first() -> None:
    draft = drafts.start("probe")
    first, second = drafts.suspend(draft), drafts.suspend(draft)
    assert drafts.resume(*second, CLIENT) == draft
    with pytest.raises(matters.WrongKey):
        drafts.resume(*first, CLIENT)


def test_guessing_a_draft_is_throttled() -> None:
    number, phrase = drafts.suspend(drafts.start("probe"))
    for _ in range(5):
        with pytest.raises(matters.WrongKey):
            drafts.resume(number, "0000 0000 0000 0000", CLIENT)
    with pytest.raises(throttle.TooManyTries):
        drafts.resume(number, phrase, CLIENT)


def test_a_filed_or_owned_draft_has_no_such_key() -> None:
    draft = drafts.start("probe")
    number, phrase = drafts.suspend(draft)
    drafts.submit_once(draft, make)
    with pytest.raises(matters.WrongKey):
        drafts.resume(number, phrase, CLIENT)
    with pytest.raises(drafts.DraftExpired):
        drafts.suspend(draft)
    with pytest.raises(ValueError, match="owner"):
        drafts.suspend(drafts.start("probe", user=make_user()))


# -- filing


def test_filing_wipes_what_was_typed_and_the_draft_leads_to_its_matter() -> None:
    draft = drafts.start("probe")
    cookie = remembered(draft)
    drafts.save(draft, "body", {"concern": "家のこと"})
    attachments.add_to_draft(draft, picture())
    matter = drafts.submit_once(draft, make)
    found = drafts.find(asked(cookie), draft.pk)
    assert found is not None
    assert (found.matter, found.data, found.step) == (matter, {}, "")
    assert matter.attachments.count() == 1
    assert draft.files.count() == 0
    with pytest.raises(drafts.DraftExpired):
        drafts.save(draft, "body", {"concern": "後から"})


def test_a_second_submit_finds_the_first_matter() -> None:
    draft = drafts.start("probe")
    stale = Draft.objects.get(pk=draft.pk)
    assert drafts.submit_once(draft, make) == drafts.submit_once(stale, make)
    assert Matter.objects.count() == 1


def test_a_filing_that_fails_leaves_the_draft_as_it_was() -> None:
    draft = drafts.start("probe")
    drafts.save(draft, "body", {"concern": "家のこと"})
    attachments.add_to_draft(draft, picture())

    def fails(locked: Draft) -> Matter:
        make(locked)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        drafts.submit_once(draft, fails)
    draft.refresh_from_db()
    assert draft.data == {"body": {"concern": "家のこと"}}
    assert draft.files.count() == 1
    assert (Matter.objects.count(), Attachment.objects.count()) == (0, 0)
    assert drafts.submit_once(draft, make).attachments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_submits_at_once_make_one_matter() -> None:
    draft = drafts.start("probe")
    gate, numbers = threading.Barrier(10), []

    def submit() -> None:
        try:
            own = Draft.objects.get(pk=draft.pk)
            gate.wait()
            numbers.append(drafts.submit_once(own, make).receipt_no)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=submit) for _ in range(10)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(numbers) == 10
    assert len(set(numbers)) == 1
    assert Matter.objects.count() == 1


# -- the end


def test_the_purge_removes_expired_drafts_with_their_files(
    media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept, filed = (drafts.start("probe") for _ in range(3))
    for draft in (gone, kept, filed):
        attachments.add_to_draft(draft, picture())
    matter = drafts.submit_once(filed, make)
    Draft.objects.filter(pk=gone.pk).update(
        created_at=timezone.now() - dt.timedelta(days=40), expires_at=timezone.now() - dt.timedelta(minutes=1)
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.purge() == 1
    assert set(Draft.objects.all()) == {kept, filed}
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.purge(timezone.now() + dt.timedelta(days=2)) == 1  # the filed one, its matter stays
    matter.refresh_from_db()
    assert matter.attachments.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 2


def test_a_person_throws_the_draft_away(media: Path, django_capture_on_commit_callbacks: Any) -> None:
    draft = drafts.start("probe")
    attachments.add_to_draft(draft, picture())
    with django_capture_on_commit_callbacks(execute=True):
        drafts.discard(draft)
    assert Draft.objects.count() == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []
