"""One life of cases through the real services, with a word of its own in every place where a person's words can go."""

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.models import User
from chiba_ward.access.secrets_at_rest import seal
from chiba_ward.correspondence import calls
from chiba_ward.correspondence.enums import CallResult, Medium
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.models import Office, Ward
from chiba_ward.outbox import services as outbox
from consultations.models import Consultation, Field, LegalGround, Referral
from consultations.protection.services import confirming, noting
from consultations.services import (
    closing,
    conversation,
    entering,
    filing,
    persons,
    referrals,
    splitting,
    triage,
)
from consultations.services.entering import EntryFacts
from consultations.services.filing import Filing, Person
from tests.guards.plugins.furnish import posted

# The telephone, the postal code and the address of a mail must look like one.
PHONE, CODE, EMAIL = "0120-987-6541", "9876541", "kanariya@canary.example"
TOTP, SEED = "KANARIASECRETZZ", "kanaria-recovery-seed"
NAMES = (
    "chief_concern", "body", "relation", "outcome_note", "name", "kana", "known_as", "address",
    "subject", "message", "reply", "card_name", "card_address", "forbidden", "accommodation", "call_note",
    "note", "draft", "purpose", "basis_note", "decline_reason", "better_place", "outcome_done", "outcome_result",
    "outcome_next", "question", "answer", "corrected", "speaker", "urgency_note", "split", "letter_name",
    "letter_address", "contact_note", "single_reason",
)  # fmt: skip
WORDS = {name: f"カナリア{number:02}ノコトバ" for number, name in enumerate(NAMES)}
CANARIES = [*WORDS.values(), PHONE, PHONE.replace("-", ""), CODE, EMAIL, TOTP, SEED]


def live() -> Consultation:
    """Everything happens; the case that most of it happened to."""
    clerk, partner = posted("somu.wakaba"), posted("anshin.wakaba")
    case = _file(clerk)
    _entered(posted("annai.wakaba"), clerk)
    _letter(clerk)
    triage.take(case.pk, by=clerk)
    triage.set_urgency(case.pk, by=clerk, level="U1", note=WORDS["urgency_note"])
    triage.add_note(case.pk, by=clerk, text=WORDS["note"])
    two = Field.objects.filter(code__in=["elder", "dementia"])
    triage.set_fields(case.pk, by=clerk, fields=two, flags=[], applies_intent="")
    persons.add(case.pk, by=clerk, relation=WORDS["relation"], contact_note=WORDS["contact_note"])
    conversation.reply(case.pk, by=clerk, body=WORDS["reply"])
    conversation.message_from_citizen(case.pk, by=Actor(matter_id=case.pk), body=WORDS["message"])
    office = clerk.posting.post.office
    splitting.split(case.pk, by=clerk, chief_concern=WORDS["split"], body=WORDS["split"], office=office)
    _declined(case, clerk, partner)
    _brought_home(case, clerk, partner)
    closing.watch(case.pk, by=clerk, note=WORDS["note"])
    closing.close(
        case.pk, by=clerk, outcome="settled", note=WORDS["outcome_note"], single_reason=WORDS["single_reason"]
    )
    outbox.run_pending_now()
    _call(case, clerk)
    _draft()
    _second_factor()
    return Consultation.objects.get(pk=case.pk)


def notice_to_closing() -> None:
    """A neighbour tells of a child; handed over, seen, sealed. Who rang lies apart, with name and reading."""
    clerk, team, head = posted("somu.wakaba"), posted("kodomo.wakaba"), posted("kacho.kodomo.wakaba")
    now = timezone.now()
    told = filing.file(
        Filing(
            chief_concern=WORDS["chief_concern"],
            body=WORDS["body"],
            consultant_kind="neighbour",
            ward=Ward.objects.get(slug="wakaba"),
            consulter=Person(name=WORDS["name"], kana=WORDS["kana"], phone=PHONE),
        ),
        by=Actor(),
    ).consultation
    handed = confirming.HandOff("東部児童相談所", "見本 あいて", now)
    confirming.confirm(told.pk, by=clerk, kinds=["abuse_child"], handed=handed)
    noting.confirm_receipt(told.pk, by=team, name="見本 うけて", at=now)
    noting.record_check(
        told.pk, by=team, result="seen", seen_at=now, seen_by=WORDS["name"], seen_whom=WORDS["name"],
        place=WORDS["address"], note=WORDS["note"],
    )  # fmt: skip
    noting.seal(told.pk, by=head, lead=WORDS["better_place"])


