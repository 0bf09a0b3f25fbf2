"""The master tables in the hands of those who look after them."""

import datetime as dt
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.directory import initial, selectors
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import EmergencyNumber, Office, OfficeVersion, Post, Posting, Ward
from tests.kept import begin_with

pytestmark = pytest.mark.django_db
TABLES = ["area", "calendar", "emergencynumber", "office", "post", "postalcode", "posting", "town", "ward"]


class Page(HTMLParser):
    """The headings, and whatever the content security policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings, self.inline = 0, []  # type: ignore[var-annotated]  # filled below
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        self.headings += tag == "h1"
        if tag == "style" or "style" in names or any(name.startswith("on") for name in names):
            self.inline.append((tag, attrs))


@pytest.fixture(autouse=True)
def staff_site() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.directory.admin_urls"):
        yield


@pytest.fixture(autouse=True)
def rows() -> None:
    begin_with(initial.load)


@pytest.fixture
def keeper(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.SYSTEM_ADMIN)


@pytest.fixture
def posting() -> Posting:
    person = User.objects.create_user("mover@example.jp", name="異動 次郎(デモ)")
    post = Post.objects.get(office__code="wakaba-korei", is_head=True)
    return Posting.objects.create(person=person, post=post, starts_on=dt.date(2026, 4, 1))


def page_of(model: str, name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:directory_{model}_{name}", args=args)


def act(client: Client, model: str, action: str, rows: list[object], **answers: object) -> object:
    chosen = {"action": action, ACTION_CHECKBOX_NAME: [row.pk for row in rows]}  # type: ignore[attr-defined]  # models
    return client.post(page_of(model), {**chosen, **answers})


# --- every table


@pytest.mark.parametrize("model", TABLES)
def test_every_table_opens_with_one_heading_and_nothing_inline(model: str, keeper: Client) -> None:
    response = keeper.get(page_of(model), {"q": "若葉"} if model != "ward" else {})
    assert response.status_code == 200
    page = Page(response.content.decode())
    assert (page.headings, page.inline) == (1, [])


@pytest.mark.parametrize("model", TABLES)
def test_every_table_has_a_page_to_add_a_row(model: str, keeper: Client) -> None:
    response = keeper.get(page_of(model, "add"))
    assert response.status_code == 200
    assert Page(response.content.decode()).headings == 1


def test_the_list_of_offices_costs_the_same_for_a_ward_and_for_the_city(keeper: Client) -> None:
    def queries(**search: object) -> int:
        with CaptureQueriesContext(connection) as captured:
            keeper.get(page_of("office"), search)
        return len(captured)

    ward = Ward.objects.get(slug="wakaba")
    queries()  # content types and the like are read once
    assert queries(ward__id__exact=ward.pk) == queries(kind__exact="bureau") == queries()


def test_the_mark_is_shown_until_a_row_is_ticked_off(keeper: Client) -> None:
    assert "要確認</span>" in keeper.get(page_of("emergencynumber")).content.decode()
    rows = list(EmergencyNumber.objects.order_by("pk"))
    act(keeper, "emergencynumber", "mark_checked", rows)
    after = keeper.get(page_of("emergencynumber")).content.decode()
    assert "要確認</span>" not in after
    assert f"{timezone.localdate():%Y/%m/%d} 確認" in after
    assert not EmergencyNumber.objects.filter(needs_verification=True).exists()


@pytest.mark.parametrize(("choice", "number"), [("old", "0120-189-783"), ("never", "#8008")])
def test_numbers_are_found_by_the_age_of_their_last_check(choice: str, number: str, keeper: Client) -> None:
    shown = keeper.get(page_of("emergencynumber"), {"checked": choice}).content.decode()
    assert number in shown
    assert ("0120-189-783" in shown) != ("#8008" in shown)


def test_an_edited_number_shows_at_once(keeper: Client) -> None:
    assert selectors.emergency_numbers()[0].number == "110"
    row = EmergencyNumber.objects.get(code="police")
    fields = {"number": "110", "name": "警察(改)", "topics": "crime", "order": 10, "is_always_shown": "on"}
    response = keeper.post(page_of("emergencynumber", "change", row.pk), fields)
    assert response.status_code == 302
    assert selectors.emergency_numbers()[0].name == "警察(改)"


def test_an_office_opens_with_its_names_and_posts(keeper: Client) -> None:
    office = Office.objects.get(code="wakaba-chiiki")
    shown = keeper.get(page_of("office", "change", office.pk)).content.decode()
    assert "若葉区 地域振興課" in shown
    assert "若葉区 地域づくり支援課" in shown
    assert "地域担当" in shown


def test_a_wrong_span_in_the_form_is_a_message_and_not_an_error_page(keeper: Client) -> None:
    area = {"kind": "district", "name": "第1地区(デモ)", "valid_from": "2027-04-01", "valid_to": "2026-04-01"}
    inline = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    response = keeper.post(page_of("area", "add"), {**area, **inline})
    assert response.status_code == 200
    assert "終了日は開始日より後にしてください。" in response.content.decode()


# --- a section is renamed


def test_a_section_is_renamed_in_all_six_wards_at_once(keeper: Client) -> None:
    offices = list(Office.objects.filter(routing_code="KODOMO").order_by("code"))
    asked = act(keeper, "office", "rename", offices)
    assert "こども家庭課」の新しい名称" in asked.content.decode()  # type: ignore[attr-defined]  # a response
    assert Page(asked.content.decode()).headings == 1  # type: ignore[attr-defined]  # a response
    names = {f"name_{office.pk}": f"{office.ward.name} こども家庭センター" for office in offices}  # type: ignore[union-attr]  # sections have wards
    done = act(keeper, "office", "rename", offices, confirmed=1, on="R9.4.1", source="規則の改正", **names)
    assert done.status_code == 302  # type: ignore[attr-defined]  # a response
    for office in Office.objects.filter(routing_code="KODOMO").order_by("code"):
        assert office.name_on(dt.date(2027, 3, 31)).endswith("こども家庭課")
        assert office.name_on(dt.date(2027, 4, 1)).endswith("こども家庭センター")


def test_one_refused_rename_leaves_every_name_as_it_was(keeper: Client) -> None:
    offices = list(Office.objects.filter(routing_code="KODOMO").order_by("code"))
    offices[-1].versions.update(valid_from=dt.date(2028, 4, 1))
    before = OfficeVersion.objects.count()
    names = {f"name_{office.pk}": "新しい課" for office in offices}
    response = act(keeper, "office", "rename", offices, confirmed=1, on="2027/4/1", source="誤り", **names)
    assert response.status_code == 422  # type: ignore[attr-defined]  # a response
    assert "すでに入っています" in response.content.decode()  # type: ignore[attr-defined]  # a response
    assert OfficeVersion.objects.count() == before


def test_an_empty_answer_is_asked_for_again_and_nothing_typed_is_lost(keeper: Client) -> None:
    office = Office.objects.get(code="marugoto")
    typed = {f"name_{office.pk}": "福祉総合相談センター"}
    response = act(keeper, "office", "rename", [office], confirmed=1, on="", source="", **typed)
    assert response.status_code == 422  # type: ignore[attr-defined]  # a response
    assert 'value="福祉総合相談センター"' in response.content.decode()  # type: ignore[attr-defined]  # a response
    assert office.versions.count() == 1


# --- a person is moved


def test_a_person_is_moved_on_a_day(keeper: Client, posting: Posting) -> None:
    target = Post.objects.get(office__code="midori-korei", is_head=True)
    asked = act(keeper, "posting", "move", [posting])
    assert "異動 次郎(デモ)" in asked.content.decode()  # type: ignore[attr-defined]  # a response
    answers = {"on": "R9.4.1", f"to_{posting.pk}": target.pk}
    done = act(keeper, "posting", "move", [posting], confirmed=1, **answers)
    assert done.status_code == 302  # type: ignore[attr-defined]  # a response
    day = dt.date(2027, 4, 1)
    assert [row.post for row in posting.person.postings.active_on(day)] == [target]
    assert list(posting.person.postings.active_on(dt.date(2027, 3, 31))) == [posting]


def test_a_posting_is_never_deleted(keeper: Client, posting: Posting) -> None:
    assert keeper.post(page_of("posting", "delete", posting.pk), {"post": "yes"}).status_code == 404
    assert Posting.objects.filter(pk=posting.pk).exists()


def test_a_post_shows_who_sits_in_it_today(keeper: Client, posting: Posting) -> None:
    shown = keeper.get(page_of("post"), {"q": "若葉区 高齢障害支援課"}).content.decode()
    assert "異動 次郎(デモ)" in shown
    assert "空席" in shown


# --- who


@pytest.mark.parametrize("role", [Role.SECTION, Role.RECEPTION, Role.COORDINATOR, Role.ABUSE_TEAM])
def test_other_staff_do_not_open_the_tables(role: Role, as_role: Callable[..., Client]) -> None:
    client = as_role(role)
    assert {client.get(page_of(model)).status_code for model in TABLES} == {404}


def test_an_auditor_reads_and_changes_nothing(as_role: Callable[..., Client]) -> None:
    auditor = as_role(Role.AUDITOR)
    office = Office.objects.get(code="marugoto")
    assert auditor.get(page_of("office")).status_code == 200
    names = {f"name_{office.pk}": "別の名称"}
    act(auditor, "office", "rename", [office], confirmed=1, on="R9.4.1", source="越権", **names)
    assert office.versions.get().name == "福祉まるごとサポートセンター"
    assert auditor.get(page_of("office", "add")).status_code == 404


def test_nothing_is_deleted_in_bulk(keeper: Client) -> None:
    rows = list(EmergencyNumber.objects.order_by("pk"))
    act(keeper, "emergencynumber", "delete_selected", rows, post="yes")
    assert EmergencyNumber.objects.count() == len(rows)
