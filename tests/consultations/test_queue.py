"""The list of the triage desk: order, filters in the address, search, bulk, CSV, print, and what it costs."""

import csv
import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultations.models import Consultation
from consultations.services import triage
from consultations.services.filing import Person
from tests.consultations.staff_support import House, by, fresh, make_house, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def clerk(house: House, sign_in) -> Client:
    return sign_in(house.clerk.person)


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("staff:queue"), query)
    assert response.status_code == 200
    return response.content.decode()


def numbers(html: str) -> list[str]:
    return re.findall(r"<strong>(S-[0-9A-Z-]+)</strong>", html)


def test_risk_first_then_due(house: House, clerk: Client) -> None:
    calm, urgent, soon = house.case(), house.case(), house.case()
    triage.set_urgency(urgent.pk, by=by(house.clerk), level="U1")
    Consultation.objects.filter(pk=soon.pk).update(due_at=timezone.now() + dt.timedelta(minutes=1))
    assert numbers(page(clerk)) == [urgent.receipt_no, soon.receipt_no, calm.receipt_no]


def test_overdue_is_said_in_words(house: House, clerk: Client) -> None:
    case = house.case()
    Consultation.objects.filter(pk=case.pk).update(due_at=timezone.now() - dt.timedelta(days=20))
    html = page(clerk, due="overdue")
    assert re.search(r"開庁日超過", html)
    assert numbers(html) == [case.receipt_no]


def test_filters_stay_in_the_address_and_pages_keep_them(house: House, clerk: Client) -> None:
    cases = [house.case() for _ in range(23)]
    triage.take(cases[0].pk, by=by(house.clerk))
    first = page(clerk, whose="none", size="20")
    following = re.search(r'rel="next" href="\?([^"]+)"', first)
    assert following
    assert "whose=none" in following[1]
    second = clerk.get(reverse("staff:queue") + "?" + following[1].replace("&amp;", "&")).content.decode()
    assert not set(numbers(first)) & set(numbers(second))
    assert len(numbers(first)) + len(numbers(second)) == 22
    assert 'name="back" value="whose=none"' in second


@pytest.mark.parametrize(
    "typed",
    [
        "みほん はなこ",
        "ﾐﾎﾝﾊﾅｺ",
        "ミホン　ハナコ",
        "見本花子",
        "見本 花",
        "0430007788",
        "０４３－０００－７７８８",
        "7788",
        "物忘れ",
        "夜中に",
    ],
)
def test_search_finds_names_readings_telephones_and_words_in_any_width(
    house: House, clerk: Client, typed: str
) -> None:
    person = Person(name="見本 花子", kana="ミホン　ハナコ", phone="043-000-7788")
    case = house.case("母の物忘れ", body="夜中に出ていく", consulter=person)
    house.case("ほかの相談", consulter=Person(name="別人", kana="ベツジン", phone="03-0000-0000"))
    assert numbers(page(clerk, q=typed)) == [case.receipt_no]


def test_search_by_number_in_any_form(house: House, clerk: Client) -> None:
    case, other = house.case(), house.case()
    for typed in (case.receipt_no, case.receipt_no.lower().replace("-", ""), case.receipt_no[:6]):
        assert case.receipt_no in numbers(page(clerk, q=typed))
    assert other.receipt_no not in numbers(page(clerk, q=case.receipt_no))


@pytest.mark.parametrize("typed", ["S", "S-", "s-2", "Ｓ－２"])
def test_too_little_of_a_number_is_told_how_much_is_needed(house: House, clerk: Client, typed: str) -> None:
    case = house.case("見本")
    html = page(clerk, q=typed)
    assert numbers(html) == []
    assert "受付番号は、はじめの3文字から（例：S-2A）さがせます。" in html
    begun = page(clerk, q=case.receipt_no[:4])
    assert numbers(begun) == [case.receipt_no]
    assert "さがせます。" not in page(clerk, q="どこにもないことば")


def test_search_stays_within_what_one_may_see(house: House, clerk: Client) -> None:
    foreign = make_house("wakaba").case("秘密のことば")
    html = page(clerk, q="秘密のことば", show="all")
    assert foreign.receipt_no not in html
    assert "この条件の相談はありません" in html


def test_odd_input_breaks_nothing(house: House, clerk: Client) -> None:
    house.case()
    for query in (
        {"field": "x"},
        {"ward": "999999999999999999999"},
        {"q": "\0%_'\"<b>"},
        {"after": "zzz"},
        {"q": "あ" * 9000},
    ):
        page(clerk, **query)


