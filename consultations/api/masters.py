"""基本の情報: what a form needs to be built with. Rows of the city, nothing of a person."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from chiba_ward.api.enums import Scope
from chiba_ward.api.views import ApiView
from chiba_ward.casework.enums import Channel, Urgency
from chiba_ward.correspondence.enums import Medium
from chiba_ward.directory.models import Office, Ward
from consultations import enums
from consultations.api.answers import Answer
from consultations.models import Field, LegalGround, Topic

CHOICES: dict[str, Any] = {
    "channel": Channel.choices,
    "consultant_kind": enums.ConsultantKind.choices,
    "consent_method": enums.ConsentMethod.choices,
    "excerpt_item": enums.ExcerptItem.choices,
    "flag": enums.Flag.choices,
    "identity": enums.IdentitySeen.choices,
    "link_kind": enums.LinkKind.choices,
    "mandate": enums.Mandate.choices,
    "outcome": enums.Outcome.choices,
    "preferred": Medium.choices,
    "referral_state": enums.ReferralState.choices,
    "speaker": enums.Speaker.choices,
    "state": enums.State.choices,
    "urgency": Urgency.choices,
}


class WardAnswer(Answer):
    slug = s.CharField()
    name = s.CharField()
    kana = s.CharField()
    name_en = s.CharField()


class FieldAnswer(Answer):
    code = s.CharField()
    name = s.CharField()
    is_hardship = s.BooleanField(help_text="申請の意思を確かめる分野")


class TopicAnswer(Answer):
    code = s.CharField()
    name = s.CharField()
    name_easy = s.CharField()
    name_en = s.CharField()
    hint = s.CharField()


class GroundAnswer(Answer):
    code = s.CharField()
    name = s.CharField()
    law = s.CharField(help_text="条文・取り決め")
    sentence = s.CharField(help_text="つなぎ票に印字する文")
    needs_verification = s.BooleanField(help_text="要確認なら true")


class OfficeAnswer(Answer):
    code = s.CharField()
    name = s.CharField(help_text="きょうの名前")
    kind = s.CharField()
    ward = s.CharField(allow_null=True)
    routing_code = s.CharField()
    telephone = s.CharField()
    description = s.CharField()
    needs_verification = s.BooleanField(help_text="要確認なら true")


class ChoiceAnswer(Answer):
    value = s.CharField()
    label = s.CharField()


def results(name: str, row: type[Answer]) -> Any:
    return type(name, (Answer,), {"results": row(many=True)})


class MasterView(ApiView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": None}


def _view(
    name: str, summary: str, row: type[Answer], rows: Callable[[], list[dict[str, Any]]]
) -> type[MasterView]:
    @extend_schema(
        operation_id=f"master_{name}",
        tags=["基本の情報"],
        summary=summary,
        responses=results(f"{name.title()}Master", row),
    )
    def get(self: MasterView, request: Request) -> Response:
        return Response({"results": rows()})

    return type(f"{name.title()}View", (MasterView,), {"get": get})


def _wards() -> list[dict[str, Any]]:
    names = ("slug", "name", "kana", "name_en")
    return [{name: getattr(ward, name) for name in names} for ward in Ward.objects.order_by("order")]


def _fields() -> list[dict[str, Any]]:
    names = ("code", "name", "is_hardship")
    return [{name: getattr(field, name) for name in names} for field in Field.objects.order_by("order", "id")]


def _topics() -> list[dict[str, Any]]:
    names = ("code", "name", "name_easy", "name_en", "hint")
    rows = Topic.objects.filter(is_active=True).order_by("order", "id")
    return [{name: getattr(topic, name) for name in names} for topic in rows]


def _grounds() -> list[dict[str, Any]]:
    names = ("code", "name", "law", "sentence", "needs_verification")
    rows = LegalGround.objects.filter(is_active=True).order_by("order", "id")
    return [{name: getattr(ground, name) for name in names} for ground in rows]


def _offices() -> list[dict[str, Any]]:
    rows = Office.objects.existing_on().select_related("ward").prefetch_related("versions").order_by("code")
    return [_office(office) for office in rows]


def _office(office: Office) -> dict[str, Any]:
    version = office.version_on(timezone.localdate())
    assert version is not None  # existing_on
    return {
        "code": office.code,
        "name": version.name,
        "kind": office.kind,
        "ward": office.ward.slug if office.ward else None,
        "routing_code": office.routing_code,
        "telephone": version.telephone,
        "description": version.plain_description,
        "needs_verification": version.needs_verification,
    }


WardsView = _view("wards", "区", WardAnswer, _wards)
FieldsView = _view("fields", "相談分野", FieldAnswer, _fields)
TopicsView = _view("topics", "相談の入口のことば", TopicAnswer, _topics)
GroundsView = _view("grounds", "同意によらない根拠", GroundAnswer, _grounds)
OfficesView = _view("offices", "課・機関（きょうあるもの）", OfficeAnswer, _offices)


class ChoicesView(MasterView):
    @extend_schema(
        operation_id="master_choices",
        tags=["基本の情報"],
        summary="選べることばと、その日本語",
        responses=type("ChoicesMaster", (Answer,), {name: ChoiceAnswer(many=True) for name in CHOICES}),
    )
    def get(self, request: Request) -> Response:
        return Response(
            {
                name: [{"value": str(value), "label": str(label)} for value, label in pairs]
                for name, pairs in CHOICES.items()
            }
        )
