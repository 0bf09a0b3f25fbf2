"""What either side may do with a つなぎ, over the verbs of the services; the policy says when."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.api.bodies import FormBody
from chiba_ward.api.problems import not_possible
from consultations.api.referral_bodies import BODIES
from consultations.api.transitions import fields_of
from consultations.enums import ReferralState
from consultations.excerpt import lines_of
from consultations.models import ConsentGrant, Referral
from consultations.policy_referral import available_acts, is_receiver
from consultations.selectors_referral import address_book
from consultations.services import referrals
from consultations.services.referrals import links
from consultations.services.referrals.preparing import offered_lines
from consultations.views.referrals import acts as pages
from consultations.workflow.errors import Refused

NAMES = {"contact_made_at": "on"}
Run = Callable[[Referral, Actor, dict[str, Any]], object]
# Which predicate of the policy opens an act that is not one of the answers.
OPENED_BY = {
    "addressee": "edit",
    "ground": "edit",
    "consent": "edit",
    "items": "edit",
    "discard": "edit",
    "send": "send",
    "recall": "recall",
    "keep": "redirect",
    "link": "new_link",
    "answer": "answer_question",
}
LABELS = {
    "addressee": "先を選び直す",
    "ground": "渡す根拠を決める",
    "consent": "同意を記録する",
    "items": "渡す項目を選ぶ",
    "discard": "下書きを捨てる",
    "send": "送付する",
    "recall": "取り消す",
    "keep": "この課で対応する",
    "link": "案内を送り直す",
    "open": "内容を開く",
    "answer": "質問に答える",
    **{name: act.button for name, act in pages.ACTS.items()},
}
DONE = {
    "addressee": "先を選びました。",
    "ground": "渡す根拠を記録しました。",
    "consent": "同意を記録しました。つぎに、渡す項目を選んでください。",
    "items": "渡す項目を選びました。つぎに、GET …/preview/ で確かめてください。",
    "discard": "下書きを捨てました。外には何も送られていません。",
    "send": "送付の手続きをしました。送る時刻までは取り消せます。",
    "recall": "つなぎを取り消しました。",
    "keep": "この課で続けて対応することにしました。",
    "link": "新しい案内を、登録されている宛先に送りました。",
    "open": "内容を開きました。送った課に伝わります。",
    "answer": "答えを送りました。先方の返事の期限が、また動き始めました。",
    **{name: act.done for name, act in pages.ACTS.items()},
}


def open_to(actor: Actor, referral: Referral) -> list[str]:
    """The acts of this moment, in the order of the work."""
    may = available_acts(actor, referral)
    names = {name for name, predicate in OPENED_BY.items() if predicate in may}
    names |= {act.name for act in pages.permitted(actor, referral)}
    if is_receiver(actor, referral) and referral.state == ReferralState.SENT:
        names.add("open")
    return [name for name in LABELS if name in names]


def offered(actor: Actor, referral: Referral) -> list[dict[str, Any]]:
    """For the answer of one つなぎ: each act with its fields."""
    return [
        {"act": name, "label": LABELS[name], "fields": _fields(name, actor, referral)}
        for name in open_to(actor, referral)
    ]


def _fields(name: str, actor: Actor, referral: Referral) -> list[dict[str, Any]]:
    body = BODIES[name]
    if not issubclass(body, FormBody):
        return []
    form = body.form(**form_arguments(name, actor, referral))
    fields: dict[str, Any] = form.fields
    for field in fields.values():
        if hasattr(field, "queryset"):  # an address book or persons: chosen by code or id, not listed here
            field.choices = ()
    return fields_of(form)


def form_arguments(name: str, actor: Actor, referral: Referral) -> dict[str, Any]:
    """What the form of an act wants to know besides the data."""
    if name in pages.ACTS:
        offices = address_book(actor).exclude(pk=referral.to_office_id) if name == "decline" else None
        return {"referral": referral, "offices": offices, "on_behalf": not is_receiver(actor, referral)}
    if name == "addressee":
        return {"offices": address_book(actor)}
    if name == "ground":
        return {"consents": consents_for(referral)}
    if name == "consent":
        lines = [line for line in lines_of(referral.consultation) if not line.withheld]
        items = list(dict.fromkeys((line.item.value, line.label) for line in lines))
        return {"items": items, "people": referral.consultation.parties.all()}
    return {}


def consents_for(referral: Referral) -> Any:
    return ConsentGrant.objects.in_force().filter(
        consultation=referral.consultation, to_office=referral.to_office
    )


def perform(name: str, referral: Referral, actor: Actor, data: Mapping[str, Any]) -> None:
    """Judge and run one act. Raises Problem and Refused."""
    given = {key: value for key, value in data.items() if key != "act"}
    body = BODIES[name]
    if issubclass(body, FormBody):
        if "channel" in given and is_receiver(actor, referral):
            raise not_possible("channel は、送った課が先方の返事を入れるときだけです。", "/channel")
        given = _judged(body, name, referral, actor, given)
    try:
        RUN[name](referral, actor, given)
    except Refused as refused:
        raise _beside(refused, data) from refused


def _beside(refused: Refused, data: Mapping[str, Any]) -> Exception:
    """Where the services name a member otherwise than the body does."""
    for place, chosen in enumerate(data.get("lines", ())):
        if chosen["key"] == refused.field:
            return not_possible(refused.message, f"/lines/{place}")
    return Refused(refused.message, NAMES.get(refused.field, refused.field))


def _judged(
    body: type[FormBody], name: str, referral: Referral, actor: Actor, given: dict[str, Any]
) -> dict[str, Any]:
    arguments = form_arguments(name, actor, referral)
    if name not in pages.ACTS:
        return body.rules(given, **arguments)
    form = body.bound(
        given, **arguments
    )  # the page's own verbs take the form: it knows the moment and the channel
    return {"form": form}


def _addressee(referral: Referral, by: Actor, data: dict[str, Any]) -> object:
    return referrals.change_addressee(
        referral.pk,
        by=by,
        to_office=data["to_office"],
        purpose=data["purpose"],
        urgent=data["is_urgent"],
        route=data["route"],
    )


def _ground(referral: Referral, by: Actor, data: dict[str, Any]) -> object:
    return referrals.set_ground(
        referral.pk, by=by, ground=data["ground"], basis_note=data["basis_note"], consent=data["consent"]
    )


def _consent(referral: Referral, by: Actor, data: dict[str, Any]) -> object:
    """As on the page: afterwards it is the ground of this draft."""
    with transaction.atomic():
        consent = referrals.record_consent(
            referral.consultation_id, by=by, to_office=referral.to_office, **data
        )
        return referrals.set_ground(referral.pk, by=by, consent=consent)


def _items(referral: Referral, by: Actor, data: dict[str, Any]) -> object:
    lines = {line.key: line for line in offered_lines(referral)}
    for place, chosen in enumerate(data["lines"]):
        if chosen["key"] not in lines:
            text = "この行はありません。GET …/lines/ の key を入れてください。"
            raise not_possible(text, f"/lines/{place}/key")
    texts = {chosen["key"]: chosen.get("text", lines[chosen["key"]].text) for chosen in data["lines"]}
    return referrals.choose_items(referral.pk, by=by, texts=texts)


def _answered(name: str) -> Run:
    return lambda referral, by, data: pages.ACTS[name].run(referral, by, data["form"])


RUN: dict[str, Run] = {
    "addressee": _addressee,
    "ground": _ground,
    "consent": _consent,
    "items": _items,
    "send": lambda referral, by, data: referrals.send(referral.pk, by=by, seen=data["digest"]),
    "discard": lambda referral, by, data: referrals.discard(referral.pk, by=by),
    "recall": lambda referral, by, data: referrals.recall(referral.pk, by=by, reason=data["reason"]),
    "keep": lambda referral, by, data: referrals.keep_here(referral.pk, by=by),
    "link": lambda referral, by, data: links.send_new_link(referral.pk, by=by),
    "open": lambda referral, by, data: referrals.acknowledge(referral.pk, by=by),
    "answer": lambda referral, by, data: referrals.answer_question(referral.pk, by=by, answer=data["answer"]),
    **{name: _answered(name) for name in pages.ACTS},
}
