"""A canary in every field that may hold a person or their words. A new text field joins by itself; one that holds
neither is named here with its reason."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from chiba_ward.access.models import User
from chiba_ward.casework.enums import OutsideDuty
from chiba_ward.casework.models import Matter
from chiba_ward.correspondence.enums import CallResult, Medium
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from consultations.models import Referral
from tests.canaries.tokens import Aviary, Origin

# app.Model or app.Model.field -> why it holds neither a person nor a person's words.
NOT_PERSONAL = {
    "directory": "master data of the city",
    "progress": "numbers",
    "outbox": "ids and code words; the inventory of tests/outbox proves it",
    "documents": "ids and code words; the content of a document is looked at as it is handed out",
    "consultations.Field": "master data",
    "consultations.Topic": "master data",
    "consultations.UrgencyWord": "master data",
    "consultations.PartnerLink": "random seeds and hashes, never shown",
    "correspondence.NoticeTemplate": "standard texts",
    "correspondence.Notice": "ids and dates that a standard text is filled with",
    "access.Throttle": "pseudonyms",
    "access.ReadLogEntry": "who looked at what, in names of staff and code words; nobody may change a row",
    "access.ReadLogHead": "hashes",
    "access.ReadLogVerification": "a code word",
    "access.RetentionRule": "master data",
    "api": "systems, the postings they act under, and code words",
    "casework.SearchTerms": "terms under a key",
    "casework.FileLimit": "master data",
    "casework.FileCheck": "names that the portal gave",
    "casework.DeadlineRule": "master data",
    "casework.StepRule": "master data",
    "casework.Deadline": "code words",
    "casework.DeadlineStep": "code words",
    "casework.CaseCredential": "a hash",
    "casework.Matter": "the receipt number, which opens nothing by itself, and a code word",
    "casework.DraftFile": "a name that the portal gave",
    "casework.Attachment": "names that the portal gave, and an office",
    "access.User.password": "a hash",
    "casework.TimelineEntry.kind": "a code word",
    "casework.TimelineEntry.actor_label": "the office that acted",
    "casework.TimelineEntry.data": "words of a sentence that the services choose",
    "casework.Draft.kind": "a code word",
    "casework.Draft.step": "a code word",
    "casework.Draft.resume_no": "a random number",
    "casework.Draft.resume_hash": "a hash",
    "correspondence.ContactCard.postal_code": "a part of a town",
    "correspondence.ContactCard.language": "a code word",
    "correspondence.Delivery.message_id": "a random number",
    "consultations.Consultation.language": "a code word",
    "consultations.Consultation.hits": "phrases of the list of urgent words",
    "consultations.CitizenMessage.office_name": "an office",
    "consultations.Party.postal_code": "a part of a town",
    "consultations.Party.age_band": "ten years wide",
}
APPEND_ONLY = {"casework.TimelineEntry"}
TEXT = (models.CharField, models.TextField, SealedTextField)


def personal_models() -> list[type[models.Model]]:
    """Every model of ours that is not master data, machinery or a history table."""
    ours = (
        "chiba_ward.",
        "consultations.",
        "community.",
        "regional_issues.",
        "digital_windows.",
        "disaster.",
    )
    found = [model for model in apps.get_models() if model.__module__.startswith(ours)]
    return [model for model in found if not _is_spared(model._meta.label) and not _is_history(model)]


def personal_fields(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        is_free_text = isinstance(field, (*TEXT, models.JSONField, SealedJSONField)) and not field.choices
        if is_free_text and f"{model._meta.label}.{field.name}" not in NOT_PERSONAL:
            yield field


def _is_spared(label: str) -> bool:
    return label in NOT_PERSONAL or label.split(".")[0] in NOT_PERSONAL


def _is_history(model: type[models.Model]) -> bool:
    return any(field.name == "pgh_id" for field in model._meta.fields)


def live_a_little() -> None:
    """What the demo city has none of: a question to every つなぎ that was sent, its support going on, a case opened
    outside a duty, and a try for every call."""
    for referral in Referral.objects.sent().order_by("pk"):
        referral.questions.create(
            question="いつ", asked_by="見本", answer="あした", answered_at=timezone.now()
        )
    Referral.objects.exclude(outcome_done="").update(outcome_continues=True)
    clerk = (
        Posting.objects.active_on()
        .filter(post__office__code="wakaba-korei", post__is_head=False)
        .order_by("pk")[0]
    )
    for matter in Matter.objects.filter(consultation__desk_office__code="wakaba-korei").order_by("pk")[:2]:
        matter.outside_duty_reasons.create(
            posting=clerk,
            choice=OutsideDuty.HELP,
            text="担当者に頼まれました。",
            supervising_office=clerk.post.office,
        )
    for delivery in Delivery.objects.filter(medium=Medium.CALL).order_by("pk"):
        delivery.calls.create(
            posting=Posting.objects.order_by("pk")[0], result=CallResult.ABSENT, note="不在"
        )


def let_out(aviary: Aviary) -> None:
    """One canary in each personal field of each row, whether the demo city filled it or not; lines that nobody may
    change are written once more."""
    for model in personal_models():
        fields = list(personal_fields(model))
        for row in _rows(model):
            is_fixed = model._meta.label in APPEND_ONLY
            if is_fixed:
                row.pk = _next_pk(model)
            changed = [field.name for field in fields if _change(aviary, row, field)]
            if changed and is_fixed:
                row.save(force_insert=True)
            elif changed:
                row.save(update_fields=changed)
    for user in _rows(User):  # the sign-in keeps a second copy of the address
        EmailAddress.objects.filter(user=user).update(email=user.email)


def _next_pk(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def _rows(model: type[models.Model]) -> list[Any]:
    rows = model._default_manager.order_by("pk")
    if model is User:  # staff are named on every page of their office; residents only to themselves
        rows = rows.filter(postings=None)
    return list(rows)


def _change(aviary: Aviary, row: models.Model, field: Any) -> bool:
    before = getattr(row, field.name)
    if before is None or (isinstance(field, (models.JSONField, SealedJSONField)) and not before):
        return False
    origin = Origin(row._meta.label, row.pk, field.name)
    setattr(row, field.name, _with_canary(aviary, origin, field, before))
    return True


def _with_canary(aviary: Aviary, origin: Origin, field: Any, before: Any) -> Any:
    """Into text at its beginning; into a form's answers at the one free text that everybody is asked."""
    if not isinstance(before, dict):
        return aviary.text(origin, field, before)
    story = before.get("story") or before.get("concern") or {}
    if story.get("body"):
        story["body"] = [aviary.text(origin, field, story["body"][0])]
    return before
