"""What may be sent about つなぎ: the steps of the sender and the answers of the receiver, as JSON."""

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms

from chiba_ward.api.bodies import Body, Choice, Code, FormBody, Many, Text, body_of
from chiba_ward.api.paging import PageQuery
from chiba_ward.casework.enums import Channel
from chiba_ward.ui.forms import PortalForm
from consultations.api.act_bodies import any_of, component, named
from consultations.enums import ExcerptItem
from consultations.forms import referral as forms
from consultations.services.referrals.preparing import TEXT_LIMIT
from consultations.views.partner.pages import TABS as RECEIVED_TABS
from consultations.views.referrals.acts import ACTS
from consultations.views.referrals.pages import TABS as PLACED_TABS

HEARD = {
    "channel": Choice(
        choices=[(Channel(value).value, label) for value, label in forms.HEARD_BY],
        required=False,
        help_text="先方の返事がどう届いたか。つなぎ先の返事を、送った課が入れるときだけ",
    )
}
TABS = {
    "received": tuple(name for name, _ in RECEIVED_TABS if name != "done"),
    "placed": tuple(n for n, _ in PLACED_TABS),
}


class ReferralQuery(PageQuery):
    box = Choice(choices=[("received", "届いたつなぎ"), ("placed", "ほかへお願いしたつなぎ")])
    tab = Choice(
        choices=[(name, name) for name in dict.fromkeys([*TABS["received"], *TABS["placed"]])],
        required=False,
        help_text="画面の見出しと同じ。書かないと waiting",
    )


class ConsentForApi(forms.ConsentForm):
    """The same form; its items are known before the case is."""

    items = django_forms.MultipleChoiceField(choices=ExcerptItem.choices, label="渡してよい項目")


class ChosenLine(Body):
    key = Code(min_length=1, help_text="GET …/lines/ の key")
    text = Text(
        required=False,
        max_length=TEXT_LIMIT,
        min_length=1,
        help_text="渡すことば。短くはできます。書かないと元のまま",
    )


class ItemsBody(Body):
    act = named("items")["act"]
    lines = Many(child=ChosenLine(), min_length=1, help_text="渡す行")


class SendBody(Body):
    act = named("send")["act"]
    digest = Code(min_length=1, help_text="GET …/preview/ の digest。見たあとに変わっていると送りません")


def plain(act: str) -> type[FormBody]:
    """An act without questions."""
    found: type[FormBody] = body_of(PortalForm, component("Referral", act), extra=named(act))
    return found


def of_form(act: str, form: type[Any], **options: Any) -> type[FormBody]:
    extra = {**named(act), **options.pop("extra", {})}
    found: type[FormBody] = body_of(form, component("Referral", act), extra=extra, **options)
    return found


NewReferral: type[FormBody] = body_of(forms.AddresseeForm, "NewReferral", offices=["to_office"])
BODIES: Mapping[str, type[Body]] = {
    "addressee": of_form("addressee", forms.AddresseeForm, offices=["to_office"]),
    "ground": of_form("ground", forms.GroundForm, numbers=["consent"], codes=["basis"]),
    "consent": of_form("consent", ConsentForApi, numbers=["person"]),
    "items": ItemsBody,
    "send": SendBody,
    "discard": plain("discard"),
    "recall": of_form("recall", forms.RecallForm),
    "keep": plain("keep"),
    "link": plain("link"),
    "open": plain("open"),
    "answer": of_form("answer", forms.ReplyForm),
    **{
        name: of_form(name, act.form, offices=["better_office"] if name == "decline" else (), extra=HEARD)
        for name, act in ACTS.items()
    },
}
TRANSITION = any_of("ReferralTransition", BODIES)
