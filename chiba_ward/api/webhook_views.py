"""連携の通知 over the API: a system registers where it wants to be told, within the rights of its own posting."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from chiba_ward.access.views_support import get_visible
from chiba_ward.api import events, keys, signing
from chiba_ward.api.bodies import Body, Code, Flag, Many, Text
from chiba_ward.api.enums import DeliveryState, Scope
from chiba_ward.api.idempotency import Outcome, once
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint
from chiba_ward.api.paging import PageQuery, page_of, paged
from chiba_ward.api.problems import Problem
from chiba_ward.api.services import webhooks
from chiba_ward.api.views import ApiView

TAG = "連携の通知"
NAMES = {"kinds": "events"}
ID = OpenApiParameter("endpoint_id", int, OpenApiParameter.PATH)


class EndpointBody(Body):
    name = Text(min_length=1, max_length=80, help_text="知らせる先のシステム")
    url = Text(
        min_length=9, max_length=300, help_text="https:// で始まるURL。ホストは許可された一覧にあるものだけ"
    )
    events = Many(
        child=Code(min_length=1, max_length=40),
        min_length=1,
        help_text="知らせる出来事（GET /webhooks/ の kinds）",
    )


class ActiveBody(Body):
    is_active = Flag(help_text="false で止め、true で再開します")


class EndpointAnswer(s.Serializer[Any]):
    id = s.IntegerField()
    name = s.CharField()
    url = s.CharField()
    events = s.ListField(child=s.CharField())
    is_active = s.BooleanField()
    key = s.CharField(help_text="いまの署名鍵の名前（Chiba-Webhook-Key）")


class EndpointCreated(EndpointAnswer):
    secret = s.CharField(help_text="署名を確かめる鍵。安全なところに保存してください")


class EventAnswer(s.Serializer[Any]):
    kind = s.CharField()
    label = s.CharField()


class Endpoints(s.Serializer[Any]):
    results = EndpointAnswer(many=True)
    kinds = EventAnswer(many=True, help_text="選べる出来事")


class DeliveryAnswer(s.Serializer[Any]):
    id = s.IntegerField()
    event_id = s.UUIDField()
    event = s.CharField()
    state = s.ChoiceField(choices=DeliveryState.choices)
    attempts = s.IntegerField()
    answered = s.IntegerField(allow_null=True, help_text="先方の応答")
    reason = s.CharField()
    created_at = s.DateTimeField()


class EndpointView(ApiView):
    """A token manages the endpoints of its own posting, whatever else the posting may see."""

    def endpoint(self, pk: int) -> WebhookEndpoint:
        rows = WebhookEndpoint.objects.filter(posting=self.actor.seat.pk).select_related("posting")
        return get_visible(rows, self.actor, pk=pk)


class EndpointsView(EndpointView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.WEBHOOK, "POST": Scope.WEBHOOK}
    keyed = frozenset({"POST"})

    @extend_schema(
        operation_id="webhooks_list",
        tags=[TAG],
        summary="この発令の通知先と、選べる出来事",
        responses=Endpoints,
    )
    def get(self, request: Request) -> Response:
        rows = WebhookEndpoint.objects.filter(posting=self.actor.seat.pk).order_by("id")
        kinds = [{"kind": kind, "label": label} for kind, label in events.labels().items()]
        return Response({"results": [_endpoint(row) for row in rows], "kinds": kinds})

    @extend_schema(
        operation_id="webhook_create",
        tags=[TAG],
        summary="通知先を登録する",
        request=EndpointBody,
        responses={201: EndpointCreated},
    )
    def post(self, request: Request) -> Response:
        data = self.read(EndpointBody)
        done = once(request, lambda seed: self._register(data))
        row = WebhookEndpoint.objects.get(pk=done.outcome.id("endpoint"))
        secret = keys.webhook_secret(row.pk, row.secret_version)
        return self.answer(done, {**_endpoint(row), "secret": secret})

    def _register(self, data: dict[str, Any]) -> Outcome:
        try:
            made = webhooks.register(
                by=self.actor,
                posting=self.actor.seat,
                name=data["name"],
                url=data["url"],
                wanted=data["events"],
            )
        except ValidationError as refusal:
            raise _refused(refusal) from refusal
        return Outcome(201, {"endpoint": made.pk})


class EndpointDetailView(EndpointView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"PATCH": Scope.WEBHOOK}

    @extend_schema(
        operation_id="webhook_change",
        tags=[TAG],
        summary="通知先を止める・再開する",
        parameters=[ID],
        request=ActiveBody,
        responses=EndpointAnswer,
    )
    def patch(self, request: Request, endpoint_id: int) -> Response:
        """Without a key: setting the same twice is the same."""
        data, row = self.read(ActiveBody), self.endpoint(endpoint_id)
        webhooks.set_active(row, by=self.actor, is_active=data["is_active"])
        return Response(_endpoint(row))


class PingView(EndpointView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"POST": Scope.WEBHOOK}
    keyed = frozenset({"POST"})

    @extend_schema(
        operation_id="webhook_ping",
        tags=[TAG],
        summary="試しに送る",
        description="event が ping の通知を送ります。結果は deliveries で確かめます。",
        parameters=[ID],
        request=None,
        responses={202: DeliveryAnswer},
    )
    def post(self, request: Request, endpoint_id: int) -> Response:
        done = once(request, lambda seed: self._ping(endpoint_id))
        row = WebhookDelivery.objects.get(pk=done.outcome.id("delivery"))
        return self.answer(done, _delivery(row))

    def _ping(self, pk: int) -> Outcome:
        return Outcome(202, {"delivery": webhooks.ping(self.endpoint(pk), by=self.actor).pk})


class DeliveriesView(EndpointView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": Scope.WEBHOOK}

    @extend_schema(
        operation_id="webhook_deliveries",
        tags=[TAG],
        summary="送った通知と、その結果",
        parameters=[ID, PageQuery],
        responses=page_of("DeliveryPage", DeliveryAnswer),
    )
    def get(self, request: Request, endpoint_id: int) -> Response:
        self.query(PageQuery)
        rows = WebhookDelivery.objects.filter(endpoint=self.endpoint(endpoint_id).pk)
        return Response(paged(request, rows, ("-pk",), lambda found: [_delivery(row) for row in found]))


def _endpoint(row: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "url": row.url,
        "events": row.kinds,
        "is_active": row.is_active,
        "key": signing.key_name(row),
    }


def _delivery(row: WebhookDelivery) -> dict[str, Any]:
    from django.utils import timezone

    return {
        "id": row.pk,
        "event_id": str(row.event_id),
        "event": row.event,
        "state": row.state,
        "attempts": row.attempts,
        "answered": row.answered,
        "reason": row.reason,
        "created_at": timezone.localtime(row.created_at).isoformat(timespec="seconds"),
    }


def _refused(refusal: ValidationError) -> Problem:
    pairs = refusal.message_dict.items()
    errors = [
        {"pointer": f"/{NAMES.get(name, name)}", "detail": text} for name, texts in pairs for text in texts
    ]
    return Problem(422, "errors に示したところを直して、送り直してください。", errors=errors)
