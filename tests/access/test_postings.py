"""Rights come from today's posting and from nothing else (ASSURANCE AT7, AC12; DESIGN §2 rule 8)."""

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.decorators import actor_required, partner_required, resident_required, staff_required
from chiba_ward.access.duties import PostedBackend, duties_of, user_with_duties
from chiba_ward.access.models import User
from chiba_ward.access.policy import allows
from chiba_ward.access.policy.loading import ADMIN_DOORS, current
from chiba_ward.access.views import first_page
from chiba_ward.directory.enums import PARTNER_ROLES, STAFF_ROLES, Role
from chiba_ward.directory.models import Posting
from tests.conftest import SignIn
from tests.factories import days_from_now, make_office, make_posting, make_ward

pytestmark = pytest.mark.django_db


def test_the_last_day_closes_the_door_on_the_next_request(sign_in: SignIn, time_machine: object) -> None:
    posting = make_posting(Role.SECTION, ends_on=days_from_now(1))
    client = sign_in(posting.person)
    assert client.get(reverse("admin:index")).status_code == 200
    Posting.objects.update(ends_on=days_from_now(0))
    assert client.get(reverse("admin:index"), follow=True).status_code == 404


def test_midnight_takes_the_right_away(sign_in: SignIn, time_machine: object) -> None:
    import datetime as dt
    from zoneinfo import ZoneInfo

    tokyo = ZoneInfo("Asia/Tokyo")
    time_machine.move_to(dt.datetime(2027, 3, 31, 23, 55, tzinfo=tokyo), tick=False)  # type: ignore[attr-defined]  # fixture
    client = sign_in(make_posting(Role.SECTION, ends_on=dt.date(2027, 4, 1)).person)
    assert client.get(reverse("admin:index")).status_code == 200
    time_machine.move_to(dt.datetime(2027, 4, 1, 0, 0, tzinfo=tokyo), tick=False)  # type: ignore[attr-defined]  # fixture
    assert client.get(reverse("admin:index"), follow=True).status_code == 404


def test_a_posting_of_tomorrow_gives_nothing_today(sign_in: SignIn) -> None:
    client = sign_in(make_posting(Role.SECTION, starts_on=days_from_now(1)).person)
    assert client.get(reverse("admin:index"), follow=True).status_code == 404


def test_whoever_has_two_acts_under_one_and_chooses(sign_in: SignIn) -> None:
    green, central = make_ward("midori"), make_ward("chuo", name="中央区")
    first = make_posting(Role.RECEPTION, office=make_office("緑区 受付", ward=green))
    second = make_posting(
        Role.SECTION,
        person=first.person,
        office=make_office("中央区 市民課", ward=central),
        kind="concurrent",
    )
    client = sign_in(first.person)

    def acting() -> Actor:
        response = client.get(reverse("admin:index"))
        found: Actor = response.context["actor"]
        return found

    assert (acting().posting, acting().ward_id) == (second, central.pk)  # 兼務 sorts before 本務
    client.post(reverse("access:switch_posting"), {"posting": first.pk})
    assert (acting().posting, acting().ward_id, acting().role) == (first, green.pk, Role.RECEPTION)
    assert set(acting().postings) == {first, second}


@pytest.mark.parametrize("value", ["", "x", "999999", "-1"])
def test_nobody_chooses_a_posting_of_another(sign_in: SignIn, value: str) -> None:
    mine, foreign = make_posting(Role.RECEPTION), make_posting(Role.SYSTEM_ADMIN)
    client = sign_in(mine.person)
    for chosen in (value, str(foreign.pk)):
        client.post(reverse("access:switch_posting"), {"posting": chosen})
        assert client.get(reverse("admin:index")).context["actor"].posting == mine


def test_switching_is_not_a_get(as_role: SignIn) -> None:
    assert as_role(Role.RECEPTION).get(reverse("access:switch_posting")).status_code == 405


@pytest.mark.parametrize(
    ("role", "page"),
    [(Role.RECEPTION, "admin:index"), (Role.COORDINATOR, "progress:index"), (Role.PARTNER, "partner:inbox")],
)
def test_first_page_of_each_face(as_role: SignIn, role: Role, page: str) -> None:
    assert as_role(role).get(reverse("home_after_login"))["Location"] == reverse(page)


def test_a_resident_lands_on_the_citizens_side(resident: User) -> None:
    assert not first_page(actor_of(resident)).startswith("/admin")


