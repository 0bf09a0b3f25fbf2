"""The demo city lived in a little: one of everything that a page can show, so that no page is walked empty."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework import attachments, reconciliation
from chiba_ward.casework.enums import AttachmentState, Audience
from chiba_ward.casework.models import Attachment
from chiba_ward.correspondence.enums import DeliveryState, Medium
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting
from chiba_ward.documents import services as documents
from chiba_ward.outbox import services as outbox
from consultations.demo.people import DOMAIN
from consultations.enums import ExcerptItem
from consultations.models import Consultation, Referral
from consultations.services import closing, conversation, filing, referrals, triage
from consultations.services.referrals.preparing import offered_lines

ITEMS = [ExcerptItem.NAME, ExcerptItem.CONCERN, ExcerptItem.BODY]
WORDS = "見本の相談です。内容は作りごとです。"


def posted(email: str) -> Actor:
    """The actor of this demo person under the main duty."""
    posting = (
        Posting.objects.active_on()
        .with_duty()
        .filter(person__email=f"{email}@{DOMAIN}")
        .order_by("kind", "id")[0]
    )
    return actor_of(posting.person, posting)


def furnish() -> None:
    """Written once into the copy that all walks share."""
    clerk = posted("somu.wakaba")
    _conversation(_case(clerk, "お返事を待つ相談", preferred="email", email=f"furnish@{DOMAIN}"), clerk)
    _case(clerk, "手紙で知らせる相談", reply=True, preferred="letter", address="若葉区見本町2-2")
    _case(clerk, "電話で知らせる相談", reply=True, preferred="call", phone="04300000001", may_call=True)
    _trouble(_case(clerk, "届かなかった相談", reply=True, preferred="email", email=f"lost@{DOMAIN}"))
    finished = _case(clerk, "終わった相談", reply=True, preferred="portal")
    closing.close(finished.pk, by=clerk, outcome="advised", note="窓口を案内した")
    partner = Office.objects.get(code="wakaba-anshin-1")
    draft_referral(_case(clerk, "つなぐ前の相談", preferred="portal"), clerk, partner)
    _hold(_case(clerk, "つないだばかりの相談", preferred="portal"), clerk, partner)
    for code in ("korei-fukushi", "wakaba-korei"):
        _release(
            _case(clerk, f"{code}へつないだ相談", preferred="portal"), clerk, Office.objects.get(code=code)
        )
    _release(_case(clerk, "案内のリンクで渡す相談", preferred="portal"), clerk, office_by_link())
    outbox.run_pending_now()


def office_by_link() -> Office:
    """An agency without accounts that has an address for the link."""
    office, _ = Office.objects.get_or_create(
        code="mihon-link",
        defaults={
            "kind": OfficeKind.AGENCY,
            "calendar": Office.objects.get(code="wakaba-somu").calendar,
            "notify_email": f"link@{DOMAIN}",
        },
    )
    if not office.versions.exists():
        office.versions.create(
            name="見本相談支援センター", valid_from=timezone.localdate().replace(month=1, day=1)
        )
        office.posts.create(name="担当", role=Role.PARTNER)
    return office


def _case(clerk: Actor, concern: str, *, reply: bool = False, **contact: object) -> Consultation:
    assert clerk.posting is not None
    preferred = contact["preferred"]
    wishes = {
        f"may_{name}": preferred == medium
        for name, medium in (("email", "email"), ("call", "call"), ("write", "letter"))
    }
    case = filing.file(
        filing.Filing(
            chief_concern=concern,
            body=WORDS,
            ward=clerk.posting.post.office.ward,
            consulter=filing.Person(name="見本 となり", kana="ミホン トナリ"),
            contact={**wishes, **contact},
        ),
        by=Actor(),
    ).consultation
    triage.take(case.pk, by=clerk)
    if reply:
        conversation.reply(case.pk, by=clerk, body="お話を聞かせてくださり、ありがとうございます。")
    return case


def _conversation(case: Consultation, clerk: Actor) -> None:
    conversation.reply(case.pk, by=clerk, body="いつごろからお困りですか。", ask=True)
    conversation.message_from_citizen(case.pk, by=Actor(matter_id=case.pk), body="先月からです。")
    for number in range(2):
        audience = Audience.CITIZEN if number else Audience.HOUSE
        attachments.attach(case.matter, _picture(), clerk, audience=audience)
    _files_in_trouble(case, clerk)
    triage.add_note(case.pk, by=clerk, text="庁内だけの記録。")
    document = documents.request("consultation_receipt", title="受付票", matter=case.matter, by=clerk)
    documents.make(document.pk)
    documents.request("consultation_receipt", title="受付票 (待ち)", matter=case.matter, by=clerk)


def _files_in_trouble(case: Consultation, clerk: Actor) -> None:
    """One in each state that a scanner or the nightly comparison leaves a file in, and such a comparison."""
    for state in set(AttachmentState.values) - {AttachmentState.CLEAN}:
        file = attachments.attach(case.matter, _picture(), clerk)
        Attachment.objects.filter(pk=file.pk).update(
            state=state, scanned_at=timezone.now(), signature="Mihon.Test-1"
        )
    report = reconciliation.Report(rows=9, blobs=8)
    report.note("missing", table="attachment", row=1, blob="00/mihon")
    reconciliation.record(report, started_at=timezone.now())


def _picture() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "PNG")
    return SimpleUploadedFile("mihon.png", data.getvalue(), "image/png")


def _trouble(case: Consultation) -> None:
    mails = Delivery.objects.filter(notice__matter=case.matter, medium=Medium.EMAIL)
    mails.update(state=DeliveryState.FAILED, reason="見本: 宛先が見つかりません", settled_at=timezone.now())


def draft_referral(case: Consultation, clerk: Actor, office: Office) -> Referral:
    """A つなぎ that is ready to be sent."""
    referral = referrals.draft(case.pk, by=clerk, to_office=office, purpose="ご本人に連絡してください。")
    consent = referrals.record_consent(
        case.pk, by=clerk, to_office=office, items=ITEMS, method="oral", obtained_on=timezone.localdate()
    )
    referrals.set_ground(referral.pk, by=clerk, basis="consent", consent=consent)
    referral.refresh_from_db()
    texts = {line.key: line.text for line in offered_lines(referral) if line.item in ITEMS}
    referrals.choose_items(referral.pk, by=clerk, texts=texts)
    referral.refresh_from_db()
    return referral


def _hold(case: Consultation, clerk: Actor, office: Office) -> Referral:
    referral = draft_referral(case, clerk, office)
    referrals.send(referral.pk, by=clerk, seen=referrals.preview_digest(referral))
    return referral


def _release(case: Consultation, clerk: Actor, office: Office) -> Referral:
    return referrals.release(_hold(case, clerk, office).pk)
