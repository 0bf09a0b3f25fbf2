"""The conversation with the resident: replies, their messages, and the clock that waits for them."""

from django.utils import timezone
from django.utils.translation import gettext as _

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, passphrase, timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.correspondence import notices
from consultations import duty
from consultations.enums import Direction, State
from consultations.models import CitizenMessage, Consultation
from consultations.services import suspicion
from consultations.services.base import clock_urgency, locked_case, note_first_action
from consultations.workflow.errors import Refused

REPLY = "consultation.reply"
NEXT_LOOK = "consultation.next_look"


def reply(pk: int, *, by: Actor, body: str, ask: bool = False) -> CitizenMessage:
    """回答 or a question to the resident. `ask=True` stops the reply clock until they answer.

    The words stay in the portal; the notice says only that an answer waits (PR3).
    """
    with locked_case(pk, by=by, right="consultation.work") as case:
        suspicion.refuse_protected(case)
        now = timezone.now()
        names = case.desk_office.words_on(timezone.localdate())
        message = CitizenMessage.objects.create(
            consultation=case,
            direction=Direction.TO_CITIZEN,
            at=now,
            posting=by.posting,
            office_name=names["office"],
            office_name_en=names["office_en"],
            body=body,
        )
        note_first_action(case, now)
        if ask:
            _wait_for_citizen(case)
        else:
            case.waiting_since = None
            deadlines.meet(case.matter, REPLY, at=now)
            deadlines.cancel(case.matter, NEXT_LOOK)
            deadlines.start(case.matter, NEXT_LOOK, case.desk_office, urgency=case.urgency)
        kind = "consultation.asked" if ask else "consultation.replied"
        timeline.record(case.matter, kind, by, audience=Audience.CITIZEN, **names)
        template = "consultation.message_waiting" if ask else "consultation.reply"
        notices.tell_citizen(case.matter, template, office=case.desk_office)
    return message


def message_from_citizen(pk: int, *, by: Actor, body: str) -> CitizenMessage:
    """A later message of the resident: sets the clock going again and stands in 「未読」 until read.

    `body` is empty when only files came. Raises `Refused` for a text with sixteen digits, which is a passphrase
    (whoever reads it could open the case) or the number of a card, and for a matter that has ended: nobody
    would read it there.
    """
    refuse_secrets(body)
    with locked_case(pk, by=by, right="consultation.follow") as case:
        if not case.is_open and not case.protected_at:  # of what is protected nobody outside learns the end
            raise Refused(
                _("この相談は終わっています。「まだ困っています」を押すと、続きを書けます。"), "body"
            )
        now = timezone.now()
        message = CitizenMessage.objects.create(
            consultation=case, direction=Direction.FROM_CITIZEN, at=now, body=body
        )
        case.unread_messages += 1
        if case.waiting_since:
            case.waiting_since = None
            deadlines.resume(case.matter, REPLY)
            deadlines.meet(case.matter, NEXT_LOOK)
        suspicion.read_words(case, body)
        if not case.protected_at:
            deadlines.start(case.matter, REPLY, case.desk_office, urgency=clock_urgency(case))
        timeline.record(case.matter, "consultation.message_received", by, audience=Audience.CITIZEN)
        for posting in duty.who_answers(case):
            notices.tell_posting(case.matter, posting, "escalation.citizen_wrote")
    return message


def refuse_secrets(body: str) -> None:
    """Raises `Refused` for sixteen digits in a row: a passphrase or a card must not stand in a message."""
    if passphrase.passphrase_candidates(body):
        raise Refused(
            _(
                "16けたの番号（合言葉やカードの番号）が書いてあります。その番号を消してから、もう一度送ってください。"
            ),
            "body",
        )


def mark_read(pk: int, *, by: Actor) -> None:
    """Staff have read the resident's messages. A button's act, never a page view's (GET never writes)."""
    with locked_case(pk, by=by, right="consultation.work") as case:
        case.messages.unread_by_staff().update(read_at=timezone.now())
        case.unread_messages = 0


def _wait_for_citizen(case: Consultation) -> None:
    if case.state == State.RECEIVED:
        raise Refused("先に担当になるか、担当課を決めてください。")
    case.waiting_since = timezone.now()
    deadlines.start(case.matter, REPLY, case.desk_office, urgency=clock_urgency(case))
    deadlines.pause(case.matter, REPLY)
    # The promise waits, the person is not forgotten: somebody looks after a while, answer or not.
    deadlines.start(case.matter, NEXT_LOOK, case.desk_office, urgency=case.urgency)
