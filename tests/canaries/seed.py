"""A canary in every field that may hold a person or their words. A new text field joins by itself; one that holds
neither is named here with its reason."""

from collections.abc import Iterator
from typing import Any

import pgtrigger
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from chiba_ward.access.actor import actor_of
from chiba_ward.access.models import User
from chiba_ward.casework import outside_duty
from chiba_ward.casework.enums import OutsideDuty
from chiba_ward.casework.models import Matter
from chiba_ward.correspondence.enums import CallResult, Medium
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.models import Posting
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.emergency import services as emergency
from chiba_ward.disclosure.marks import Known
from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from consultations.models import Referral
from tests.canaries.tokens import Aviary, Origin

# app.Model or app.Model.field -> why it holds neither a person nor a person's words.
NOT_PERSONAL = {
    "directory": "master data of the city",
    "progress": "numbers",
    "staffing": "posts and figures",
    "open_data": "published by the city: places, events, boundaries, and names of files",
    "ward_meetings": "items, decisions and offices; personal data of consultants is not brought in",
    "circulars": "notices put up for households, 班 and numbers without names, hashes of keys",
    "outbox": "ids and code words; the inventory of tests/outbox proves it",
    "documents": "ids and code words; the content of a document is looked at as it is handed out",
    "consultations.Field": "master data",
    "consultations.Topic": "master data",
    "consultations.UrgencyWord": "master data",
    "consultations.LegalGround": "master data",
    "consultations.Referral.ground_text": "words of the law",
    "consultations.PartnerLink": "random seeds and hashes, never shown",
    "correspondence.NoticeTemplate": "standard texts",
    "correspondence.Notice": "ids and dates that a standard text is filled with",
    "access.Throttle": "pseudonyms",
    "access.ReadLogEntry": "who looked at what, in names of staff and code words; nobody may change a row",
    "access.ReadLogHead": "hashes",
    "access.ReadLogVerification": "a code word",
    "access.RetentionRule": "master data",
    "protection.ProtectedDesk": "master data",
    "protection.Alarm": "a receipt number and the name of a section",
    "disclosure.DisclosureHold": "dates, code words and numbers under a key",
    "compartments.Compartment": "names drawn at random",
    "compartments.CompartmentSeat": "why somebody was admitted; shown nowhere",
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
    "consultations.CitizenMessage.office_name_en": "an office",
    "consultations.Party.postal_code": "a part of a town",
    "consultations.Party.age_band": "ten years wide",
    "support.MeetingRule": "master data",
    "support.DutyGround": "master data",
    "support.Meeting.basis": "words of the law",
    "support.Meeting.duty": "words of the law",
    "community.ActivityField": "master data",
    "community.ReturnRule": "master data",
    "community.HouseholdFigure": "master data",
    "community.EnrolmentFigure": "numbers",
    "community.CommunityOrg": "names of organisations, which are public",
    "community.CommunityResource": "halls and tents; the form asks for no names",
    "community.OrgLine": "words that the services choose",
    "community.AnnualReturn.name": "the name of an organisation",
    "community.AnnualReturn.kana": "the reading of that name",
    "community.AnnualReturn.activity": "what an organisation does, which is public",
    "area_officers.VisitRule": "master data",
    "matching.CheckItem": "master data",
    "matching.FailureReason": "master data",
    "matching.MatchingRule": "master data",
    "matching.Match.reasons": "sentences that the portal makes",
    **{
        f"matching.{model}.{field}": "public where the section says so; the form asks for no names"
        for model in ("Need", "Offer")
        for field in ("title", "duration")
    },
    "centre.CentreName": "master data",
    "centre.EvaluationInterval": "master data",
}
APPEND_ONLY = {
    "casework.TimelineEntry",
    "casework.OutsideDutyReason",
    "compartments.BreakGlass",
    "disclosure.HoldLine",
    "protection.SafetyCheck",
    "support.MinutesSupplement",
    "centre.Evaluation",
    "matching.MatchingLine",
}
# One row a meeting, so that none can be written once more: the trigger looks away while the canary comes in.
KEPT_ONCE = ("support.Minutes:approved_stays",)
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
    Referral.objects.filter(ended_at__isnull=False, contact_made_at__isnull=False).update(
        outcome_continues=True
    )
    for code in ("wakaba-korei", "wakaba-somu"):
        _open_outside_duty(code)
    _break_glass()
    _hold()
    for delivery in Delivery.objects.filter(medium=Medium.CALL).order_by("pk"):
        delivery.calls.create(
            posting=Posting.objects.order_by("pk")[0], result=CallResult.ABSENT, note="不在"
        )


