"""役員の交代 to the hour: the old one's access ends with the day, the new one's first sign-in works on it (J9)."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from chiba_ward.access.models import User
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Posting
from chiba_ward.directory.selectors import offices_for_referral
from chiba_ward.documents import registry
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from community import documents as papers
from community.models import CommunityOrg
from community.services import handover
from tests.community import town as world
from tests.community.town import Town, act_as, browser

NEW = {"post": "会長", "name": "見本 新会長", "email": "shin@example.test"}


def tokyo(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.timezone(dt.timedelta(hours=9)))  # type: ignore[misc]  # year, month, day…


def term(town: Town, name: str) -> Posting:
    found: Posting = Posting.objects.with_duty().get(
        post__office=world.fresh(town.org).office, person__name=name
    )
    return found


def test_at_midnight_of_the_first_of_april(town: Town, time_machine: Any) -> None:
    """3/31 23:59 and 4/1 00:00 in Tokyo: one session each, nobody signs in or out meanwhile."""
    year = world.this_year() + 1
    handover.hand_over(town.org.pk, by=town.by, **NEW, on=dt.date(year, 4, 1))
    time_machine.move_to(tokyo(year, 3, 31, 23, 50, 0), tick=False)
    old, new = browser(term(town, world.CHAIR)), browser(term(town, NEW["name"]))

    def opens() -> list[int]:
        return [client.get("/partner/community/").status_code for client in (old, new)]

    time_machine.move_to(tokyo(year, 3, 31, 23, 59, 0), tick=False)
    assert opens() == [200, 404]
    time_machine.move_to(tokyo(year, 4, 1, 0, 0, 0), tick=False)
    assert opens() == [404, 200]


def test_the_first_sign_in_of_the_new_one(town: Town, client: Any) -> None:
    """The account has no password: its owner sets one through the mailbox, as every account of staff does."""
    handover.hand_over(town.org.pk, by=town.by, **NEW, on=world.in_days(0))
    person = User.objects.get(email="shin@example.test")
    assert not person.has_usable_password()
    client.post(reverse("account_reset_password"), {"email": person.email})
    assert [one.to for one in mail.outbox] == [["shin@example.test"]]
    assert "password/reset/key/" in mail.outbox[0].body
    assert browser(term(town, NEW["name"])).get("/partner/community/").status_code == 200


def test_without_an_address_the_access_of_the_old_one_ends_all_the_same(town: Town) -> None:
    chair = browser(town.chair)
    made = handover.hand_over(
        town.org.pk, by=town.by, post="会長", name="見本 紙だけ", email="", on=world.in_days(0)
    )
    assert made is None
    assert chair.get("/partner/community/").status_code == 404


def test_each_post_has_its_own_person(town: Town) -> None:
    handover.hand_over(
        town.org.pk,
        by=town.by,
        post="会計",
        name="見本 会計",
        email="kaikei@example.test",
        on=world.in_days(0),
    )
    assert browser(town_chair(town)).get("/partner/community/").status_code == 200
    with pytest.raises(Refused, match="別の人の登録"):
        handover.hand_over(
            town.org.pk,
            by=town.by,
            post="副会長",
            name="見本 だれか",
            email="kaikei@example.test",
            on=world.in_days(0),
        )
    same = {"post": "副会長", "name": "見本　会計", "email": "KAIKEI@example.test"}
    handover.hand_over(town.org.pk, by=town.by, **same, on=world.in_days(0))
    assert User.objects.filter(email__iexact="kaikei@example.test").get().postings.count() == 2


def town_chair(town: Town) -> Posting:
    return term(town, world.CHAIR)


def test_a_second_change_of_that_day_or_before_it_is_refused(town: Town) -> None:
    handover.hand_over(town.org.pk, by=town.by, **NEW, on=world.in_days(30))
    for day in (30, 10):
        with pytest.raises(Refused, match="すでに登録されています"):
            handover.hand_over(
                town.org.pk,
                by=town.by,
                post="会長",
                name="見本 三",
                email="san@example.test",
                on=world.in_days(day),
            )
    assert not User.objects.filter(email="san@example.test").exists()


def test_only_the_section_of_the_ward_hands_over(town: Town) -> None:
    for foreign in (town.there, act_as(town.colleague), town.chairs):
        with pytest.raises(CommunityOrg.DoesNotExist):
            handover.hand_over(town.org.pk, by=foreign, **NEW, on=world.in_days(0))


def test_by_the_screen_what_is_refused_stays_typed(town: Town) -> None:
    client, page = browser(town.clerk), reverse("community:hand_over", args=[town.org.pk])
    given = {**NEW, "kana": "みほん", "email": town.clerk.person.email, **world.day("on", world.in_days(1))}
    answer = client.post(page, given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "別の人の登録に使われています" in text
    assert 'value="見本 新会長"' in text
    other = client.post(page, {**given, "post": "other", "other": "", "email": "a@example.test"})
    assert "役職の名前を入力してください" in other.content.decode()
    done = client.post(page, {**given, "post": "other", "other": "防災部長", "email": "bosai@example.test"})
    assert done.status_code == 302
    assert term(town, NEW["name"]).post.name == "防災部長"


def test_the_pack_says_who_from_when_what_is_due_and_no_password(town: Town) -> None:
    handover.hand_over(town.org.pk, by=town.by, **NEW, on=world.in_days(30))
    made = browser(town.clerk).post(reverse("community:pack", args=[town.org.pk]))
    document = Document.objects.get(kind=papers.PACK)
    assert made.headers["Location"] == reverse("documents:show", args=[document.pk])
    html = registry.kind_of(papers.PACK).build(document, lambda percent: None).html
    for word in (
        world.CHAIR,
        "見本 新会長",
        "現況届",
        world.HOME_PHONE,
        "/account/password/reset/",
        "地域づくり支援課",
    ):
        assert word in html
    assert "shin@example.test" not in html
    assert documents.make(document.pk) == "done"
    pages = Document.objects.get(pk=document.pk).pages
    assert pages is not None
    assert pages >= 1


def test_the_pack_opens_to_the_section_and_to_the_officers_of_today(town: Town) -> None:
    browser(town.chair).post(reverse("community_partner:pack", args=[town.org.pk]))
    document = Document.objects.get(kind=papers.PACK)
    page = reverse("documents:show", args=[document.pk])
    for posting, status in (
        (town.clerk, 200),
        (town.chair, 200),
        (town.receiver, 404),
        (town.colleague, 404),
    ):
        assert browser(posting).get(page).status_code == status
    chair = browser(town.chair)
    handover.hand_over(town.org.pk, by=town.by, **NEW, on=world.in_days(0))
    assert chair.get(page).status_code == 404
    assert browser(term(town, NEW["name"])).get(page).status_code == 200


def test_nobody_hands_a_consultation_on_to_an_association(town: Town) -> None:
    """Its office has posts and people, but neighbours are no agency."""
    offered = set(offices_for_referral(town.clerk.post.office).values_list("pk", flat=True))
    assert town.colleague.post.office_id in offered
    assert world.fresh(town.org).office_id not in offered