def _file(clerk: Actor) -> Consultation:
    person = Person(
        name=WORDS["name"], kana=WORDS["kana"], known_as=WORDS["known_as"], relation=WORDS["relation"],
        phone=PHONE, postal_code=CODE, address=WORDS["address"],
    )  # fmt: skip
    contact = {
        "preferred": "call", "may_call": True, "name": WORDS["card_name"], "email": EMAIL, "phone": PHONE,
        "postal_code": CODE, "address": WORDS["card_address"], "forbidden": WORDS["forbidden"],
        "accommodation": WORDS["accommodation"],
    }  # fmt: skip
    return filing.file(
        Filing(
            chief_concern=WORDS["chief_concern"], body=f"{WORDS['body']} 殴られる", relation=WORDS["relation"],
            consultant_kind="family", ward=Ward.objects.get(slug="wakaba"), consulter=person,
            subject=Person(name=WORDS["subject"]), contact=contact,
        ),
        by=Actor(),
    ).consultation  # fmt: skip


def _entered(reception: Actor, clerk: Actor) -> None:
    """Typed at the counter for somebody, corrected, and answered by mail."""
    first = Filing(
        chief_concern=WORDS["corrected"],
        body=WORDS["corrected"],
        ward=Ward.objects.get(slug="wakaba"),
        channel="counter",
    )
    case = filing.file(first, by=reception).consultation
    facts = EntryFacts(
        speaker="proxy", speaker_name=WORDS["speaker"], speaker_relation=WORDS["speaker"], mandate="spoken"
    )
    entering.record_entry(case, facts, by=reception)
    later = Filing(
        chief_concern="直した",
        body="直した",
        ward=first.ward,
        channel="counter",
        contact={"preferred": "email", "email": EMAIL, "may_email": True},
    )
    entering.correct(case.pk, by=reception, filing=later, facts=EntryFacts())
    triage.take(case.pk, by=clerk)
    conversation.reply(case.pk, by=clerk, body=WORDS["reply"])


def _letter(clerk: Actor) -> None:
    card = {
        "preferred": "letter",
        "may_write": True,
        "name": WORDS["letter_name"],
        "address": WORDS["letter_address"],
        "postal_code": CODE,
    }
    case = filing.file(
        Filing(chief_concern="手紙", body="", ward=Ward.objects.get(slug="wakaba"), contact=card), by=Actor()
    ).consultation
    triage.take(case.pk, by=clerk)
    conversation.reply(case.pk, by=clerk, body=WORDS["reply"])


def _referred(case: Consultation, clerk: Actor, **ground: Any) -> Referral:
    office = Office.objects.get(code="wakaba-anshin-1")
    draft = referrals.draft(case.pk, by=clerk, to_office=office, purpose=WORDS["purpose"], **ground)
    texts = {
        "concern": WORDS["chief_concern"],
        "body": WORDS["body"],
        "name": f"{WORDS['name']} ({WORDS['kana']})",
    }
    referrals.choose_items(draft.pk, by=clerk, texts=texts)
    draft = Referral.objects.get(pk=draft.pk)
    referrals.send(draft.pk, by=clerk, seen=referrals.preview_digest(draft))
    referrals.release(draft.pk)
    return draft


def _declined(case: Consultation, clerk: Actor, partner: Actor) -> None:
    sent = _referred(case, clerk, ground=LegalGround.objects.get(code="law"), basis_note=WORDS["basis_note"])
    referrals.ask_back(sent.pk, by=partner, question=WORDS["question"], asked_by="見本 てるみ")
    referrals.answer_question(sent.pk, by=clerk, answer=WORDS["answer"])
    referrals.decline(sent.pk, by=partner, reason=WORDS["decline_reason"], better_place=WORDS["better_place"])


def _brought_home(case: Consultation, clerk: Actor, partner: Actor) -> None:
    sent = _referred(case, clerk, ground=LegalGround.objects.get(code="law"), basis_note=WORDS["basis_note"])
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    referrals.accept(sent.pk, by=partner, name="見本 てるみ", first_contact_on=tomorrow)
    referrals.contact_made(sent.pk, by=partner)
    referrals.report_outcome(
        sent.pk, by=partner, done=WORDS["outcome_done"], result=WORDS["outcome_result"], continues=True,
        next_step=WORDS["outcome_next"],
    )  # fmt: skip


def _call(case: Consultation, clerk: Actor) -> None:
    delivery = Delivery.objects.filter(notice__matter=case.pk, medium=Medium.CALL).to_call().order_by("pk")[0]
    calls.log_call(delivery, clerk, CallResult.ABSENT, note=WORDS["call_note"])


def _draft() -> None:
    """Begun in a browser and left lying."""
    client = Client()
    address = str(client.post("/consult/", {})["Location"]).rsplit("/", 2)[0]
    client.post(f"{address}/topic/", {"topic": "unknown"})
    client.post(
        f"{address}/story/",
        {"consultant_kind": "self", "chief_concern": WORDS["draft"], "body": WORDS["draft"]},
    )
    client.get("/")


def _second_factor() -> None:
    from allauth.mfa.models import Authenticator

    owner = User.objects.order_by("pk")[0]
    Authenticator.objects.create(user=owner, type="totp", data={"secret": seal(TOTP, owner.pk)})
    Authenticator.objects.create(
        user=owner, type="recovery_codes", data={"seed": seal(SEED, owner.pk), "used_mask": 0}
    )
