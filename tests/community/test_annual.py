"""現況届: prefilled, filed online or from paper, accepted into the register or given back; what is refused stays typed."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chiba_ward.casework import my_work
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Posting
from community import years
from community.enums import ReturnState, Visibility
from community.models import AnnualReturn, CommunityOrg, EnrolmentFigure, ReturnRule
from community.services import annual, handover, orgs
from tests.community import town as world
from tests.community.town import HOME_PHONE, Town, browser


def declare(town: Town) -> str:
    return reverse("community_partner:declare", args=[town.org.pk])


def test_it_is_prefilled_from_the_register_and_from_last_year(town: Town) -> None:
    orgs.record_figure(
        town.org.pk, by=town.by, as_of=world.in_days(-300), members=111, households=180, source="総会資料"
    )
    page = browser(town.chair).get(declare(town)).content.decode()
    assert all(f'value="{known}"' in page for known in ("見本町内会", "111", "180", HOME_PHONE))


def test_a_draft_is_kept_and_is_the_association_s_own(town: Town) -> None:
    client = browser(town.chair)
    kept = client.post(declare(town), world.typed(town, go="keep", members="77"))
    assert kept.status_code == 302
    found = AnnualReturn.objects.get()
    assert (found.state, found.members, found.channel) == (ReturnState.DRAFT, 77, Channel.WEB)
    assert not AnnualReturn.objects.visible_to(town.by).exists()
    assert 'value="77"' in client.get(declare(town)).content.decode()
    assert browser(town.clerk).get(reverse("community:return", args=[found.pk])).status_code == 404


def test_filed_accepted_and_in_the_register(town: Town) -> None:
    CommunityOrg.objects.update(confirmed_on=world.in_days(-400))
    tomorrow = world.in_days(1)
    new_chair = {
        "officer0_name": "見本 新会長",
        "officer0_email": "shin@example.test",
        **world.day("officer0_starts_on", tomorrow),
    }
    sent = browser(town.chair).post(
        declare(town),
        world.typed(
            town, name="見本中央町内会", email="kai@example.test", email_visibility="public", **new_chair
        ),
    )
    assert sent.status_code == 302
    found = AnnualReturn.objects.get()
    assert (found.state, found.written_by) == (ReturnState.SUBMITTED, town.chair)
    assert str(town.org) == "見本町内会", "nothing changes before it is accepted"
    clerk = browser(town.clerk)
    page = clerk.get(reverse("community:return", args=[found.pk])).content.decode()
    assert "変わります" in page
    assert "見本 新会長" in page
    act = reverse("community:return_act", args=[found.pk, "accept"])
    assert clerk.post(act, {}).status_code == 422
    assert clerk.post(act, {"accept-sure": "on"}).status_code == 302
    org = CommunityOrg.objects.get(pk=town.org.pk)
    assert (str(org), org.confirmed_on) == ("見本中央町内会", world.in_days(0))
    assert {row.kind: row.visibility for row in org.contacts.all()} == {
        "phone": "public", "home_phone": "private", "email": "public",
    }  # fmt: skip
    figure = EnrolmentFigure.objects.get(org=org)
    assert (figure.members, figure.households, figure.as_of) == (120, 200, world.in_days(-3))
    old, new = Posting.objects.filter(post__office=org.office, post__name="会長").order_by("starts_on")
    assert (old.ends_on, new.starts_on, new.person.email) == (tomorrow, tomorrow, "shin@example.test")
    done = world.fresh(found)
    assert (done.state, done.decided_by) == (ReturnState.ACCEPTED, town.clerk)
    assert "ほかの人が先に" in clerk.post(act, {"accept-sure": "on"}).content.decode()


def test_given_back_with_a_reason_and_filed_again(town: Town) -> None:
    found = world.submitted(town)
    act = reverse("community:return_act", args=[found.pk, "give_back"])
    clerk = browser(town.officer)
    assert clerk.post(act, {"give_back-reason": ""}).status_code == 422
    assert clerk.post(act, {"give_back-reason": "数え方の検印理由"}).status_code == 302
    client = browser(town.chair)
    assert "数え方の検印理由" in client.get("/partner/community/").content.decode()
    assert client.post(declare(town), world.typed(town, members="130")).status_code == 302
    again = world.fresh(found)
    assert (again.state, again.members, again.decided_by) == (ReturnState.SUBMITTED, 130, None)
    assert not EnrolmentFigure.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"members": ""}, "加入世帯数を入力してください"),
        ({"members": "多い"}, "加入世帯数は数字で入力してください"),
        ({"members": "201"}, "区域の世帯数より多く"),
        ({"phone": "12"}, "電話番号は市外局番から"),
        ({"home_phone_visibility": "public"}, "本人が同意した日の記録が要ります"),
        ({"officer0_email": "x@example.test"}, "新しい会長の氏名を入力してください"),
        ({"counted_on_year": "2999"}, "今日までの日"),
    ],
)
def test_what_is_refused_stays_typed(town: Town, wrong: dict[str, str], words: str) -> None:
    answer = browser(town.chair).post(declare(town), world.typed(town, activity="検印の活動", **wrong))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert 'value="検印の活動"' in text
    assert not AnnualReturn.objects.filter(state="submitted").exists()


def test_a_public_home_number_stays_public_by_its_consent_and_a_new_one_does_not(town: Town) -> None:
    given = {"kind": "home_phone", "value": HOME_PHONE, "visibility": Visibility.PUBLIC}
    orgs.put_contact(town.org.pk, by=town.by, **given, consented_on=world.in_days(-5))
    with pytest.raises(Refused, match="同意した日"):
        world.submitted(town, contacts={"home_phone": ["043-999-5555", "public"]})
    found = world.submitted(town, contacts={"home_phone": [HOME_PHONE, "public"]})
    annual.accept(found.pk, by=town.by)
    kept = town.org.contacts.get(kind="home_phone")
    assert (kept.visibility, kept.consented_on) == ("public", world.in_days(-5))


def test_a_clerk_enters_it_from_paper_with_the_same_checks(town: Town) -> None:
    client = browser(town.clerk)
    page = reverse("community:enter", args=[town.paper.pk])
    bad = client.post(page, {**world.typed(town, members=""), "channel": "post"})
    assert bad.status_code == 422
    assert 'value="200"' in bad.content.decode()
    sent = client.post(page, {**world.typed(town, name="見本紙町内会"), "channel": "post"})
    found = AnnualReturn.objects.get()
    assert sent.headers["Location"] == reverse("community:return", args=[found.pk])
    assert (found.state, found.channel, found.entered_by) == (ReturnState.SUBMITTED, Channel.POST, town.clerk)
    annual.accept(found.pk, by=town.by)
    assert world.fresh(town.paper).office is None, "nobody asked for a way in"
    with pytest.raises(Refused, match="すでに提出"):
        annual.enter(town.paper.pk, by=town.by, channel=Channel.POST, **world.words(town.paper))


def test_an_officer_named_on_paper_gets_a_way_in(town: Town) -> None:
    officers = [
        {
            "post": "会長",
            "name": "見本 紙会長",
            "email": "kami@example.test",
            "starts_on": str(world.in_days(0)),
        }
    ]
    found = annual.enter(
        town.paper.pk, by=town.by, channel=Channel.COUNTER, **world.words(town.paper, officers=officers)
    )
    annual.accept(found.pk, by=town.by)
    org = world.fresh(town.paper)
    assert (str(org), org.own_name) == ("見本紙町内会", "")
    posting = Posting.objects.with_duty().get(post__office=org.office)
    assert browser(posting).get("/partner/community/").status_code == 200


def test_nothing_is_accepted_by_half(town: Town) -> None:
    """The new chair's address is somebody else's: register, figures and contacts stay as they were."""
    taken = town.clerk.person
    officers = [
        {"post": "会長", "name": "見本 別人", "email": taken.email, "starts_on": str(world.in_days(1))}
    ]
    found = world.submitted(town, name="変わる名前", officers=officers)
    answer = browser(town.clerk).post(
        reverse("community:return_act", args=[found.pk, "accept"]), {"accept-sure": "on"}
    )
    assert answer.status_code == 422
    assert "別の人の登録に使われています" in answer.content.decode()
    assert world.fresh(found).state == ReturnState.SUBMITTED
    assert not EnrolmentFigure.objects.exists()
    assert str(world.fresh(town.org)) == "見本町内会"


def test_one_a_year_and_only_the_section_of_the_ward_judges(town: Town) -> None:
    found = world.submitted(town)
    with pytest.raises(IntegrityError, match="return_once_a_year"), transaction.atomic():
        AnnualReturn.objects.create(org=town.org, fiscal_year=world.this_year())
    for foreign in (town.there, world.act_as(town.colleague), town.chairs):
        with pytest.raises(AnnualReturn.DoesNotExist):
            annual.accept(found.pk, by=foreign)
    assert browser(town.receiver).get(reverse("community:return", args=[found.pk])).status_code == 404
    with pytest.raises(IntegrityError, match="return_decided_by_name"), transaction.atomic():
        AnnualReturn.objects.filter(pk=found.pk).update(state="accepted")


def test_the_period_is_a_row(town: Town, time_machine: Any) -> None:
    ReturnRule.objects.create(
        from_year=world.this_year() + 1, opens_month=5, opens_day=1, due_month=1, due_day=15
    )
    term = years.term_of(world.this_year() + 1)
    assert (term.opens_on, term.due_on) == (
        dt.date(term.fiscal_year, 5, 1),
        dt.date(term.fiscal_year + 1, 1, 15),
    )
    assert years.term_of(world.this_year()).due_on == dt.date(world.this_year(), 6, 28)
    time_machine.move_to(dt.datetime(term.fiscal_year, 4, 10, 3, tzinfo=dt.UTC))
    with pytest.raises(Refused, match="まだ始まっていません"):
        world.submitted(town)


def test_the_day_s_work_counts_what_waits_and_what_is_overdue(town: Town, time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(world.this_year(), 6, 29, 3, tzinfo=dt.UTC))
    Posting.objects.update(starts_on=dt.date(2020, 4, 1))

    def counts(actor: Any) -> dict[str, int]:
        return {one.key: one.count for one in my_work.groups_for(actor) if one.key.startswith("community.")}

    assert counts(town.by) == {"community.returns": 0, "community.owing": 2}
    found = world.submitted(town)
    assert counts(town.by) == {"community.returns": 1, "community.owing": 1}
    assert counts(world.act_as(town.colleague)) == {}
    owing = browser(town.clerk).get("/admin/community/returns/?tab=owing").content.decode()
    assert "見本紙町内会" in owing
    assert ">見本町内会<" not in owing
    annual.accept(found.pk, by=town.by)
    assert counts(town.by)["community.returns"] == 0
    assert "受理" in browser(town.clerk).get("/admin/community/returns/?tab=done").content.decode()


def test_the_officer_s_first_page_shows_what_is_due(town: Town, time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(world.this_year(), 6, 28, 3, tzinfo=dt.UTC))
    Posting.objects.update(starts_on=dt.date(2020, 4, 1))
    client = browser(town.chair)
    assert client.get(reverse("home_after_login")).headers["Location"] == "/partner/community/"
    assert "現況届を提出してください" in client.get("/partner/community/").content.decode()
    time_machine.move_to(dt.datetime(world.this_year(), 6, 29, 3, tzinfo=dt.UTC))
    client = browser(town.chair)
    assert "期限を過ぎています" in client.get("/partner/community/").content.decode()
    world.submitted(town)
    page = client.get("/partner/community/").content.decode()
    assert "期限を過ぎています" not in page
    assert "確かめ待ち" in page
    org_page = client.get(reverse("community_partner:org", args=[town.org.pk]))
    assert HOME_PHONE in org_page.content.decode()


def test_a_foreign_association_is_not_there(town: Town) -> None:
    handover.hand_over(
        town.paper.pk, by=town.by, post="会長", name="見本 紙", email="kami@example.test", on=world.in_days(0)
    )
    office = world.fresh(town.paper).office
    other = browser(Posting.objects.with_duty().get(post__office=office))
    found = world.submitted(town)
    for path in (
        reverse("community_partner:org", args=[town.org.pk]),
        declare(town),
        reverse("community_partner:return", args=[found.pk]),
    ):
        assert other.get(path).status_code == 404
