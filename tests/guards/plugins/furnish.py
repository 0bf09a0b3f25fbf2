"""The demo city lived in a little: one of everything that a page can show, so that no page is walked empty."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.access.readlog import verification
from chiba_ward.api.enums import DeliveryState as WebhookState
from chiba_ward.api.models import WebhookHost
from chiba_ward.api.services import tokens, webhooks
from chiba_ward.casework import attachments
from chiba_ward.casework.enums import Audience
from chiba_ward.correspondence.enums import DeliveryState, Medium
from chiba_ward.correspondence.models import Delivery
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.directory.models import Office, Posting
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.marks import Known
from chiba_ward.documents import services as documents
from chiba_ward.outbox import services as outbox
from consultations.centre.demo import Story, _registered
from consultations.centre.enums import Category, EndReason
from consultations.centre.models import ProgressEntry
from consultations.centre.services import entries, transfers
from consultations.centre.services import plans as child_plans
from consultations.demo.people import DOMAIN
from consultations.enums import ExcerptItem
from consultations.models import Consultation, Party, Referral
from consultations.services import closing, conversation, filing, persons, referrals, triage
from consultations.services.referrals.preparing import offered_lines
from consultations.support.enums import MeetingKind
from consultations.support.models import DutyGround, Meeting, SupportPlan
from consultations.support.services import consents, meetings, minutes, plans, tasks
from tests.guards.plugins import furnish_hub, furnish_issues

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
    _meetings(clerk, posted("kacho.somu.wakaba"), partner)
    _centre(posted("kodomo.wakaba"), posted("kodomo.midori"))
    furnish_hub.furnish(posted("chiiki.wakaba"), posted("kurashi.wakaba"), posted("kaicho.wakaba"))
    furnish_issues.furnish(posted("kurashi.wakaba"))
    _restriction(clerk)
    outbox.run_pending_now()
    verification.begin()
    verification.carry_on(seconds=20)
    _systems(clerk)


def _meetings(clerk: Actor, head: Actor, partner: Office) -> None:
    """A meeting with approved minutes and a supplement, one in preparation, a plan that goes on and one that ended."""
    case = _case(clerk, "みんなで話し合う相談", preferred="portal")
    party = persons.add(
        case.pk, by=clerk, relation="長男", name="見本 長男", contact_note="学校を通す", age_band="10代"
    )
    statutory = _meeting(clerk, case, partner, MeetingKind.STATUTORY, party)
    _minuted(clerk, head, statutory, partner)
    _meeting(clerk, case, partner, MeetingKind.STATUTORY, party, is_held=False)
    on_consent = _meeting(clerk, case, partner, MeetingKind.MULTI_LAYER, party)
    for number in range(2):
        plan = _plan(clerk, case, partner, on_consent, party)
        if number:
            plans.close(plan.pk, by=clerk, lead_office=partner, lead_name="見本 主担当", note="落ち着いた")
    plans.start(case.pk, by=clerk, goal="見本の目標", issues="見本の課題")


def _meeting(
    clerk: Actor, case: Consultation, partner: Office, kind: str, party: Party, *, is_held: bool = True
) -> Meeting:
    now, today = timezone.now(), timezone.localdate()
    meeting = meetings.plan(case.pk, by=clerk, kind=kind, purpose=WORDS, starts_at=now, place="会議室")
    duty = DutyGround.objects.get(code="public-servant")
    for office in (clerk.seat.post.office, partner):
        meetings.add_member(
            meeting.pk, by=clerk, office=office, name="見本 構成員", job_title="担当", duty=duty, pledged_on=today,
            pledge_method="written",
        )  # fmt: skip
    if kind == MeetingKind.MULTI_LAYER:
        consents.record_for_members(meeting.pk, by=clerk, party=party, method="oral", obtained_on=today)
    meetings.add_subject(meeting.pk, by=clerk, party=party)
    meetings.add_agenda(meeting.pk, by=clerk, title="見本の議題")
    meetings.add_hand_out(meeting.pk, by=clerk, title="見本の資料")
    if is_held:
        meetings.fix_members(meeting.pk, by=clerk)
        everybody = list(meeting.members.order_by("pk").values_list("pk", flat=True))
        meetings.hold(meeting.pk, by=clerk, held_at=now, attended=everybody)
    return Meeting.objects.get(pk=meeting.pk)


def _minuted(clerk: Actor, head: Actor, meeting: Meeting, partner: Office) -> None:
    soon = timezone.localdate() + dt.timedelta(days=7)
    task = tasks.give(meeting.pk, by=clerk, office=partner, what="見本の役割", due_on=soon)
    tasks.give(meeting.pk, by=clerk, office=clerk.seat.post.office, what="見本の役割", due_on=soon)
    tasks.done(task.pk, by=clerk, result="見本の結果")
    meetings.set_review(meeting.pk, by=clerk, review_on=soon, lead_office=partner, lead_name="見本 主担当")
    written = minutes.write(meeting.pk, by=clerk, points="見本の要点", decisions="見本の決定")
    minutes.approve(meeting.pk, by=head, seen=int(written.written_at.timestamp()))
    minutes.supplement(meeting.pk, by=clerk, text="見本の追補")
    paper = documents.request(
        "meeting_paper",
        title="会議録",
        matter=meeting.consultation.matter,
        by=clerk,
        params={"meeting": meeting.pk, "sheet": "minutes"},
    )
    documents.make(paper.pk)


def _plan(clerk: Actor, case: Consultation, partner: Office, meeting: Meeting, party: Party) -> SupportPlan:
    today = timezone.localdate()
    plan = plans.start(case.pk, by=clerk, goal="見本の目標", issues="見本の課題")
    person = plans.add_person(plan.pk, by=clerk, party=party)
    plans.sign(plan.pk, person.pk, by=clerk, agreed_on=today, paper_place="見本の書庫")
    tasks.plan_task(plan.pk, by=clerk, office=partner, what="見本の役割", due_on=today)
    return plans.decide(plan.pk, by=clerk, meeting=meeting, monitor_on=today + dt.timedelta(days=30))


def _centre(clerk: Actor, receiver: Actor) -> None:
    """Besides what the demo city has: an entry that ended, a draft of a plan, transfers that were returned, taken back
    and accepted."""
    story, now = Story("見本の相談", WORDS, Category.SUPPORT, 30), timezone.now()
    asked = {"reason": WORDS, "caller": "見本", "called": "見本", "called_at": now}
    ended, returned, moved = (_registered(story, clerk) for _ in range(3))
    entries.end(ended.pk, by=clerk, reason=EndReason.OTHER, note="見本の理由")
    today = timezone.localdate()
    next_on = today + dt.timedelta(days=40)
    entries.evaluate(
        returned.pk, by=clerk, on=today, finding=WORDS, category=Category.SUPPORT, next_on=next_on
    )
    _draft(returned, clerk)
    ward = receiver.seat.post.office.ward
    assert ward is not None
    sent_back = transfers.ask(returned.pk, by=clerk, ward=ward, **asked)
    transfers.give_back(sent_back.pk, by=receiver, reason="見本の理由")
    transfers.withdraw(transfers.ask(returned.pk, by=clerk, ward=ward, **asked).pk, by=clerk)
    transfers.accept(transfers.ask(moved.pk, by=clerk, ward=ward, **asked).pk, by=receiver)


def _draft(entry: ProgressEntry, clerk: Actor) -> None:
    """On paper as well, and one that ended."""
    today, party = timezone.localdate(), entry.consultation.parties.order_by("pk")[0]
    words = {"made_with": party, "wish": WORDS, "issues": WORDS, "support": WORDS}
    days = dict.fromkeys(("starts_on", "ends_on", "evaluate_on"), today)
    for number in range(2):
        plan = child_plans.start(entry.pk, by=clerk, **words, **days)
        if number:
            child_plans.end(plan.pk, by=clerk, note="見本の結果")
        case = entry.consultation
        paper = documents.request(
            "child_support_plan",
            title="サポートプラン",
            matter=case.matter,
            by=clerk,
            params={"plan": plan.pk},
        )
        documents.make(paper.pk)


def _restriction(clerk: Actor) -> None:
    """支援措置 of somebody whom no other row of the city names."""
    today = timezone.localdate()
    person = Known("見本 保子", "ミホン ホコ", "043-000-9009", "見本区ほご町9-9")
    until = today + dt.timedelta(days=200)
    disclosure.enter(disclosure.Application(person, applied_on=today, valid_until=until), by=clerk)


def _systems(clerk: Actor) -> None:
    """Tokens that were drawn, that wait and that were stopped, and a system that is told; nothing leaves here."""
    keeper = posted("system")
    month = timezone.localdate() + dt.timedelta(days=30)
    for name, is_drawn, is_stopped in [
        ("電話応答", True, False),
        ("業務システム", False, False),
        ("前のシステム", True, True),
    ]:
        token = tokens.permit(by=keeper, posting=clerk.seat, name=name, scopes=["read"], expires_on=month)
        if is_drawn:
            tokens.collect(token.pk, by=clerk)
        if is_stopped:
            tokens.revoke(token.pk, by=keeper)
    WebhookHost.objects.create(host="rpa.example.test")
    endpoint = webhooks.register(
        by=keeper,
        posting=clerk.seat,
        name="見本のRPA",
        url="https://rpa.example.test/hook",
        wanted=["referral.recalled"],
    )
    for state in WebhookState:
        endpoint.deliveries.create(event="ping", state=state, reason="見本", answered=500)


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
    triage.add_note(case.pk, by=clerk, text="庁内だけの記録。")
    document = documents.request("consultation_receipt", title="受付票", matter=case.matter, by=clerk)
    documents.make(document.pk)
    documents.request("consultation_receipt", title="受付票 (待ち)", matter=case.matter, by=clerk)


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
    referrals.set_ground(referral.pk, by=clerk, consent=consent)
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
