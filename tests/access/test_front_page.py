"""「今日の仕事」, the admin's own door and what of the master data each role sees."""

import datetime as dt

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import ways_in
from chiba_ward.access.models import User
from chiba_ward.access.site import portal_admin
from chiba_ward.casework import my_work
from chiba_ward.directory.enums import Role
from tests.conftest import SignIn
from tests.factories import make_posting, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> None:
    item = my_work.WorkItem("S-7K4M-92QF", "/x/", due_at=timezone.now() + dt.timedelta(hours=1), note="緑区")
    groups = [
        my_work.WorkGroup("calls", "電話する相手", (), 0, "/calls/", order=20, empty="ありません。"),
        my_work.WorkGroup("taken", "受け取りを待つ相談", (item,), 3, "/queue/?state=received", order=10),
    ]
    monkeypatch.setattr(my_work, "_providers", [lambda actor: groups])


def test_work_comes_first_with_counts_that_are_links(as_role: SignIn, work: None) -> None:
    page = as_role(Role.RECEPTION).get(reverse("admin:index"))
    text = page.content.decode()
    assert "<h1>今日の仕事</h1>" in text
    assert text.count("<h1") == 1
    assert 'href="/queue/?state=received"' in text
    assert "3件" in text
    assert text.index("受け取りを待つ相談") < text.index("片付いているもの") < text.index("電話する相手")


def test_nothing_to_do_is_said(as_role: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(my_work, "_providers", [])
    text = as_role(Role.RECEPTION).get(reverse("admin:index")).content.decode()
    assert "待っている仕事はありません" in text


def test_no_inline_script_or_style_and_a_policy_in_the_header(as_role: SignIn, work: None) -> None:
    page = as_role(Role.SYSTEM_ADMIN).get(reverse("admin:index"))
    assert "script-src 'self'; " in page["Content-Security-Policy"] + "; "
    assert " style=" not in page.content.decode()


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.SYSTEM_ADMIN, True), (Role.AUDITOR, True), (Role.RECEPTION, False)]
)
def test_accounts_are_master_data_of_the_system_office(as_role: SignIn, role: Role, sees: bool) -> None:
    client = as_role(role)
    address = reverse("admin:access_user_changelist")
    assert (address in client.get(reverse("admin:index")).content.decode()) is sees
    assert client.get(address).status_code == (200 if sees else 404)


def test_no_hash_and_no_resident_in_the_list_of_accounts(as_role: SignIn, resident: User) -> None:
    client = as_role(Role.SYSTEM_ADMIN)
    colleague = make_posting(Role.SECTION).person
    pages = [
        client.get(reverse("admin:access_user_changelist")).content.decode(),
        client.get(reverse("admin:access_user_change", args=[colleague.pk])).content.decode(),
    ]
    assert colleague.email in pages[0]
    assert resident.email not in pages[0]
    for page in pages:
        assert colleague.password not in page
        assert "md5$" not in page
    assert client.get(reverse("admin:access_user_change", args=[resident.pk])).status_code == 302


def test_a_new_account_has_no_password_and_no_right(as_role: SignIn) -> None:
    client = as_role(Role.SYSTEM_ADMIN)
    fields = {"email": "new@example.test", "name": "試験 次郎", "kana": "シケン ジロウ", "is_active": "on"}
    assert client.post(reverse("admin:access_user_add"), fields).status_code == 302
    made = User.objects.get(email="new@example.test")
    assert not made.has_usable_password()
    assert not made.postings.exists()


def test_the_auditor_reads_only(as_role: SignIn) -> None:
    client = as_role(Role.AUDITOR)
    person = make_posting(Role.SECTION).person
    change = reverse("admin:access_user_change", args=[person.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"email": "x@example.test", "name": "x"}).status_code == 404
    assert client.get(reverse("admin:access_user_add")).status_code == 404
    assert (
        client.post(reverse("admin:access_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 404
    )


def test_nobody_switches_themselves_off_or_on(as_role: SignIn) -> None:
    client = as_role(Role.SYSTEM_ADMIN)
    own = int(client.session["_auth_user_id"])
    page = client.get(reverse("admin:access_user_change", args=[own])).content.decode()
    assert 'name="is_active"' not in page


def test_admins_of_libraries_are_not_on_the_site() -> None:
    for model, model_admin in portal_admin._registry.items():
        assert model_admin.__class__.has_view_permission is not admin.ModelAdmin.has_view_permission, model


def test_the_sign_in_of_the_admin_never_leads_elsewhere(client: Client, as_role: SignIn) -> None:
    wicked = {"next": "https://example.com/"}
    assert "example.com" not in client.get(reverse("admin:login"), wicked)["Location"]
    assert as_role(Role.RECEPTION).get(reverse("admin:login"), wicked)["Location"] == reverse("admin:index")


def test_a_link_to_a_face_that_is_not_served_is_left_out() -> None:
    assert ways_in.address_of("nowhere:index") == ""


def test_demo_door_lists_and_opens(client: Client) -> None:
    demo = make_posting(Role.RECEPTION, person=make_user(name="見本 花子", is_demo=True)).person
    real = make_posting(Role.RECEPTION).person
    page = client.get(reverse("access:demo_sign_in")).content.decode()
    assert "見本 花子" in page
    assert real.name not in page
    assert client.post(reverse("access:demo_sign_in"), {"user": real.pk}).status_code == 404
    assert client.post(reverse("access:demo_sign_in"), {"user": "x"}).status_code == 404
    assert client.post(reverse("access:demo_sign_in"), {"user": demo.pk}, follow=True).status_code == 200
    assert client.get(reverse("admin:index")).status_code == 200


def test_demo_mark_means_nothing_outside_the_demo(client: Client, settings: object) -> None:
    demo = make_posting(Role.RECEPTION, person=make_user(is_demo=True)).person
    client.post(reverse("access:demo_sign_in"), {"user": demo.pk})
    settings.PORTAL_DEMO = False  # type: ignore[attr-defined]  # fixture
    assert client.get(reverse("admin:index"))["Location"].startswith(reverse("access:second_factor"))
    assert client.post(reverse("access:demo_sign_in"), {"user": demo.pk}).status_code in (302, 404)
