"""Who may do what with a つなぎ, as predicates that read as sentences. Views, templates and services ask these.

The sender is the office that sent, or the desk that keeps the case now; the receiver is the office it went to,
or whoever came by its link and one-time code.
"""

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.models import Attachment
from chiba_ward.directory.enums import OfficeKind
from chiba_ward.directory.models import Office
from consultations.enums import PARTNER_OPEN, WAITING_FOR_PARTNER, ReferralState, State
from consultations.models import ConsentGrant, Consultation, Referral

S = ReferralState
HOUSE_KINDS = (OfficeKind.WARD_OFFICE, OfficeKind.SECTION, OfficeKind.HEALTH_WELFARE)
REFERABLE = frozenset(State.values) - {State.CLOSED, State.WITHDRAWN}
WITHDRAWABLE = frozenset({S.HELD, *WAITING_FOR_PARTNER, S.ACCEPTED, S.CONTACT_MADE})


def is_in_the_house(office: Office) -> bool:
    """A section of a ward: when it accepts, the desk moves there too. Bureaus and agencies leave the desk."""
    return office.kind in HOUSE_KINDS


def may_refer(actor: Actor, case: Consultation) -> bool:
    """The desk that keeps the case, while it is open. Others assign it first."""
    return case.state in REFERABLE and allows(actor, "consultation.refer", case)


def is_sender(actor: Actor, referral: Referral) -> bool:
    """The sending office, or the desk of today when the case has moved within the house."""
    return allows(actor, "referral.send", referral)


def is_receiver(actor: Actor, referral: Referral) -> bool:
    """The office it went to, or whoever came by its link."""
    return allows(actor, "referral.answer", referral)


def may_read_excerpt(actor: Actor, referral: Referral) -> bool:
    """The receiver from opening it until it ends; the sender always: it was the sender's own text (AC7)."""
    return allows(actor, "referral.excerpt", referral)


def may_print_sheet(actor: Actor, referral: Referral) -> bool:
    """つなぎ票: whoever may read what was handed over, once there is something to hand over."""
    return allows(actor, "referral.sheet", referral) and referral.state not in (S.DRAFT, S.RECALLED)


def may_open_file(actor: Actor, attachment: Attachment) -> bool:
    """Staff on the case open all its files, the person their own; a partner exactly what was handed over (AC7)."""
    return allows(actor, "attachment.read", attachment)


def may_edit(actor: Actor, referral: Referral) -> bool:
    return referral.state == S.DRAFT and allows(actor, "referral.prepare", referral)


def may_send(actor: Actor, referral: Referral) -> bool:
    is_ready = referral.state == S.DRAFT and referral.consultation.state in REFERABLE
    return is_ready and allows(actor, "referral.send", referral)


def may_recall(actor: Actor, referral: Referral) -> bool:
    """Until a named person has accepted."""
    return referral.state in {S.HELD, *WAITING_FOR_PARTNER} and allows(actor, "referral.recall", referral)


def may_accept(actor: Actor, referral: Referral) -> bool:
    return referral.state in WAITING_FOR_PARTNER and is_receiver(actor, referral)


def may_decline(actor: Actor, referral: Referral) -> bool:
    return may_accept(actor, referral)


def may_ask_back(actor: Actor, referral: Referral) -> bool:
    """One question at a time: the next one after the answer."""
    return referral.state in {S.SENT, S.ACKNOWLEDGED} and is_receiver(actor, referral)


def may_answer_question(actor: Actor, referral: Referral) -> bool:
    return referral.state == S.ASKED_BACK and allows(actor, "referral.answer_question", referral)


def may_report_contact(actor: Actor, referral: Referral) -> bool:
    """Either side may close this part of the loop: the sender may hear it by telephone."""
    return referral.state == S.ACCEPTED and allows(actor, "referral.report", referral)


def may_report_outcome(actor: Actor, referral: Referral) -> bool:
    return referral.state == S.CONTACT_MADE and allows(actor, "referral.report", referral)


def may_enter_answer(actor: Actor, referral: Referral) -> bool:
    """代理入力: what the partner said on the telephone, by FAX or by post, entered by the sender."""
    return referral.state in WAITING_FOR_PARTNER and allows(actor, "referral.enter_answer", referral)


def may_send_new_link(actor: Actor, referral: Referral) -> bool:
    is_by_link = referral.state in PARTNER_OPEN and referral.route == "link"
    return is_by_link and allows(actor, "referral.new_link", referral)


def may_redirect(actor: Actor, referral: Referral) -> bool:
    """Declined, unanswered, ended or taken back: choose another place, or decide to keep it here."""
    came_back = referral.state in {S.DECLINED, S.RETURNED, S.REVOKED}
    taken_back = referral.state == S.RECALLED and referral.sent_at is not None
    return (came_back or taken_back) and allows(actor, "referral.redirect", referral)


def may_withdraw_consent(actor: Actor, consent: ConsentGrant) -> bool:
    """Whoever keeps the case records it; the person does it without asking anybody (個人情報保護法69条)."""
    return consent.withdrawn_at is None and allows(actor, "consent.withdraw", consent)


ACTS = {
    "edit": may_edit,
    "send": may_send,
    "recall": may_recall,
    "accept": may_accept,
    "decline": may_decline,
    "ask_back": may_ask_back,
    "answer_question": may_answer_question,
    "contact": may_report_contact,
    "outcome": may_report_outcome,
    "enter_answer": may_enter_answer,
    "new_link": may_send_new_link,
    "redirect": may_redirect,
}


def available_acts(actor: Actor, referral: Referral) -> set[str]:
    """The buttons of a page: exactly what the services would let through."""
    return {name for name, may in ACTS.items() if may(actor, referral)}
