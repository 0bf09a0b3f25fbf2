"""The partner's side: opened, asked back, accepted by name, declined with a better place; contact; outcome."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django_fsm import can_proceed

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Audience, Channel
from chiba_ward.casework.models import Deadline
from chiba_ward.correspondence import notices
from chiba_ward.correspondence.models import Delivery, Notice
from chiba_ward.directory.models import Office
from chiba_ward.outbox.models import OutboxEntry
from chiba_ward.rows.together import Together
from consultations.enums import ReferralState, State
from consultations.models import Referral, ReferralQuestion
from consultations.policy_referral import (
    is_in_the_house,
    is_receiver,
    may_accept,
    may_answer_question,
    may_ask_back,
    may_enter_answer,
    may_report_contact,
    may_report_outcome,
)
from consultations.services.referrals import ending, timers
from consultations.services.referrals.locking import locked_referral, refuse_unless
from consultations.services.referrals.telling import contact_words, record, tell_receiver, tell_sender
from consultations.workflow.errors import Refused

S = ReferralState
LONGEST_WAIT = dt.timedelta(days=60)


def acknowledge(pk: int, *, by: Actor) -> Referral:
    """先方が開いた, the first time the receiver sees the excerpt; later calls change nothing."""
    with locked_referral(pk, by=by) as referral:
        if is_receiver(by, referral) and can_proceed(referral.acknowledge):
            referral.acknowledge(at=timezone.now())
            record(referral, "referral.opened", by, audience=Audience.HOUSE)
    return referral


def accept(
    pk: int, *, by: Actor, name: str, first_contact_on: dt.date, channel: str = Channel.WEB
) -> Referral:
    """受理 by a named person with the day of first contact: from now on the acceptor leads (C2).

    The sender enters it with another `channel` for a partner on paper. The same answer twice is once.
    Raises `Refused` when somebody was faster, or the day is past or more than 60 days away.
    """
    with locked_referral(pk, by=by) as referral:
        if (referral.state, referral.accepted_by_name, referral.first_contact_on) == (
            S.ACCEPTED,
            name,
            first_contact_on,
        ):
            return referral
        _answers(referral, by, channel)
        at = timezone.now()
        if first_contact_on > timezone.localdate() + LONGEST_WAIT:
            raise Refused("最初の連絡の予定日は、60日以内の日にしてください。", "first_contact_on")
        referral.accept(name=name, first_contact_on=first_contact_on, at=timezone.localtime(at))
        timers.meet(referral, timers.ANSWER)
        _lead(referral, by)
        rows = Together({Deadline: 1, Notice: 2, Delivery: 4, OutboxEntry: 2})
        timers.start_contact(referral, rows)
        record(referral, "referral.accepted", by, into=rows, **_how(channel, first_contact_on))
        if is_receiver(by, referral):
            tell_sender(referral, "referral.accepted", rows)
        _tell_person(referral, rows)
        rows.write()
    return referral


def decline(
    pk: int,
    *,
    by: Actor,
    reason: str,
    better_office: Office | None = None,
    better_place: str = "",
    channel: str = Channel.WEB,
) -> Referral:
    """受理できない, with the reason and a better place; the case goes back on top of the sender's queue (C2)."""
    with locked_referral(pk, by=by) as referral:
        if referral.state == S.DECLINED and referral.decline_reason == reason:
            return referral
        _answers(referral, by, channel)
        if better_office and better_office.pk == referral.to_office_id:
            raise Refused("ほかに合う先には、自分の機関以外を選んでください。", "better_office")
        at = timezone.now()
        referral.decline(reason=reason, better_office=better_office, better_place=better_place, at=at)
        timers.meet(referral, timers.ANSWER)
        ending.shut(referral)
        record(referral, "referral.declined", by, **_how(channel))
        ending.bring_back(referral)
        tell_sender(referral, "referral.declined")
    return referral


def ask_back(pk: int, *, by: Actor, question: str, asked_by: str) -> ReferralQuestion:
    """問い合わせ: the partner's clock stops until the sender answers. The same question twice is one."""
    with locked_referral(pk, by=by) as referral:
        waiting = referral.questions.filter(answered_at__isnull=True)
        if same := next((asked for asked in waiting if asked.question == question), None):
            return same
        refuse_unless(may_ask_back, by, referral)
        if not question:
            raise Refused("質問を入力してください。", "question")
        referral.ask_back()
        timers.pause_answer(referral)
        asked = ReferralQuestion.objects.create(referral=referral, question=question, asked_by=asked_by)
        record(referral, "referral.question", by)
        tell_sender(referral, "referral.question")
    return asked


