"""Each audience on each output, and the pages by which the work is done."""

import pytest

from regional_issues.meetings.enums import Audience, MeetingKind
from regional_issues.meetings.models import WardMeeting
from regional_issues.meetings.services import agenda
from tests.ward_meetings.halls import Hall, browser, in_days

pytestmark = pytest.mark.django_db
STAFF, PARTNER = "/admin/ward-meetings/", "/partner/ward-meetings/"
SECRET, SHARED = "内部の予算の話", "交差点の街灯"


def text(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def both(hall: Hall) -> WardMeeting:
    meeting = hall.called((SECRET, Audience.INTERNAL), (SHARED, Audience.MEMBERS))
    item = meeting.items.get(title=SECRET)
    agenda.decide(
        meeting.pk, by=hall.by, item=item.pk, text="秘密の決定", office=hall.korei, due_on=in_days(3)
    )
    return meeting


def test_an_outside_member_reads_its_items_alone(hall: Hall) -> None:
    meeting, client = both(hall), browser(hall.agency)
    page = text(client, f"{PARTNER}{meeting.pk}/")
    assert SHARED in page
    assert SECRET not in page
    assert "秘密の決定" not in page
    assert "秘密の決定" not in text(client, f"{PARTNER}decisions/")
    secret = meeting.items.get(title=SECRET).decisions.get()
    text(client, f"{PARTNER}decisions/{secret.pk}/", 404)


def test_a_search_for_internal_words_finds_nothing_outside(hall: Hall) -> None:
    meeting = both(hall)
    assert f"{PARTNER}{meeting.pk}/" not in text(browser(hall.agency), f"{PARTNER}?q={SECRET}")
    assert f"{STAFF}{meeting.pk}/" in text(browser(hall.section), f"{STAFF}?q={SECRET}")


def test_a_section_of_the_ward_reads_internal_items(hall: Hall) -> None:
    assert SECRET in text(browser(hall.section), f"{STAFF}{both(hall).pk}/")


def test_before_the_call_nobody_but_the_desk_sees_it(hall: Hall) -> None:
    meeting = hall.plan()
    text(browser(hall.section), f"{STAFF}{meeting.pk}/", 404)
    text(browser(hall.agency), f"{PARTNER}{meeting.pk}/", 404)
    text(browser(hall.stranger), f"{STAFF}{meeting.pk}/", 404)
    text(browser(hall.clerk), f"{STAFF}{meeting.pk}/")


def test_from_a_new_meeting_to_approved_minutes_on_the_screen(hall: Hall) -> None:
    client, day = browser(hall.clerk), in_days(7)
    when = {f"starts_on_{key}": "" for key in ("era",)} | {
        "starts_on_year": day.year, "starts_on_month": day.month, "starts_on_day": day.day, "starts_time": "10:00",
    }  # fmt: skip
    sent = client.post(
        f"{STAFF}new/", {**when, "kind": MeetingKind.INTERNAL, "place": "会議室", "way": "online"}
    )
    assert sent.status_code == 302, sent.content.decode()
    meeting = WardMeeting.objects.get()

    def press(name: str, door: str = "do", by=client, **words: object) -> None:
        given = {f"{name}-{key}": value for key, value in words.items()}
        response = by.post(f"{STAFF}{meeting.pk}/{door}/{name}/", given)
        assert response.status_code == 302, response.content.decode()

    presenter = hall.clerk.post.office_id
    press("add", title="街灯", kind="discussion", audience="members", presenter=presenter)
    press("call", sure="on")
    assert "返事のないところ" in text(client, f"{STAFF}{meeting.pk}/")
    answer = browser(hall.agency).post(f"{PARTNER}{meeting.pk}/answer/answer/", {"answer-comes": "comes"})
    assert answer.status_code == 302
    item = meeting.items.get().pk
    press("record", item=item, outcome="reported", summary="聞いた")
    press("hold")
    press("draft", sure="on")
    press("approve", "minutes", browser(hall.head), number="第1号")
    press("supplement", text="追加の一行")
    assert "追加の一行" in text(client, f"{STAFF}{meeting.pk}/")


def test_the_office_in_charge_reports_on_its_page(hall: Hall) -> None:
    found = hall.decide(hall.called(), in_days(3), hall.outside)
    client = browser(hall.agency)
    assert "完了を報告する" in text(client, f"{PARTNER}decisions/{found.pk}/")
    sent = client.post(f"{PARTNER}decisions/{found.pk}/report/report/", {"report-text": "直しました"})
    assert sent.status_code == 302
    assert "直しました" in text(client, f"{PARTNER}decisions/{found.pk}/")


def test_work_today_names_what_is_owed(hall: Hall) -> None:
    hall.decide(hall.called(), in_days(3))
    page = text(browser(hall.section), "/admin/")
    assert "出欠の返事を待っている会議" in page
    assert "会議で決まったことの報告" in page
