"""動かす: exactly the acts that the buttons of the screen offer, by the same services, with the same 「見たあとに
動いた」 check as the page's."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.api.enums import Scope
from chiba_ward.api.idempotency import Done, Ids, Outcome, once
from chiba_ward.api.problems import Problem
from consultations import choices, policy
from consultations.api import answers, shapes
from consultations.api.act_bodies import BODIES, FORMS, TRANSITION, body_for
from consultations.api.cases import NUMBER, CaseView
from consultations.models import Consultation
from consultations.services import conversation, splitting
from consultations.services.base import unchanged_since
from consultations.views.staff.acts import ACTS

Run = Callable[[Consultation, Actor, dict[str, Any]], object]
VERSION = re.compile(r'"([0-9]{1,18})"')
SHOWN_BY_CODE = {"office": choices.office_codes, "fields": choices.field_codes}


def _reply(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return conversation.reply(case.pk, by=by, body=data["body"], ask=data["ask"])


def _split(case: Consultation, by: Actor, data: dict[str, Any]) -> object:
    return splitting.split(case.pk, by=by, **data)


RUN: dict[str, Run] = {**{name: act.run for name, act in ACTS.items()}, "reply": _reply, "split": _split}
LABELS = {**{name: act.button for name, act in ACTS.items()}, "reply": "回答を送る", "split": "相談を分ける"}
DONE = {
    **{name: act.done for name, act in ACTS.items()},
    "reply": "回答を送りました。",
    "split": "相談を分けました。新しい番号は created にあります。",
}


class TransitionsView(CaseView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.READ, "POST": Scope.ACT}
    keyed = frozenset({"POST"})
    guarded = frozenset({"POST"})

    @extend_schema(
        operation_id="consultation_acts",
        tags=["相談"],
        summary="いまできることと、入れるもの",
        description="つなぎを作る（refer）は POST …/referrals/ です。",
        parameters=[NUMBER],
        responses=answers.ActsOpen,
    )
    def get(self, request: Request, receipt_no: str) -> Response:
        case = self.case(receipt_no)
        version = shapes.version_of(case.pk)
        offered = [
            {
                "act": name,
                "label": LABELS[name],
                "fields": fields_of(FORMS[name](case=case, actor=self.actor)),
            }
            for name in sorted(policy.acts_open_to(self.actor, case) & set(RUN))
        ]
        return Response({"version": version, "results": offered}, headers={"ETag": shapes.etag(version)})

    @extend_schema(
        operation_id="consultation_act",
        tags=["相談"],
        summary="相談を動かす",
        description="act は GET で出るものだけです。読んだあとに相談が動いていると 412 になり、news に何があったかが入ります。",
        parameters=[NUMBER],
        request=TRANSITION,
        responses=answers.Acted,
    )
    def post(self, request: Request, receipt_no: str) -> Response:
        version = version_in(request)
        data = self.read(body_for(request.data, BODIES))
        return self.acted(once(request, lambda seed: self._act(receipt_no, data, version)))

    def _act(self, receipt_no: str, data: dict[str, Any], version: int) -> Outcome:
        case, act = self.case(receipt_no), data["act"]
        with unchanged_since(case.pk, version):
            if act not in policy.acts_open_to(self.actor, case):
                raise Problem(
                    409,
                    "いまの状態か、この発令では、できない操作です。GET で、できることを確かめてください。",
                )
            given = {name: value for name, value in data.items() if name != "act"}
            cleaned = BODIES[act].rules(given, case=case, actor=self.actor)
            made = RUN[act](case, self.actor, cleaned)
        ids: Ids = {"case": case.pk, "act": act}
        if isinstance(made, Consultation) and made.pk != case.pk:
            ids["created"] = made.pk
        return Outcome(200, ids)

    def acted(self, done: Done) -> Response:
        """What is left to see: a case that was given away may be out of sight."""
        ids = done.outcome.ids
        rows = Consultation.objects.select_related("matter")
        case = rows.get(pk=done.outcome.id("case"))
        visible = rows.visible_to(self.actor).filter(pk=case.pk).exists()
        readlog.saw("consultation", [case.pk])
        version = shapes.version_of(case.pk) if visible else None
        created = rows.get(pk=done.outcome.id("created")).receipt_no if "created" in ids else None
        content = {
            "act": ids["act"],
            "done": DONE[str(ids["act"])],
            "receipt_no": case.receipt_no,
            "is_visible": visible,
            "state": case.state if visible else None,
            "version": version,
            "created": created,
        }
        headers = {"ETag": shapes.etag(version)} if version is not None else {}
        return self.answer(done, content, **headers)


def version_in(request: Request) -> int:
    """The version that the caller has read. Raises Problem (428, 400)."""
    header = request.headers.get("If-Match", "")
    if not header:
        raise Problem(428, "先に相談を読み、その答えの ETag を If-Match に付けてください。")
    found = VERSION.fullmatch(header.strip())
    if found is None:
        raise Problem(400, 'If-Match は、読んだときの ETag のまま（例 "1234"）にしてください。')
    return int(found[1])


def fields_of(form: Any) -> list[dict[str, Any]]:
    """What may be sent with an act, with the choices that this case and this posting have now."""
    return [_field(name.rstrip("_"), field) for name, field in form.fields.items()]


def _field(name: str, field: Any) -> dict[str, Any]:
    return {
        "name": name,
        "label": str(field.label),
        "required": field.required,
        "choices": _choices(name, list(_flat(getattr(field, "choices", ())))),
    }


def _flat(pairs: Any) -> Any:
    """Choices in groups (people by section) as one list."""
    for value, label in pairs:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield value, label


def _choices(name: str, pairs: list[tuple[Any, Any]]) -> list[dict[str, str]]:
    codes = {str(pk): code for pk, code in SHOWN_BY_CODE[name]().items()} if name in SHOWN_BY_CODE else {}
    return [
        {"value": codes.get(str(value), str(value)), "label": str(label)}
        for value, label in pairs
        if str(value)
    ]
