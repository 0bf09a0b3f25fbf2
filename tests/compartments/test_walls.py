"""The second wall stands in front of every table that reaches a matter (ADR 0019, ASSURANCE AC4)."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from chiba_ward.access.actor import actor_of
from chiba_ward.access.models import ReadLogEntry
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint
from chiba_ward.casework.models import Draft, DraftFile, SearchTerms
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.models import BreakGlass
from chiba_ward.correspondence.enums import CallResult
from chiba_ward.correspondence.models import CallAttempt, Delivery
from chiba_ward.directory.models import Posting
from chiba_ward.disclosure import services as disclosure
from chiba_ward.outbox.models import OutboxEntry
from consultations.models import CaseLink, Consultation, Referral, ReferralQuestion
from consultations.protection.models import AbuseNotification, Alarm, Notifier, SafetyCheck
from tests.compartments import walls

# Models that name matters otherwise than by a key, each with the reason why there is no wall.
NAMED_OTHERWISE = {
    Alarm: "what 総務課 is told of a matter that it must not know: its number, and the section to ring (ADR 0020)",
    BreakGlass: "the id of the matter that somebody opened in an emergency: reviewed by those who have no seat",
    ReadLogEntry: "ids alone, in a chain of hashes that auditors read whole; nothing of a matter can be read in it",
}


def facts() -> dict[str, tuple[bool, bool, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
                   (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polpermissive)
            FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
            """
        )
        return {name: tuple(rest) for name, *rest in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_that_reaches_a_matter_has_a_forced_policy() -> None:
    found = facts()
    tables = [model._meta.db_table for model in walls.reaching()]
    assert len(tables) >= 30
    assert [table for table in tables if found[table][:2] != (True, True)] == []
    assert [table for table in tables if found[table][3] != 1] == []  # two would be joined by "or"


@pytest.mark.django_db
def test_only_those_tables_have_one() -> None:
    """A policy on anything else would hide what nobody looks for."""
    tables = {model._meta.db_table for model in walls.reaching()}
    assert {name for name, fact in facts().items() if fact[0]} == tables


def test_the_walk_finds_tables_at_any_distance() -> None:
    labels = {model._meta.label for model in walls.reaching()}
    assert {
        "casework.Matter",
        "casework.SearchTerms",
        "casework.OutsideDutyReason",
        "correspondence.CallAttempt",
        "consultations.ConsentGrantEvent",
        "consultations.Consultation_fields",
        "api.WebhookDelivery",
        "outbox.OutboxEntry",
        "documents.Document",
    } <= labels
    assert "directory.Office" not in labels


def test_what_names_a_matter_without_a_key_is_reviewed() -> None:
    walled = set(walls.reaching())
    named = {
        model
        for model in apps.get_models()
        if model not in walled
        and not model._meta.proxy
        and any(field.name.startswith(("matter", "receipt_no")) for field in model._meta.fields)
    }
    assert named == set(NAMED_OTHERWISE)


@pytest.mark.django_db
def test_the_portal_walks_through_no_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        name, *might = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_roles WHERE pg_has_role(current_user, oid, 'member')")
        (roles,) = cursor.fetchone()
    assert might == [False, False, False]
    assert roles == 1  # of nobody but itself, so not of the owner either
    assert name not in {fact[2] for fact in facts().values()}


def test_raw_sql_finds_nothing_of_what_is_enclosed(demo_city: None) -> None:
    """In no table, and neither by reading nor by writing; with the compartment open everything is there."""
    _one_of_each()
    before = {model._meta.db_table: walls.counted(model._meta.db_table) for model in walls.reaching()}
    room = walls.compartment()
    with compartments.opened((room.pk,), reason="a test"), connection.cursor() as cursor:
        cursor.execute("UPDATE casework_matter SET compartment_id = %s", [room.pk])
        inside = {table: walls.counted(table) for table in before}
    absent = SearchTerms._meta.db_table
    assert [table for table, count in before.items() if not count] == []
    assert {table: inside[table] for table in before if table != absent} == {
        table: count for table, count in before.items() if table != absent
    }
    assert inside[absent] == 0

    # A row may belong to no matter at all; what is left must be of that kind.
    loose = {
        "outbox_outboxentry": "matter_id",
        "documents_document": "matter_id",
        "casework_draft": "matter_id",
    }
    loose |= {"api_webhookdelivery": "entry_id", "disclosure_heldperson": "matter_id"}
    for table in before:
        if table in loose:
            assert walls.counted(table, f"{loose[table]} IS NOT NULL") == 0, table
        elif table not in ("casework_draftfile", "disclosure_holdline"):
            assert walls.counted(table) == 0, table
    assert walls.counted("casework_draftfile", "draft_id NOT IN (SELECT id FROM casework_draft)") == 0
    unseen = "person_id NOT IN (SELECT hold_id FROM disclosure_heldperson)"
    assert walls.counted("disclosure_holdline", unseen) == 0
    with connection.cursor() as cursor:
        for statement in ("UPDATE casework_matter SET kind = 'x'", "DELETE FROM casework_matter"):
            cursor.execute(statement)
            assert cursor.rowcount == 0


def _one_of_each() -> None:
    """What the demo city lacks, so that every table has a row of a matter."""
    case, other = Consultation.objects.order_by("pk")[:2]
    posting, soon = Posting.objects.order_by("pk")[0], timezone.now() + dt.timedelta(days=1)
    CaseLink.objects.create(earlier=case, later=other, posting=posting)
    draft = Draft.objects.create(kind="consultation", matter=case.matter, expires_at=soon)
    DraftFile.objects.create(draft=draft, blob="ab/cd", size=3, sha256="0" * 64)
    ReferralQuestion.objects.create(referral=Referral.objects.order_by("pk")[0], question="試験")
    delivery = Delivery.objects.order_by("pk")[0]
    CallAttempt.objects.create(delivery=delivery, posting=posting, result=CallResult.values[0])
    disclosure.hold_for(case.matter, by=actor_of(posting.person, posting))
    OutboxEntry.objects.create(kind="test", key="of a matter", matter=case.matter)
    endpoint = WebhookEndpoint.objects.order_by("pk")[0]
    notice = AbuseNotification.objects.create(
        consultation=case, kinds=["dv"], received_at=timezone.now(), confirmed_by=posting
    )
    seen = {"seen_at": timezone.now(), "seen_by": "試験", "seen_whom": "試験", "place": "試験"}
    SafetyCheck.objects.create(notification=notice, result="seen", recorded_by=posting, **seen)
    Notifier.objects.create(notification=notice, name="試験")
    WebhookDelivery.objects.create(endpoint=endpoint, entry=case.matter.timeline.order_by("-pk")[0])