def answer_question(pk: int, *, by: Actor, answer: str) -> Referral:
    """The sender answers the open question; the partner's clock runs on."""
    with locked_referral(pk, by=by) as referral:
        refuse_unless(may_answer_question, by, referral)
        if not answer:
            raise Refused("答えを入力してください。", "answer")
        open_question = referral.questions.filter(answered_at__isnull=True).latest("id")
        open_question.answer, open_question.answered_at = answer, timezone.now()
        open_question.answered_by = by.posting
        open_question.save()
        referral.answer_question()
        timers.resume_answer(referral)
        record(referral, "referral.reply", by)
        tell_receiver(referral, "referral.reply")
    return referral


def contact_made(
    pk: int, *, by: Actor, at: dt.datetime | None = None, channel: str = Channel.WEB
) -> Referral:
    """本人に連絡がついた: this, not the sending, is つながった (DOMAIN §5 1-1)."""
    with locked_referral(pk, by=by) as referral:
        if referral.state == S.CONTACT_MADE:
            return referral
        refuse_unless(may_report_contact, by, referral)
        at = at or timezone.now()
        if at > timezone.now():
            raise Refused("連絡がついた日時は、今より前にしてください。", "contact_made_at")
        if referral.sent_at and at < referral.sent_at:
            raise Refused("連絡がついた日時は、つなぎを送ったあとにしてください。", "contact_made_at")
        referral.make_contact(at=at)
        timers.meet(referral, timers.CONTACT)
        timers.start_outcome(referral, timezone.now())
        case = referral.consultation
        if can_proceed(case.connect):
            case.connect()
        record(referral, "referral.contact", by, **_how(channel))
        if is_receiver(by, referral):
            tell_sender(referral, "referral.progress")
    return referral


def report_outcome(
    pk: int, *, by: Actor, done: str, result: str, continues: bool, next_step: str, channel: str = Channel.WEB
) -> Referral:
    """結果報告 in four fields; after it the receiver no longer sees the excerpt."""
    with locked_referral(pk, by=by) as referral:
        if referral.state == S.OUTCOME_REPORTED and referral.outcome_done == done:
            return referral
        refuse_unless(may_report_outcome, by, referral)
        if not (done and result):
            raise Refused(
                "行ったことと結果を入力してください。", "outcome_result" if done else "outcome_done"
            )
        if continues and not next_step:
            raise Refused("支援を続けるときは、次にすることと時期を入力してください。", "outcome_next")
        referral.report_outcome(
            done=done, result=result, continues=continues, next_step=next_step, at=timezone.now()
        )
        timers.meet(referral, timers.OUTCOME)
        ending.shut(referral)
        record(referral, "referral.outcome", by, **_how(channel))
        if is_receiver(by, referral):
            tell_sender(referral, "referral.progress")
    return referral


def _answers(referral: Referral, by: Actor, channel: str) -> None:
    """Whose answer this is: the receiver's own, or the sender's entry of what was said or faxed."""
    if is_receiver(by, referral):
        refuse_unless(may_accept, by, referral)
        referral.answer_channel = Channel.WEB
        return
    refuse_unless(may_enter_answer, by, referral)
    if channel == Channel.WEB:
        raise Refused("先方の返事がどう届いたか(電話・郵便など)を選んでください。", "channel")
    referral.answer_channel, referral.answer_entered_by = channel, by.posting


def _lead(referral: Referral, by: Actor) -> None:
    """The lead moves once, from whoever sent. A second helper that accepts later does not take it away."""
    case = referral.consultation
    if case.state != State.REFERRED or case.owner_office_id not in (
        referral.from_office_id,
        case.desk_office_id,
    ):
        return
    house = is_in_the_house(referral.to_office)
    case.hand_over(office=referral.to_office, is_house=house)
    if not house:
        return
    running = Deadline.objects.running().filter(matter=case.matter).exclude(kind__startswith="referral.")
    running.update(office=referral.to_office)
    if by.posting and by.office_id == referral.to_office_id:
        case.assignee, case.taken_at = by.posting, timezone.now()


def _tell_person(referral: Referral, into: Together) -> None:
    """The resident hears that the state page has news; the mail itself names nobody."""
    case = referral.consultation
    notices.tell_citizen(case.matter, "consultation.progress", office=case.desk_office, into=into)


def _how(channel: str, contact_on: dt.date | None = None) -> dict[str, Any]:
    words: dict[str, Any] = contact_words(contact_on) if contact_on else {}
    return words if channel == Channel.WEB else {**words, "channel": channel}
