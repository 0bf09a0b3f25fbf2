"""既読・紙・未: one ledger for screens, paper and the telephone; its cost, its file, its paper."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from chiba_ward.casework.refusals import Refused
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from chiba_ward.progress.registry import CITY, Period
from community.circulars import indicators, selectors
from community.circulars.documents import _context, may_see
from community.circulars.models import CircularReading, CircularRecipient, PaperClosing
from community.circulars.services import circulars, groups, ledger
from community.open_data import cards
from tests.circulars.rounds import BODY, Round, browser
from tests.community import town as world


def text_of(document: Document) -> str:
    with default_storage.open(document.blob.name) as file:
        return "".join(page.extract_text() for page in PdfReader(file).pages)


def read(ground: Round, circular: Any, *whose: str) -> None:
    for one in whose:
        assert ledger.read(circular.pk, key=ground.key(one))


def sums(circular: Any, orgs: list[int] | None = None) -> tuple[int, int, int]:
    found = selectors.tally(circular, orgs)
    return found.read, found.paper, found.unread


def test_screens_paper_and_the_rest_make_up_the_households(ground: Round) -> None:
    posted = ground.post()
    assert sums(posted) == (0, 0, 19)
    read(ground, posted, "1", "2", "mixed1")
    assert sums(posted) == (3, 0, 16)
    for group in (ground.paper, ground.mixed):
        ledger.close(ground.recipient(posted, group).pk, by=ground.chair, channel="web")
    assert sums(posted) == (3, 8, 8), "all of the paper 班, and the two of the other that take paper"
    assert selectors.tally_by_org(posted)[ground.town.org.pk] == selectors.tally(posted)
    by_group = {row.group_id: (row.read, row.on_paper, row.unread) for row in selectors.recipients_of(posted)}
    assert by_group[ground.mixed.pk] == (1, 2, 2)
    groups.change(ground.mixed.pk, by=ground.chair, name="2班", order=20, is_paper=False)
    groups.put_on_paper(ground.mixed.pk, by=ground.chair, numbers=[])
    for slot in ground.mixed.slots.order_by("number")[1:]:
        row = ground.recipient(posted, ground.mixed)
        CircularReading.objects.create(circular=posted, recipient=row, slot=slot, version=1)
    assert sums(posted) == (7, 6, 6), "whoever was on paper and now reads is counted once"
    with pytest.raises(Refused, match="紙で受け取る世帯はありません"):
        ledger.close(ground.recipient(posted, ground.online).pk, by=ground.chair, channel="web")


def test_a_call_that_a_clerk_enters_counts_the_same_and_says_who_entered(ground: Round) -> None:
    posted, clerk = ground.post(), browser(ground.town.clerk)
    row = ground.recipient(posted, ground.paper)
    url = f"/admin/circulars/{posted.pk}/ledger/{row.pk}/"
    without = clerk.post(f"{url}close/")
    assert without.status_code == 409
    assert "どうやって届いたかを選んでください" in without.content.decode()
    assert clerk.post(f"{url}close/", {"channel": "telephone"}).status_code == 302
    assert sums(posted) == (0, 6, 13)
    line = PaperClosing.objects.get()
    assert (line.channel, line.entered_by, line.officer, line.key) == (
        "telephone",
        ground.town.clerk,
        None,
        None,
    )
    assert clerk.post(f"{url}reopen/", {"channel": "telephone"}).status_code == 302
    assert sums(posted) == (0, 0, 19)
    assert PaperClosing.objects.count() == 2, "the mistake stays in the record"
    page = clerk.get(f"/admin/circulars/{posted.pk}/ledger/?show=unread").content.decode()
    assert "3班" in page
    other = browser(ground.town.receiver)
    assert other.post(f"{url}close/", {"channel": "telephone"}).status_code == 404
    assert clerk.post(f"{url}nowhere/", {"channel": "telephone"}).status_code == 404


def test_an_association_ticks_and_sees_its_own_groups_of_a_citys_circular(ground: Round) -> None:
    city, chair = ground.from_the_city(), browser(ground.chairs_posting)
    far = ground.recipient(city, ground.far)
    page = chair.get(f"/partner/circulars/{city.pk}/ledger/").content.decode()
    assert "西班" not in page
    assert "19世帯" in page
    assert chair.post(f"/partner/circulars/{city.pk}/ledger/{far.pk}/close/").status_code == 404
    own = ground.recipient(city, ground.paper)
    assert chair.post(f"/partner/circulars/{city.pk}/ledger/{own.pk}/close/").status_code == 302
    assert PaperClosing.objects.get().officer == ground.chairs_posting
    assert sums(city) == (0, 6, 17)
    circulars.recall(city.pk, by=ground.desk, reason="中止になりました")
    late = chair.post(f"/partner/circulars/{city.pk}/ledger/{own.pk}/reopen/")
    assert late.status_code == 409
    assert "取り下げられたか" in late.content.decode()


def test_files_say_what_the_pages_say(ground: Round) -> None:
    posted = ground.post()
    read(ground, posted, "1")
    ledger.close(ground.recipient(posted, ground.paper).pk, by=ground.chair, channel="web")
    lines = (
        browser(ground.chairs_posting).get(f"/partner/circulars/{posted.pk}/ledger/file/").content.decode()
    )
    assert f"{posted.number},見本町内会,3班,6,0,6,0,6," in lines
    assert f"{posted.number},見本町内会,1班,8,1,0,7,0," in lines
    listed = browser(ground.town.clerk).get("/admin/circulars/list.csv?state=posted").content.decode()
    assert f"{posted.number},{posted.title}" in listed
    assert ",3,19,1,6,12" in listed
    assert (
        posted.number
        not in browser(ground.town.clerk).get("/admin/circulars/list.csv?state=draft").content.decode()
    )


def test_a_sign_in_of_long_ago_is_proved_before_a_file_leaves(ground: Round, time_machine: Any) -> None:
    posted, chair = ground.post(), browser(ground.chairs_posting)
    time_machine.move_to(timezone.now(), tick=False)
    chair.get("/partner/circulars/")
    for _ in range(3):
        time_machine.shift(dt.timedelta(minutes=8))
        assert chair.get("/partner/circulars/").status_code == 200
    asked = chair.get(f"/partner/circulars/{posted.pk}/ledger/file/")
    assert asked.status_code == 302
    assert f"next=%2Fpartner%2Fcirculars%2F{posted.pk}%2Fledger%2F" in asked.headers["Location"]


def test_the_citys_ledger_is_by_association_in_pages_and_its_cost_stands_still(
    ground: Round, monkeypatch: Any
) -> None:
    monkeypatch.setattr("community.circulars.views.ledger.MOST_GROUPS", 2)
    city, clerk = ground.from_the_city(), browser(ground.town.clerk)
    read(ground, city, "1", "far1", "far2", "far3", "far4")
    url = f"/admin/circulars/{city.pk}/ledger/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page = clerk.get(url).content.decode()
        assert "団体ごと" in page
        assert "見本紙町内会" in page
        return len(asked)

    clerk.get(url)  # names and rules are remembered from here on
    before = cost()
    for number in range(3):
        ground.post(title=f"前の回覧{number}")
    assert cost() == before, "the archive costs nothing"
    with CaptureQueriesContext(connection) as asked:
        selectors.tally(city)
    assert len(asked) == 1
    unread = clerk.get(f"{url}?show=unread").content.decode()
    assert "見本紙町内会" not in unread, "all four have read"
    one = clerk.get(f"{url}?org={ground.town.org.pk}").content.decode()
    assert "1班" in one
    assert "西班" not in one


def test_large_print_names_whom_to_ask_and_old_paper_is_not_handed_out(ground: Round) -> None:
    city, clerk = ground.from_the_city(body=BODY), browser(ground.town.clerk)
    response = clerk.post(f"/admin/circulars/{city.pk}/paper/", {"sheet": "text"})
    document = Document.objects.get()
    assert response.headers["Location"] == f"/documents/{document.pk}"
    documents.make(document.pk)
    document.refresh_from_db()
    assert document.state == "done"
    words = text_of(document)
    assert "雨の日も回収します" in words
    assert "若葉区 地域づくり支援課" in words.replace("\u3000", " ")
    assert _context(city, None)["document"].large_print
    assert may_see(document, ground.desk)
    assert may_see(document, ground.chair), "an officer prints for whoever reads no screen"
    chair = browser(ground.chairs_posting)
    chair.post(f"/partner/circulars/{city.pk}/paper/", {"sheet": "marks"})
    marks = Document.objects.exclude(pk=document.pk).get()
    assert marks.params["org"] == ground.town.org.pk
    documents.make(marks.pk)
    marks.refresh_from_db()
    assert "8番" in text_of(marks)
    elsewhere = clerk.post(f"/admin/circulars/{city.pk}/paper/", {"sheet": "marks", "org": "0"})
    assert elsewhere.status_code == 404
    circulars.correct(city.pk, by=ground.desk, title=city.title, body="直した文", notice="月がちがいました")
    assert not may_see(document, ground.desk), "the text is not the one that holds"
    assert not may_see(marks, world.act_as(ground.town.receiver))


def test_public_ones_stand_on_the_page_of_the_district(ground: Round) -> None:
    town = ground.town
    city, own = ground.from_the_city(), ground.post(title="会員だけの回覧")
    for url in (f"/districts/wakaba/{town.district.pk}/", "/districts/wakaba/"):
        page = Client().get(url).content.decode()
        assert f'href="/circulars/{city.pk}/"' in page
        assert own.title not in page
    lines = [card for card in cards.cards_of(town.other_ward, None) if card.key == "circulars"]
    assert lines[0].lines == ()
    circulars.recall(city.pk, by=ground.desk, reason="中止")
    page = Client().get("/districts/wakaba/").content.decode()
    assert f'href="/circulars/{city.pk}/"' not in page
    told = Client().get(f"/circulars/{city.pk}/").content.decode()
    assert "取り下げられました" in told


def test_indicators_move_when_a_record_changes(ground: Round) -> None:
    period, ward = Period.month(timezone.localdate()), ground.town.ward.pk

    def now() -> tuple[Any, ...]:
        shares = [compute(period)[ward] for compute in (indicators.reached, indicators.paper_covered)]
        return (
            *((one.numerator, one.denominator) for one in shares),
            indicators.orgs_using(period)[ward].numerator,
        )

    assert now() == ((0, 0), (0, 0), 0)
    posted = ground.post()
    assert now() == ((0, 19), (0, 8), 0)
    read(ground, posted, "1")
    assert now() == ((1, 19), (0, 8), 1)
    ledger.close(ground.recipient(posted, ground.paper).pk, by=ground.desk, channel="telephone")
    assert now() == ((7, 19), (6, 8), 1)
    assert indicators.reached(period)[CITY].numerator == 7
    assert indicators.reached(Period.month(world.in_days(-70)))[ward].value is None, "not measured before"
    circulars.recall(posted.pk, by=ground.chair, reason="まちがい")
    assert now() == ((0, 0), (0, 0), 0), "what was taken back reached nobody"
    assert CircularRecipient.objects.exists()


def test_work_of_the_day_names_drafts_and_what_ends_soon(ground: Round) -> None:
    ground.write(by=ground.desk, title="書きかけの回覧", reach="ward")
    ground.from_the_city(title="もう終わる回覧", until=world.in_days(2))
    page = browser(ground.town.clerk).get("/admin/").content.decode()
    assert "書きかけの回覧" in page
    assert "もう終わる回覧" in page
    assert "書きかけの回覧" not in browser(ground.town.colleague).get("/admin/").content.decode()
