"""What a receiver may answer, as small acts that partner and staff pages share: one form, one verb each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chiba_ward.access.actor import Actor
from consultations import selectors_referral
from consultations.forms import referral as forms
from consultations.models import Referral
from consultations.policy_referral import available_acts, is_receiver
from consultations.services import referrals
from consultations.workflow.errors import Refused

Run = Callable[[Referral, Actor, Any], object]


@dataclass(frozen=True)
class Act:
    """`may` names the predicate in the policy; `button` is what a clerk says."""

    name: str
    title: str
    button: str
    done: str
    may: str
    form: type[forms.AnswerForm]
    run: Run
    is_quiet: bool = False
    heard: str = ""
    """The heading when the sender enters what the partner said."""


def _accept(referral: Referral, by: Actor, form: Any) -> object:
    data = form.cleaned_data
    return referrals.accept(
        referral.pk,
        by=by,
        name=data["accepted_by_name"],
        first_contact_on=data["first_contact_on"],
        channel=form.channel,
    )


def _decline(referral: Referral, by: Actor, form: Any) -> object:
    data = form.cleaned_data
    return referrals.decline(
        referral.pk,
        by=by,
        reason=data["decline_reason"],
        better_office=data["better_office"],
        better_place=data["better_place"],
        channel=form.channel,
    )


def _ask(referral: Referral, by: Actor, form: Any) -> object:
    data = form.cleaned_data
    return referrals.ask_back(referral.pk, by=by, question=data["question"], asked_by=data["asked_by"])


def _contact(referral: Referral, by: Actor, form: Any) -> object:
    return referrals.contact_made(referral.pk, by=by, at=form.moment(), channel=form.channel)


def _outcome(referral: Referral, by: Actor, form: Any) -> object:
    data = form.cleaned_data
    return referrals.report_outcome(
        referral.pk,
        by=by,
        done=data["outcome_done"],
        result=data["outcome_result"],
        continues=data["outcome_continues"],
        next_step=data["outcome_next"],
        channel=form.channel,
    )


ACTS = {
    act.name: act
    for act in (
        Act(
            "accept",
            "受理する",
            "受理する",
            "受理しました。送った課と本人に伝わります。",
            "accept",
            forms.AcceptForm,
            _accept,
            heard="先方が受理した",
        ),
        Act(
            "ask",
            "送った課に質問する",
            "質問を送る",
            "質問を送りました。答えが届くまで、返事の期限は止まります。",
            "ask_back",
            forms.AskBackForm,
            _ask,
            True,
        ),
        Act(
            "decline",
            "受理できないと返事する",
            "受理できないと返事する",
            "返事を送りました。送った課が次の先を探します。",
            "decline",
            forms.DeclineForm,
            _decline,
            True,
            "先方が受理できないと言った",
        ),
        Act(
            "contact",
            "本人に連絡がついた",
            "連絡がついたと知らせる",
            "連絡がついたことを記録しました。",
            "contact",
            forms.ContactForm,
            _contact,
            heard="本人に連絡がついたと、先方から聞いた",
        ),
        Act(
            "outcome",
            "結果を報告する",
            "結果を報告する",
            "結果を報告しました。ありがとうございました。",
            "outcome",
            forms.OutcomeForm,
            _outcome,
            heard="結果を、先方から聞いた",
        ),
    )
}
ON_BEHALF = {"accept": "enter_answer", "decline": "enter_answer", "contact": "contact", "outcome": "outcome"}


def permitted(actor: Actor, referral: Referral) -> list[Act]:
    """The acts whose forms are shown, in the order in which a person thinks."""
    open_now = available_acts(actor, referral)
    if is_receiver(actor, referral):
        return [act for act in ACTS.values() if act.may in open_now]
    return [ACTS[name] for name, may in ON_BEHALF.items() if may in open_now]


def form_for(act: Act, actor: Actor, referral: Referral, data: Any = None) -> forms.AnswerForm:
    offices = (
        selectors_referral.address_book(actor).exclude(pk=referral.to_office_id)
        if act.name == "decline"
        else None
    )
    return act.form(
        data, prefix=act.name, referral=referral, offices=offices, on_behalf=not is_receiver(actor, referral)
    )


def run(act: Act, actor: Actor, referral: Referral, form: forms.AnswerForm) -> bool:
    """Whether it was done; otherwise the form carries the reason beside the field."""
    if not form.is_valid():
        return False
    try:
        act.run(referral, actor, form)
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


def add_refusal(form: Any, refused: Refused) -> None:
    names = {"contact_made_at": "on"}
    field = names.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, refused.message)