def test_tab_counts_equal_their_lists(house: House, clerk: Client) -> None:
    taken(house)
    house.case()
    make_house("wakaba").case()
    html = page(clerk)
    for query, count in re.findall(
        r'href="\?([^"]*)"[^>]*>[^<]*<span class="cw-tabs__count">(\d+)</span>', html
    ):
        listed = clerk.get(reverse("staff:queue") + "?" + query).content.decode()
        assert len(numbers(listed)) == int(count), query


def test_bulk_tells_each_row_and_offers_to_take_back(house: House, clerk: Client) -> None:
    free, gone = house.case(), house.case()
    triage.take(gone.pk, by=by(house.colleague))
    answer = clerk.post(
        reverse("staff:bulk"),
        {"case": [f"{free.pk}:0", f"{gone.pk}:0"], "office": house.section.pk, "back": "whose=none"},
        follow=True,
    )
    html = answer.content.decode()
    assert "1件を高齢障害支援課に振り分けました" in html
    assert f"{gone.receipt_no} は、この一覧を開いたあとに担当が変わりました" in html
    assert "whose=none" in answer.redirect_chain[-1][0]
    assert "取り戻す" in html
    clerk.post(reverse("staff:take_back"), {"number": free.receipt_no})
    assert fresh(free).desk_office == house.desk


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "印を付けてから"),
        ({"case": "1:0"}, "課を選んでから"),
        ({"case": "1:0", "office": "99999"}, "課を選んでから"),
    ],
)
def test_bulk_without_choice_says_what_to_do(
    house: House, clerk: Client, data: dict[str, str], said: str
) -> None:
    assert said in clerk.post(reverse("staff:bulk"), data, follow=True).content.decode()


def test_bulk_cannot_reach_foreign_cases_or_sections(house: House, clerk: Client) -> None:
    other = make_house("wakaba")
    foreign, own = other.case(), house.case()
    clerk.post(reverse("staff:bulk"), {"case": f"{foreign.pk}:0", "office": house.section.pk})
    clerk.post(reverse("staff:bulk"), {"case": f"{own.pk}:0", "office": other.section.pk})
    assert (fresh(foreign).desk_office, fresh(own).desk_office) == (other.desk, house.desk)


def test_csv_is_what_the_list_shows_without_formulas(house: House, clerk: Client) -> None:
    case = house.case("=HYPERLINK(1)")
    foreign = make_house("wakaba").case()
    response = clerk.get(reverse("staff:queue_csv"), {"whose": "none"})
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1][0] == case.receipt_no
    assert rows[1][5] == "'=HYPERLINK(1)"
    assert foreign.receipt_no not in content.decode()
    assert len(rows) == 2


def test_the_print_of_the_day_names_who_and_under_which_conditions(house: House, clerk: Client) -> None:
    case = house.case()
    html = clerk.get(reverse("staff:queue_print"), {"whose": "none"}).content.decode()
    assert case.receipt_no in html
    assert "取扱注意" in html
    assert "担当：担当なし" in html


def test_empty_states_say_what_to_do_first(house: House, clerk: Client) -> None:
    assert "窓口や電話の相談は" in page(clerk)
    assert "条件を減らすと" in page(clerk, whose="mine")


def test_others_have_no_queue(house: House, sign_in, resident_client: Client) -> None:
    from chiba_ward.directory.enums import Role
    from tests.factories import make_posting

    for role in (Role.PARTNER, Role.COORDINATOR, Role.AUDITOR):
        client = sign_in(make_posting(role).person)
        for name in ("staff:queue", "staff:queue_csv", "staff:queue_print"):
            assert client.get(reverse(name)).status_code == 404, (role, name)
    assert resident_client.get(reverse("staff:queue")).status_code == 404


def test_the_list_costs_at_most_eight_questions(house: House, clerk: Client) -> None:
    for _ in range(30):
        house.case(consulter=Person(name="甲"))
    page(clerk)
    with CaptureQueriesContext(connection) as asked:
        page(clerk, whose="none", size="20")
    assert len(asked) <= 8, [query["sql"][:140] for query in asked]


def test_my_work_costs_at_most_ten_questions_and_says_it_once(house: House, clerk: Client) -> None:
    cases = [house.case() for _ in range(7)]
    triage.set_urgency(cases[0].pk, by=by(house.clerk), level="U1")
    from consultations import work

    clerk.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as own:
        groups = {group.key: group for group in work.groups(by(house.clerk))}
    assert len(own) == 2
    assert groups["consultations.untaken"].count == 7
    assert len(groups["consultations.untaken"].items) == 5
    assert groups["consultations.untaken"].items[0].label == cases[0].receipt_no
