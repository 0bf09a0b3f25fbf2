"""One body for each act of a case: the form of the screen, and `act` to say which."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from chiba_ward.api.bodies import Choice, FormBody, body_of
from chiba_ward.api.problems import Problem
from consultations import choices
from consultations.forms import staff as forms
from consultations.views.staff.acts import ACTS


class FieldsByCode(FormBody):
    """分野 are named by their code."""

    @classmethod
    def values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        values = super().values(data)
        ids = {code: pk for pk, code in choices.field_codes().items()}
        return {**values, "fields_": [ids.get(code, 0) for code in values.get("fields_") or ()]}


# What the fields of a form are named by, where it is not the form's own value.
NAMED_BY: dict[str, dict[str, Any]] = {
    "assign": {"offices": ["office"], "codes": ["to"]},
    "fields": {"codes": ["fields_"], "base": FieldsByCode},
    "split": {"offices": ["office"]},
}
FORMS: dict[str, Any] = {
    **{name: act.form for name, act in ACTS.items()},
    "reply": forms.ReplyForm,
    "split": forms.SplitForm,
}


def named(act: str) -> dict[str, Any]:
    return {"act": Choice(choices=[(act, act)], help_text="する操作")}


def component(prefix: str, act: str) -> str:
    return prefix + "".join(word.title() for word in act.split("_"))


BODIES: dict[str, type[FormBody]] = {
    act: body_of(form, component("Act", act), extra=named(act), **NAMED_BY.get(act, {}))
    for act, form in FORMS.items()
}


def any_of(name: str, bodies: Mapping[str, type[serializers.Serializer[Any]]]) -> PolymorphicProxySerializer:
    """For the description: one of these, told apart by `act`."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=dict(bodies), resource_type_field_name="act", many=False
    )


TRANSITION = any_of("Transition", BODIES)


def body_for(data: Any, bodies: Mapping[str, type[Any]]) -> type[Any]:
    """Which body this is. Raises Problem (400)."""
    act = data.get("act") if isinstance(data, Mapping) else None
    if not isinstance(act, str) or act not in bodies:
        text = "act に、する操作の名前を入れてください。"
        raise Problem(400, text, errors=[{"pointer": "/act", "detail": text}])
    return bodies[act]
