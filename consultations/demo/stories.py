"""The twelve sample consultations and a few more, filed and worked through the portal's own verbs."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.models import User
from chiba_ward.casework.enums import Channel
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Office, Posting, Ward
from consultations.demo.people import DOMAIN
from consultations.enums import ExcerptItem
from consultations.models import Consultation, Field, Referral, Topic
from consultations.services import closing, conversation, filing, referrals, triage
from consultations.services.filing import Filing, Person
from consultations.services.referrals.preparing import offered_lines

HERE = Path(__file__).parent
Row = dict[str, Any]
FILED: dict[str, int] = {}
"""The case of each story by its code, for packages that go on with it."""


def load() -> int:
    """File every story and bring it to its state. Nothing is sent before a person would have sent it."""
    rows = read(HERE / "stories.yaml")
    for row in rows:
        case = _file(row)
        FILED[row["code"]] = case.pk
        ENDINGS[row["do"]](case, row, clerk_of(row["ward"]))
    return len(rows)


def _file(row: Row) -> Consultation:
    contact = {"preferred": "portal", **row.get("contact", {})}
    preferred = contact["preferred"]
    contact |= {
        "may_email": preferred == "email",
        "may_call": preferred == "call",
        "may_write": preferred == "letter",
    }
    for name in ("call_from", "call_until"):
        if name in contact:
            contact[name] = dt.time.fromisoformat(contact[name])
    return filing.file(
        Filing(
            chief_concern=row["concern"],
            body=row["body"],
            consultant_kind=row["kind"],
            relation=row.get("relation", ""),
            topic=Topic.objects.filter(code=row.get("topic", "")).first(),
            ward=Ward.objects.get(slug=row["ward"]),
            consulter=Person()
            if row["kind"] == "anonymous"
            else Person(name=f"見本 相談者{row['code']}", kana="ミホン"),
            contact=contact,
            language=row.get("language", "ja"),
            channel=row.get("channel", Channel.WEB),
        ),
        by=_filer(row),
    ).consultation


def _filer(row: Row) -> Actor:
    if "user" in row:
        return actor_of(User.objects.get(email=f"{row['user']}@{DOMAIN}"))
    return clerk_of(row["ward"]) if row.get("channel", Channel.WEB) != Channel.WEB else Actor()


def clerk_of(ward: str, section: str = "somu") -> Actor:
    postings = (
        Posting.objects.active_on()
        .with_duty()
        .filter(post__office__code=f"{ward}-{section}", post__role="SC")
    )
    posting = postings.exclude(post__is_head=True).order_by("kind", "id").first() or postings.first()
    assert posting is not None, f"nobody is posted in {ward}-{section}"
    return actor_of(posting.person, posting)


def _leave(case: Consultation, row: Row, clerk: Actor) -> None:
    """Untouched, as it came in."""


def _take(case: Consultation, row: Row, clerk: Actor) -> None:
    triage.take(case.pk, by=clerk)
    if "urgency" in row:
        triage.set_urgency(case.pk, by=clerk, level=row["urgency"])
    if "fields" in row:
        fields = Field.objects.filter(code__in=row["fields"])
        triage.set_fields(
            case.pk, by=clerk, fields=fields, flags=case.flags, applies_intent=row.get("applies_intent", "")
        )


def _reply(case: Consultation, row: Row, clerk: Actor) -> None:
    _take(case, row, clerk)
    conversation.reply(
        case.pk, by=clerk, body="ご相談ありがとうございます。筆談でお話しできる日をご案内します。"
    )


def _ask(case: Consultation, row: Row, clerk: Actor) -> None:
    _take(case, row, clerk)
    conversation.reply(
        case.pk,
        by=clerk,
        body="話してくれてありがとう。いま一番困っていることを、よければ教えてください。",
        ask=True,
    )


def _close(case: Consultation, row: Row, clerk: Actor) -> None:
    _reply_neighbour(case, row, clerk)
    closing.close(
        case.pk,
        by=clerk,
        outcome="advised",
        note="調停と管理組合の案内をした",
        single_reason="近所の音のことで、ほかに困っていることはないと聞いた",
    )


def _reply_neighbour(case: Consultation, row: Row, clerk: Actor) -> None:
    _take(case, row, clerk)
    conversation.reply(
        case.pk,
        by=clerk,
        body="区役所は、住んでいる人どうしの争いを裁くことはできません。管理組合や調停などの方法をご案内します。",
    )


def _to_chiiki(case: Consultation, row: Row, clerk: Actor) -> None:
    _take(case, row, clerk)
    triage.assign(case.pk, by=clerk, office=Office.objects.get(code=f"{row['ward']}-chiiki"))


def _send(case: Consultation, row: Row, clerk: Actor, to: str) -> Referral:
    """With consent item by item, past the five minutes in which it could be recalled."""
    _take(case, row, clerk)
    office = Office.objects.get(code=to)
    referral = referrals.draft(
        case.pk,
        by=clerk,
        to_office=office,
        purpose="ご本人とご家族に連絡し、使える支援を一緒に考えてください。",
    )
    items = [ExcerptItem.NAME, ExcerptItem.EMAIL, ExcerptItem.CONCERN, ExcerptItem.BODY]
    consent = referrals.record_consent(
        case.pk, by=clerk, to_office=office, items=items, method="oral", obtained_on=timezone.localdate()
    )
    referrals.set_ground(referral.pk, by=clerk, consent=consent)
    referral.refresh_from_db()
    lines = {line.key: line.text for line in offered_lines(referral) if line.item in items}
    referrals.choose_items(referral.pk, by=clerk, texts=lines)
    referral.refresh_from_db()
    referrals.send(referral.pk, by=clerk, seen=referrals.preview_digest(referral))
    return referrals.release(referral.pk)


def _partner(code: str) -> Actor:
    posting = Posting.objects.active_on().with_duty().filter(post__office__code=code).order_by("id").first()
    assert posting is not None, f"nobody is posted in {code}"
    return actor_of(posting.person, posting)


def _refer_sent(case: Consultation, row: Row, clerk: Actor) -> None:
    _send(case, row, clerk, "jiritsu")


def _refer_accepted(case: Consultation, row: Row, clerk: Actor) -> None:
    to = f"{row['ward']}-anshin-1"
    referral = _send(case, row, clerk, to)
    soon = timezone.localdate() + dt.timedelta(days=3)
    referrals.accept(referral.pk, by=_partner(to), name="見本 てるみ", first_contact_on=soon)


def _refer_declined(case: Consultation, row: Row, clerk: Actor) -> None:
    to = f"{row['ward']}-anshin-1"
    referral = _send(case, row, clerk, to)
    better = Office.objects.get(code=f"{row['ward']}-korei")
    referrals.decline(
        referral.pk,
        by=_partner(to),
        reason="要介護認定の申請が先に必要です",
        better_office=better,
        better_place="",
    )


ENDINGS: dict[str, Callable[[Consultation, Row, Actor], None]] = {
    "file": _leave,
    "take": _take,
    "reply": _reply,
    "ask": _ask,
    "close_advised": _close,
    "assign_chiiki": _to_chiiki,
    "refer_sent": _refer_sent,
    "refer_accepted": _refer_accepted,
    "refer_declined": _refer_declined,
}
