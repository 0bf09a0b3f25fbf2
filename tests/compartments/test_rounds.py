"""What the portal does by itself goes on for sealed matters: nothing they owe is forgotten, nothing they own is deleted."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint, WebhookHost
from chiba_ward.api.services import webhooks
from chiba_ward.casework import attachments, drafts, reconciliation, steps
from chiba_ward.casework.models import Attachment, Deadline, DeadlineStep, Draft, Matter
from chiba_ward.compartments import seats
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import CompartmentSeat
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory import succession
from chiba_ward.directory.enums import Role
from chiba_ward.directory.services import abolish_office
from chiba_ward.documents import services as documents
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document
from chiba_ward.outbox import publishing
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.sealed import stores
from consultations.models import Consultation
from consultations.services import triage
from tests.casework.support import picture
from tests.compartments import walls
from tests.consultations.staff_support import House, by, make_house
from tests.factories import make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def test_the_sweep_hands_on_what_a_sealed_matter_owes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case, handed = house.case(), []
    room = walls.enclose(case.matter)
    long_ago = timezone.now() - dt.timedelta(hours=1)
    with compartments.opened((room.pk,), reason="a test"):
        OutboxEntry.objects.all().delete()
        when = {"created_at": long_ago, "available_at": long_ago}
        entry = OutboxEntry.objects.create(kind="x", key="x", matter=case.matter, **when)
    monkeypatch.setattr(publishing, "publish", lambda *found: bool(handed.append(found)) or True)
    assert outbox.sweep() == 1
    assert handed == [(entry.pk, room.pk)]  # ids alone


def test_deadlines_of_a_sealed_matter_are_kept(house: House) -> None:
    case = house.case()
    room = walls.enclose(case.matter)
    assert steps.fire_due_steps(timezone.now() + dt.timedelta(days=60))["fired"] > 0
    with compartments.opened((room.pk,), reason="a test"):
        fired = DeadlineStep.objects.filter(deadline__matter=case.pk, fired_at__isnull=False)
        assert fired.exists()


def test_files_of_a_sealed_matter_are_no_litter(house: House, media: Path) -> None:
    case = house.case()
    file = attachments.attach(case.matter, picture(), SYSTEM)
    two_days_ago = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(default_storage.path(file.blob.name), (two_days_ago, two_days_ago))
    walls.enclose(case.matter)
    report = reconciliation.reconcile()
    assert (report.rows, report.orphans, report.missing) == (1, 0, 0)
    assert reconciliation.nightly() is not None
    assert default_storage.exists(file.blob.name)
    Path(default_storage.path(file.blob.name)).unlink()
    assert reconciliation.reconcile(deep=()).missing == 1


def test_a_lost_file_of_a_sealed_matter_is_given_up_where_it_lies(house: House, media: Path) -> None:
    case = house.case()
    file = attachments.attach(case.matter, picture(), SYSTEM)
    attachments.attach(house.case().matter, picture(), SYSTEM)
    room = walls.enclose(case.matter)
    Path(default_storage.path(file.blob.name)).unlink()
    assert reconciliation.reconcile(repair=True).repaired == 1
    with compartments.opened((room.pk,), reason="a test"):
        assert Attachment.objects.get(pk=file.pk).state == "lost"
        assert case.matter.timeline.filter(kind="file.lost").exists()


def test_drafts_of_a_sealed_matter_go_with_their_time(house: House, media: Path) -> None:
    case = house.case()
    draft = Draft.objects.create(
        kind="consultation", matter=case.matter, expires_at=timezone.now() + dt.timedelta(hours=1)
    )
    walls.enclose(case.matter)
    assert drafts.purge(timezone.now() + dt.timedelta(days=1)) == 1
    assert draft.pk


def test_documents_of_a_sealed_matter_are_made(house: House, media: Path) -> None:
    case = house.case()
    room = walls.enclose(case.matter, house.clerk)
    long_ago = timezone.now() - dt.timedelta(hours=2)
    with compartments.opened((room.pk,), reason="a test"):
        document = Document.objects.create(
            kind="consultation_receipt", matter=case.matter, created_at=long_ago
        )
    assert documents.reconcile().silent == 1
    with compartments.opened((room.pk,), reason="a test"):
        assert OutboxEntry.objects.get(key__startswith=f"document:{document.pk}").matter_id == case.pk
    assert documents.make(str(document.pk)) == "skipped"  # without its compartment there is none
    with compartments.opened((room.pk,), reason="a test"):
        assert Document.objects.get(pk=document.pk).state == DocumentState.QUEUED


def test_a_new_key_seals_what_is_enclosed(house: House, settings: Any) -> None:
    case = house.case("母のこと")
    room = walls.enclose(case.matter)
    rows = next(store for store in stores.all_stores() if store.label == "consultations_consultation")
    assert sum(use.count for use in rows.uses()) > 0  # counted although nothing is open
    settings.PORTAL_SEAL_KEYS = f"next:{'0b' * 32},{settings.PORTAL_SEAL_KEYS}"
    assert rows.stale("") == 1
    assert sum(batch.resealed for batch in rows.reseal("", 10)) == 1
    assert {use.key_id for use in rows.uses()} == {"next"}
    with compartments.opened((room.pk,), reason="a test"):
        assert Consultation.objects.get(pk=case.pk).chief_concern == "母のこと"


def test_when_an_office_is_no_more_its_heir_has_work_and_seat(house: House) -> None:
    case = house.case()
    triage.assign(case.pk, by=by(house.clerk), office=house.section)
    room = walls.enclose(case.matter)
    seats.admit_role(room, house.section, Role.SECTION, by=SYSTEM, reason=walls.WHY)
    heir = make_office("高齢支援課", ward=house.ward)
    abolish_office(house.section, heir, timezone.localdate())
    with compartments.opened((room.pk,), reason="a test"):
        assert Consultation.objects.get(pk=case.pk).desk_office_id == heir.pk
        assert set(Deadline.objects.running().values_list("office", flat=True)) <= {heir.pk, house.desk.pk}
    sitting = CompartmentSeat.objects.filter(ends_at__isnull=True)
    assert list(sitting.values_list("office", "role")) == [(heir.pk, Role.SECTION)]
    assert succession.take_over_all() == 0


def test_a_system_hears_of_it_only_under_a_seat(house: House) -> None:
    WebhookHost.objects.create(host="rpa.example.lg.jp")
    for posting in (house.clerk, house.colleague):
        WebhookEndpoint.objects.create(
            posting=posting,
            name="x",
            url="https://rpa.example.lg.jp/",
            kinds=["consultation.note"],
            created_by=posting,
        )
    case = house.case()
    room = walls.enclose(case.matter, house.clerk)
    with compartments.opened((room.pk,), reason="a test"):
        triage.add_note(case.pk, by=by(house.clerk), text="記録")
        entry = case.matter.timeline.order_by("-pk")[0]
        webhooks.fan_out(entry.pk)
        told = WebhookDelivery.objects.values_list("endpoint__posting", flat=True)
        assert set(told) <= {house.clerk.pk}
    assert WebhookDelivery.objects.count() == 0


def test_a_bounce_finds_its_mail(house: House) -> None:
    from chiba_ward.correspondence import notices, trouble

    case = house.case()
    notices.tell_posting(case.matter, house.clerk, "escalation.assigned")
    Delivery.objects.filter(medium="email").update(message_id="<x@example.test>", state="sent")
    room = walls.enclose(case.matter)
    assert trouble.mark_bounced("<x@example.test>")
    with compartments.opened((room.pk,), reason="a test"):
        assert Delivery.objects.get(medium="email").state == "bounced"
        assert Matter.objects.count() == 1