def _at_the_desk(**more: Any) -> Any:
    """Whoever is on duty there, among them a head."""
    postings = (
        Posting.objects.active_on().with_duty().filter(post__office__code="wakaba-somu", post__role="SC")
    )
    posting = postings.filter(**more).order_by("pk")[0]
    return actor_of(posting.person, posting)


def _break_glass() -> None:
    """Asked twice by one of an office that has a head, who has looked at the first."""
    clerk, head = _at_the_desk(post__is_head=False), _at_the_desk(post__is_head=True)
    reason = "警察から安否の照会があり、担当者が不在のため"
    asked = [
        emergency.ask(by=clerk, number=number, reason=reason) for number in ("S-2222-2222", "S-3333-3333")
    ]
    emergency.review(asked[0].pk, by=head, verdict="justified", note="照会の記録を見た")


def _hold() -> None:
    """One restriction that somebody has proposed to clear; and one that hangs on a matter."""
    by = _at_the_desk(post__is_head=False)
    person = Known(name="見本 花子", kana="ミホン ハナコ", phone="0430001111", address="見本町1-2")
    applied = disclosure.Application(person, applied_on=timezone.localdate(), note="申出書")
    disclosure.propose(disclosure.enter(applied, by=by).hold.pk, by=by, reason="本人の取下げ")
    matter = Matter.objects.filter(consultation__desk_office=by.office_id).order_by("-pk")[0]
    disclosure.hold_for(matter, by=by, note="職員の判断")


def _open_outside_duty(code: str) -> None:
    """Twice by one of the office; its head, where there is one, has looked at the first."""
    postings = Posting.objects.active_on().with_duty().filter(post__office__code=code).order_by("pk")
    clerk, head = postings.filter(post__is_head=False)[0], postings.filter(post__is_head=True).first()
    matters = Matter.objects.filter(consultation__desk_office__code=code).order_by("pk")[:2]
    reasons = [
        matter.outside_duty_reasons.create(
            posting=clerk,
            choice=OutsideDuty.HELP,
            text="担当者に頼まれました。",
            supervising_office=clerk.post.office,
        )
        for matter in matters
    ]
    if head:
        outside_duty.look(reasons[0].pk, by=actor_of(head.person, head), note="必要だった")


def let_out(aviary: Aviary) -> None:
    """One canary in each personal field of each row, whether the demo city filled it or not; lines that nobody may
    change are written once more."""
    for model in personal_models():
        fields = list(personal_fields(model))
        for row in _rows(model):
            _sing(aviary, row, fields)
    for user in _rows(User):  # the sign-in keeps a second copy of the address
        EmailAddress.objects.filter(user=user).update(email=user.email)


def _sing(aviary: Aviary, row: Any, fields: list[Any]) -> None:
    is_fixed = row._meta.label in APPEND_ONLY
    if is_fixed:
        _open_seals(row)
        row.pk = next_pk(type(row))
    changed = [field.name for field in fields if _change(aviary, row, field)]
    if changed and is_fixed:
        row.save(force_insert=True)
    elif changed:
        with pgtrigger.ignore(*KEPT_ONCE):
            row.save(update_fields=changed)


def _open_seals(row: models.Model) -> None:
    """A seal holds for the key of its own row; under another one the words are sealed anew."""
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(row, field.attname))


def next_pk(model: type[models.Model]) -> int:
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
    if origin.place == "community.AnnualReturn.contacts":  # {kind: [value, visibility]}
        return {kind: [aviary.text(origin, field, value[0]), value[1]] for kind, value in before.items()}
    if origin.place == "community.AnnualReturn.officers":
        return [{**one, "name": aviary.text(origin, field, one["name"])} for one in before]
    if not isinstance(before, dict):
        return aviary.text(origin, field, before)
    story = before.get("story") or before.get("concern") or {}
    if story.get("body"):
        story["body"] = [aviary.text(origin, field, story["body"][0])]
    return before
