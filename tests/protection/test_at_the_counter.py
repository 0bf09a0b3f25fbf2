"""Ticked while typing for a person: enclosed in the transaction that receives it (DOMAIN §9 R2)."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from chiba_ward.access import initial as retention_rows
from chiba_ward.casework.models import Draft
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Ward
from chiba_ward.outbox import services as outbox
from consultations.models import Consultation
from consultations.protection import initial as desk_rows
from consultations.protection.models import AbuseNotification, Notifier
from tests.compartments.walls import counted
from tests.consultations.citizen_support import make_city, words
from tests.consultations.test_entry import received, typed
from tests.factories import make_office, make_posting
from tests.protection.support import inside

pytestmark = pytest.mark.django_db
WIFE = {
    "consultant_kind": "self",
    "relation": "",
    "chief_concern": "家族のこと",
    "body": "首を絞められました。",
}


@pytest.fixture
def wakaba(tmp_path: Any, settings: Any) -> Ward:
    settings.MEDIA_ROOT = tmp_path / "media"
    make_city()
    retention_rows.load()
    ward = Ward.objects.get(slug="wakaba")
    section = make_office("若葉区 こども家庭課", ward=ward, routing_code="KODOMO")
    make_posting(Role.ABUSE_TEAM, office=section)
    desk_rows.load()
    return ward


@pytest.fixture
def counter(wakaba: Ward, sign_in: Any) -> Client:
    desk = Office.objects.get(ward=wakaba, is_triage_desk=True)
    client: Client = sign_in(make_posting(Role.RECEPTION, office=desk).person)
    return client


def test_enclosed_as_it_is_received(counter: Client) -> None:
    """S6 at the counter: no passphrase, no words, no mail; a second press leads to the same page."""
    draft = typed(
        counter,
        {"channel": "telephone"},
        story=WIFE,
        contact={"preferred": "email", "email": "w@example.test"},
    )
    response = received(counter, draft, protect=["dv", "abuse_child"])
    number = str(response["Location"]).rstrip("/").rsplit("/", 1)[1]
    assert response["Location"].startswith("/admin/protection/left/")
    page = words(counter.get(response["Location"]))
    assert number in page
    assert "首を絞め" not in page
    assert "合言葉" not in page
    assert received(counter, draft, protect=["dv"])["Location"] == response["Location"]
    assert not Consultation.objects.exists()
    assert counted("casework_draft") == 0
    assert counter.get(f"/admin/consultations/case/{number}/").status_code == 404
    with inside():
        notice = AbuseNotification.objects.get()
        assert notice.kinds == ["abuse_child", "dv"]
        assert notice.consultation.flags == ["abuse_child", "dv"]
        assert not Notifier.objects.exists()  # she speaks for herself
        assert Draft.objects.get().data == {}
    outbox.run_pending_now()
    assert [message.to for message in mail.outbox if "w@example.test" in message.to] == []


def test_without_a_section_nothing_is_received(counter: Client) -> None:
    """One transaction: what cannot be enclosed is not received either, and everything typed is still there."""
    from consultations.protection.models import ProtectedDesk

    ProtectedDesk.objects.all().delete()
    draft = typed(counter, {"channel": "telephone"}, story=WIFE)
    response = received(counter, draft, protect=["dv"])
    assert response.status_code == 422
    assert "登録されていません" in words(response)
    assert not Consultation.objects.exists()
    assert received(counter, draft).status_code == 200
    assert Consultation.objects.count() == 1
