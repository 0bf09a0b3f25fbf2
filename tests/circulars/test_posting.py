"""From a draft to an end: who may send, whom it reaches, what a correction and a recall leave to be seen."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chiba_ward.casework.refusals import Refused
from community.circulars import selectors, tasks
from community.circulars.enums import Reach, SenderKind
from community.circulars.models import CircularRecipient, CircularVersion, ECircular, PostingPeriod
from community.circulars.services import circulars, groups, ledger
from tests.circulars.rounds import BODY, TITLE, Round, browser
from tests.community import town as world


def test_twelve_becomes_one_statement_and_the_number_is_what_was_confirmed(ground: Round) -> None:
    draft = ground.write()
    assert str(selectors.reach(draft)) == "3班 19世帯"
    with pytest.raises(Refused, match="いまは3班 19世帯です"):
        circulars.post(draft.pk, by=ground.chair, groups=3, households=18)
    assert not CircularRecipient.objects.exists()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        posted = ground.post(draft)
    written = [
        one["sql"]
        for one in asked
        if one["sql"].lstrip().startswith("INSERT INTO circulars_circularrecipient")
    ]
    assert len(written) == 1
    rows = CircularRecipient.objects.filter(circular=posted).order_by("group__order")
    assert list(rows.values_list("households", "paper", "org")) == [
        (8, 0, ground.town.org.pk),
        (5, 2, ground.town.org.pk),
        (6, 6, ground.town.org.pk),
    ]
    groups.add_households(ground.online.pk, by=ground.chair, number=4)
    assert selectors.tally(posted).households == 19, "what went out keeps the numbers of its day"


def test_a_section_reaches_its_ward_a_district_or_chosen_associations(ground: Round) -> None:
    town = ground.town
    near = {"by": town.by, "is_public": True}
    everywhere = ground.write(reach=Reach.WARD, **near)
    assert (selectors.reach(everywhere).groups, selectors.reach(everywhere).orgs) == (4, 2)
    district = ground.write(reach=Reach.AREAS, areas=[town.district], **near)
    assert selectors.reach(district).groups == 3, "the association that has its place there"
    chosen = ground.write(reach=Reach.ORGS, orgs=[town.paper], **near)
    assert selectors.reach(chosen).households == 4
    with pytest.raises(Refused, match="一つ以上"):
        ground.write(reach=Reach.ORGS, **near)
    with pytest.raises(Refused, match="選べない送り先"):
        ground.write(reach=Reach.AREAS, areas=[town.far_district], **near)
    with pytest.raises(Refused, match="送り先を選んで"):
        ground.write(reach=Reach.OWN, **near)
    with pytest.raises(Refused, match="選べない送り先"):
        ground.write(reach=Reach.GROUPS, groups=[ground.far])
    other = ground.write(by=town.there, reach=Reach.WARD)
    assert selectors.reach(other).groups == 0, "another ward has no 班 here"
    with pytest.raises(Refused, match="届く班がありません"):
        ground.post(other, by=town.there)


def test_days_are_those_of_the_citys_row_and_no_longer_than_a_year(ground: Round) -> None:
    PostingPeriod.objects.filter(sender=SenderKind.ORG).update(days=21)
    assert selectors.last_day(SenderKind.ORG) == world.in_days(21)
    page = browser(ground.chairs_posting).get("/partner/circulars/new/").content.decode()
    assert f'value="{world.in_days(21).day}"' in page
    for days, words in ((-1, "今日からの日"), (367, "一年まで")):
        with pytest.raises(Refused, match=words):
            ground.write(until=world.in_days(days))
    assert not ECircular.objects.exists()


def test_a_draft_is_written_seen_and_thrown_away_by_its_sender_alone(ground: Round) -> None:
    chair, clerk = browser(ground.chairs_posting), browser(ground.town.clerk)
    typed = {"title": TITLE, "body": BODY, "reach": "own", **world.day("until", world.in_days(5))}
    wrong = chair.post("/partner/circulars/new/", {**typed, "body": ""})
    assert wrong.status_code == 422
    assert "本文を入力してください" in wrong.content.decode()
    assert TITLE in wrong.content.decode(), "what was typed stays"
    made = chair.post("/partner/circulars/new/", typed)
    pk = ECircular.objects.get().pk
    assert made.headers["Location"] == f"/partner/circulars/{pk}/"
    preview = chair.get(f"/partner/circulars/{pk}/").content.decode()
    assert "<strong>3班 19世帯</strong>に送ります" in preview
    assert "取り消しはできませんが、訂正と取り下げはできます" in preview
    assert clerk.get(f"/admin/circulars/{pk}/").status_code == 404
    assert TITLE not in clerk.get("/admin/circulars/").content.decode()
    edited = chair.post(f"/partner/circulars/{pk}/edit/", {**typed, "title": "別の件名"})
    assert edited.status_code == 302
    assert chair.post(f"/partner/circulars/{pk}/discard/").status_code == 302
    assert not ECircular.objects.exists()


def test_posting_on_the_screen_needs_the_tick_and_the_number_of_the_page(ground: Round) -> None:
    chair, draft = browser(ground.chairs_posting), ground.write()
    url = f"/partner/circulars/{draft.pk}/do/post/"
    seen = {"post-groups": "3", "post-households": "19"}
    assert chair.post(url, seen).status_code == 422
    groups.add_households(ground.online.pk, by=ground.chair, number=1)
    late = chair.post(url, {**seen, "post-sure": "on"})
    assert late.status_code == 422
    assert "いまは3班 20世帯です" in late.content.decode()
    assert chair.post(url, {**seen, "post-households": "20", "post-sure": "on"}).status_code == 302
    assert world.fresh(draft).state == "posted"
    again = chair.post(url, {**seen, "post-sure": "on"})
    assert again.status_code == 409
    assert chair.get(f"/partner/circulars/{draft.pk}/edit/").status_code == 302, "it is corrected, not edited"
    with pytest.raises(Refused, match="すでに掲載"):
        circulars.discard(draft.pk, by=ground.chair)


def test_a_correction_and_a_recall_stand_where_the_text_was_read(ground: Round) -> None:
    posted, home = ground.post(), ground.household("3")
    assert home.post(f"/circulars/{posted.pk}/read/").status_code == 302
    with pytest.raises(Refused, match="前と同じ"):
        circulars.correct(posted.pk, by=ground.chair, title=TITLE, body=BODY, notice="直した")
    notice = "日にちがまちがっていました。正しくは第三土曜日です。"
    circulars.correct(posted.pk, by=ground.chair, title=TITLE, body="第三土曜日です。", notice=notice)
    page = home.get(f"/circulars/{posted.pk}/").content.decode()
    assert notice in page
    assert "あなたの世帯が読んだあとに、直されました" in page
    assert "第三土曜日です。" in page
    assert [one.body for one in CircularVersion.objects.order_by("number")] == [BODY, "第三土曜日です。"]
    later = ground.household("4").get(f"/circulars/{posted.pk}/").content.decode()
    assert notice in later
    assert "あなたの世帯が読んだあとに" not in later
    reason = "送る班をまちがえました"
    circulars.recall(posted.pk, by=ground.chair, reason=reason)
    for whose in (home, ground.household("5")):
        page = whose.get(f"/circulars/{posted.pk}/").content.decode()
        assert "取り下げられました" in page
        assert reason in page
        assert "第三土曜日です。" not in page
    assert TITLE in home.get("/circulars/").content.decode(), "it is never silently gone"
    assert selectors.tally(posted).read == 1
    with pytest.raises(Refused):
        circulars.recall(posted.pk, by=ground.chair, reason="もう一度")
    with transaction.atomic(), pytest.raises(IntegrityError):
        ECircular.objects.filter(pk=posted.pk).update(recalled_reason="")


def test_the_last_day_ends_it_by_itself_once(ground: Round) -> None:
    posted, stays = ground.post(until=world.in_days(0)), ground.post(title="まだ続く")
    home = ground.household("1")
    ECircular.objects.filter(pk=posted.pk).update(until=world.in_days(-1))
    page = home.get(f"/circulars/{posted.pk}/").content.decode()
    assert "掲載は終わりました" in page, "before the night's work as well"
    assert not ledger.read(posted.pk, key=ground.key("1"))
    assert (tasks.end_due(), tasks.end_due()) == (1, 0)
    assert world.fresh(posted).state == "ended"
    assert world.fresh(posted).ended_at - timezone.now() < dt.timedelta(minutes=1)
    assert world.fresh(stays).state == "posted"
    circulars.end(stays.pk, by=ground.chair)
    assert world.fresh(stays).state == "ended"


def test_who_reads_and_who_writes(ground: Round) -> None:
    """The section that sent it, the desk of the ward, the association; no other section and no other ward."""
    town = ground.town
    own, city = ground.post(), ground.from_the_city()
    people: dict[str, Any] = {
        "desk": (town.clerk, "/admin", {own.pk, city.pk}),
        "beside the desk": (town.officer, "/admin", {own.pk, city.pk}),
        "another section": (town.colleague, "/admin", set()),
        "another ward": (town.receiver, "/admin", set()),
        "chair": (ground.chairs_posting, "/partner", {own.pk, city.pk}),
    }
    for name, (posting, face, seen) in people.items():
        client = browser(posting)
        for pk in (own.pk, city.pk):
            status = client.get(f"{face}/circulars/{pk}/").status_code
            assert status == (200 if pk in seen else 404), f"{name}: {pk}"
    chair = browser(ground.chairs_posting)
    assert chair.post(f"/partner/circulars/{city.pk}/do/recall/", {"recall-reason": "x"}).status_code in (
        404,
        409,
    )
    with pytest.raises(ECircular.DoesNotExist):
        circulars.recall(city.pk, by=ground.chair, reason="x")
    with pytest.raises(ECircular.DoesNotExist):
        circulars.recall(own.pk, by=ground.desk, reason="x")
    assert Client().get(f"/circulars/{city.pk}/").status_code == 200, "public"
    assert Client().get(f"/circulars/{own.pk}/").status_code == 302, "asks for a key"