def test_the_account_and_the_actor_cost_one_query(sign_in: SignIn) -> None:
    client = sign_in(make_posting(Role.SYSTEM_ADMIN).person)
    client.get(reverse("access:second_factor"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse("home_after_login"))
    asked = [query["sql"] for query in queries if "directory_" in query["sql"]]
    assert len(asked) == 1, asked
    assert len(queries) == 2, "the session; the account with its postings"


@pytest.mark.parametrize("role", sorted(STAFF_ROLES | PARTNER_ROLES))
def test_only_staff_open_the_staff_side(as_role: SignIn, role: Role) -> None:
    status = as_role(role).get(reverse("admin:index"), follow=True).status_code
    assert status == (200 if role in STAFF_ROLES else 404)


def test_a_resident_finds_no_staff_side(resident_client: Client) -> None:
    assert resident_client.get(reverse("admin:index"), follow=True).status_code == 404


def test_a_superuser_flag_opens_nothing(resident: User, resident_client: Client) -> None:
    User.objects.filter(pk=resident.pk).update(is_superuser=True)
    assert resident_client.get(reverse("admin:index"), follow=True).status_code == 404


@pytest.mark.parametrize(
    ("guard", "welcome"),
    [
        (staff_required, Role.SECTION),
        (partner_required, Role.PARTNER),
        (actor_required(lambda actor: actor.role == Role.AUDITOR), Role.AUDITOR),
    ],
)
def test_guards_answer_404(guard: object, welcome: Role, resident: User) -> None:
    from django.http import HttpResponse

    view = guard(lambda request: HttpResponse("in"))  # type: ignore[operator]  # parametrized
    request = RequestFactory().get("/")
    request.actor = actor_of(resident)  # type: ignore[attr-defined]  # what the middleware sets
    with pytest.raises(Http404):
        view(request)
    posting = make_posting(welcome)
    request.actor = actor_of(posting.person, posting)  # type: ignore[attr-defined]  # see above
    assert view(request).content == b"in"
    with pytest.raises(Http404):
        resident_required(lambda request: HttpResponse("in"))(request)


TABLES = [one.name for one in current().objects.values() if "delete" in one.rights]


@pytest.mark.parametrize("table", TABLES)
def test_master_data_is_denied_by_default(table: str) -> None:
    assert not any(allows(Actor(), f"{table}.{act}") for act in ADMIN_DOORS)
    assert not allows(actor_of(None, make_posting(Role.RECEPTION)), f"{table}.view")
    auditor = actor_of(None, make_posting(Role.AUDITOR))
    assert allows(auditor, f"{table}.view")
    assert not any(allows(auditor, f"{table}.{act}") for act in ("add", "change", "delete"))


def test_a_head_words_texts_and_nobody_deletes_people() -> None:
    head = actor_of(None, make_posting(Role.SECTION, is_head=True))
    assert allows(head, "notice_text.change")
    assert not allows(actor_of(None, make_posting(Role.SECTION)), "notice_text.change")
    assert not allows(head, "master.change")
    assert not allows(actor_of(None, make_posting(Role.SYSTEM_ADMIN)), "people.delete")


def test_the_plain_statement_of_duties_finds_what_the_queryset_finds() -> None:
    """Every column of posting, post, office and ward, in the order of the switch; nothing else is asked."""
    posting = make_posting(Role.SECTION, office=make_office("緑区 受付", ward=make_ward("midori")))
    person = posting.person
    make_posting(Role.PARTNER, person=person, kind="concurrent")  # an agency of no ward
    make_posting(Role.SECTION, person=person, starts_on=days_from_now(1))
    make_posting(Role.SECTION, person=person, ends_on=days_from_now(0))
    make_posting(Role.SECTION)
    expected = list(person.postings.active_on().with_duty().order_by("kind", "id"))
    with CaptureQueriesContext(connection) as queries:
        found = duties_of(user_with_duties(person.pk) or person)
    assert len(queries) == 1
    assert [str(one) for one in found] == [str(one) for one in expected]
    assert found == duties_of(person)
    for one, other in zip(found, expected, strict=True):
        pairs = [(one, other), (one.post, other.post), (one.post.office, other.post.office)]
        pairs += [(one.post.office.ward, other.post.office.ward)] if other.post.office.ward else []
        for row, same in pairs:
            names = [field.attname for field in row._meta.concrete_fields]
            assert [getattr(row, name) for name in names] == [getattr(same, name) for name in names]
        assert (one.person, one.post.office.ward) == (person, other.post.office.ward)


def test_an_account_without_postings_or_switched_off(resident: User) -> None:
    found = user_with_duties(resident.pk)
    assert found is not None
    names = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(resident, name) for name in names]
    assert duties_of(found) == ()
    assert PostedBackend().get_user(resident.pk) == resident
    User.objects.filter(pk=resident.pk).update(is_active=False)
    assert PostedBackend().get_user(resident.pk) is None
    assert PostedBackend().get_user(0) is None
