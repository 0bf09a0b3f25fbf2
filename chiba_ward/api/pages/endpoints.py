"""連携の通知 on the staff side: where, of what, with what result; try it, stop it, send again."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import actor_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_visible
from chiba_ward.api import events, keys, signing
from chiba_ward.api.enums import DELIVERY_TONES, DeliveryState
from chiba_ward.api.forms import EndpointForm
from chiba_ward.api.models import WebhookDelivery, WebhookEndpoint
from chiba_ward.api.pages.tokens import history_of, posting_page, search_of
from chiba_ward.api.services import webhooks
from chiba_ward.api.services.tokens import NotPermittedError, may_permit, may_see_all
from chiba_ward.ui.pagination import KeysetPaginator

FULL = WebhookEndpoint.objects.select_related("posting__post__office", "posting__person").prefetch_related(
    "posting__post__office__versions"
)
SETTLED = (DeliveryState.DEAD, DeliveryState.SKIPPED, DeliveryState.DELIVERED)
ACTS = {
    "stop": ("止める", "止めました。これから起きることは知らせません。"),
    "start": ("再開する", "再開しました。これから起きることを知らせます。"),
    "key": ("署名鍵を替える", "署名鍵を替えました。先方に新しい鍵を渡してください。"),
    "ping": ("試しに送る", "試しの通知を送ります。結果は下の表に出ます。"),
}


@actor_required(may_see_all)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    dead = Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD))
    page = KeysetPaginator(FULL.annotate(dead=dead), ("-pk",), size=50).page(request.GET)
    context = {"title": "連携の通知先", "page": page, "may_register": may_permit(actor_of_request(request))}
    return staff_page(request, "api/endpoints.html", context)


@actor_required(may_permit)
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def register(request: HttpRequest) -> HttpResponse:
    words, postings = search_of(request)
    form = EndpointForm(request.POST or None, postings=postings)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = webhooks.register(
                by=actor_of_request(request),
                posting=data["posting"],
                name=data["name"],
                url=data["url"],
                wanted=data["kinds"],
            )
        except ValidationError as refusal:
            for name, texts in refusal.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(
                request, "登録しました。「署名鍵を見る」で鍵を先方に渡し、「試しに送る」で確かめてください。"
            )
            return redirect("integrations:endpoint", made.pk)
    return posting_page(request, "api/endpoint_new.html", "連携の通知先を登録する", form, words, postings)


@actor_required(may_see_all)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _endpoint(request, pk))


def _endpoint(request: HttpRequest, pk: int) -> WebhookEndpoint:
    found: WebhookEndpoint = get_visible(FULL, actor_of_request(request), pk=pk)
    return found


def _page(request: HttpRequest, endpoint: WebhookEndpoint, secret: str = "") -> HttpResponse:
    labels = {events.PING: "試し", **events.labels()}
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    page = KeysetPaginator(rows, ("-pk",), size=50).page(request.GET)
    context = {
        "title": f"連携の通知先 {endpoint.name}",
        "endpoint": endpoint,
        "kinds": [labels.get(kind, kind) for kind in endpoint.kinds],
        "key": signing.key_name(endpoint),
        "secret": secret,
        "page": page,
        "rows": [
            {
                "delivery": row,
                "event": labels.get(row.event, row.event),
                "tone": DELIVERY_TONES[DeliveryState(row.state)],
                "may_send": row.state in SETTLED,
            }
            for row in page.rows
        ],
        "history": history_of(endpoint),
        "may_change": webhooks.may_register(actor_of_request(request), endpoint.posting),
    }
    return staff_page(request, "api/endpoint.html", context)


@actor_required(may_permit)
@require_POST
@reauthentication_required
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """署名鍵を見る: made anew from the pepper, shown on this answer alone."""
    endpoint = _endpoint(request, pk)
    return _page(request, endpoint, keys.webhook_secret(endpoint.pk, endpoint.secret_version))


@actor_required(may_permit)
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    if name not in ACTS:
        raise Http404
    endpoint, actor = _endpoint(request, pk), actor_of_request(request)
    if name == "ping":
        webhooks.ping(endpoint, by=actor)
    elif name == "key":
        webhooks.change_key(endpoint, by=actor)
    else:
        webhooks.set_active(endpoint, by=actor, is_active=name == "start")
    messages.success(request, ACTS[name][1])
    return redirect("integrations:endpoint", pk)


@actor_required(may_permit)
@require_POST
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    rows = WebhookDelivery.objects.select_related("endpoint__posting")
    delivery = get_visible(rows, actor_of_request(request), pk=pk)
    try:
        webhooks.send_again(delivery, by=actor_of_request(request))
    except NotPermittedError as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, "もう一度送ります。通知の番号は同じです。")
    return redirect("integrations:endpoint", delivery.endpoint_id)
