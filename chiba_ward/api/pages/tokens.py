"""連携トークン on the staff side: who may do what with which system, until when; stopped at once."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import actor_required
from chiba_ward.access.models import User
from chiba_ward.access.pages import staff_page
from chiba_ward.access.views_support import get_visible
from chiba_ward.api.forms import ForPosting, PermitForm
from chiba_ward.api.models import ApiToken
from chiba_ward.api.services import tokens
from chiba_ward.directory.models import Posting
from chiba_ward.ui import normalisation
from chiba_ward.ui.pagination import KeysetPaginator

FOUND_LIMIT = 30
SHOWN = 50
FULL = ApiToken.objects.select_related(
    "use", "posting__post__office", "posting__person", "permitted_by__person", "collected_by__person", "revoked_by__person"
).prefetch_related("posting__post__office__versions")  # fmt: skip


@actor_required(tokens.may_see_all)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = KeysetPaginator(FULL, ("-pk",), size=SHOWN).page(request.GET)
    context = {
        "title": "連携トークン",
        "page": page,
        "rows": [(token, *state_of(token)) for token in page.rows],
        "may_permit": tokens.may_permit(actor_of_request(request)),
    }
    return staff_page(request, "api/tokens.html", context)


def state_of(token: ApiToken) -> tuple[str, str]:
    """A word and its tone."""
    if token.revoked_at:
        return "止めた", "done"
    if token.expires_on <= timezone.localdate():
        return "期限切れ", "done"
    stands = Posting.objects.active_on().filter(pk=token.posting_id).exists()
    if not stands:
        return "発令が終わった", "done"
    return ("使える", "active") if token.digest else ("受け取り待ち", "waiting")


@actor_required(tokens.may_permit)
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def permit(request: HttpRequest) -> HttpResponse:
    """許可する: whoever permits does not see the token; the posting or the head of its office draws it."""
    words, postings = search_of(request)
    form = PermitForm(request.POST or None, postings=postings)
    if request.method == "POST" and form.is_valid():
        try:
            token = tokens.permit(by=actor_of_request(request), **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(
                request, "許可しました。トークンは、その職の人か課の長が、自分の画面で一度だけ受け取ります。"
            )
            return redirect("integrations:token", token.pk)
    return posting_page(request, "api/token_permit.html", "連携トークンを許可する", form, words, postings)


def search_of(request: HttpRequest) -> tuple[str, Any]:
    words = normalisation.clean_line(request.GET.get("q", ""))[:60]
    return words, tokens.postings_found(words)


def posting_page(
    request: HttpRequest, template: str, title: str, form: ForPosting, words: str, postings: Any
) -> HttpResponse:
    """A form below a search for postings; only what was found can be chosen."""
    found = list(postings[: FOUND_LIMIT + 1])
    field: Any = form.fields["posting"]
    field.choices = [(row.pk, field.label_from_instance(row)) for row in found[:FOUND_LIMIT]]
    context = {
        "title": title,
        "form": form,
        "words": words,
        "found": len(found),
        "too_many": len(found) > FOUND_LIMIT,
    }
    return staff_page(request, template, context, status=422 if form.errors else 200)


@actor_required(tokens.may_see_all)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of_request(request)
    token = get_visible(FULL, actor, pk=pk)
    state, tone = state_of(token)
    context = {
        "title": f"連携トークン {token.name}",
        "token": token,
        "state": state,
        "tone": tone,
        "history": history_of(token),
        "may_revoke": tokens.may_revoke(actor, token),
    }
    return staff_page(request, "api/token.html", context)


def history_of(row: Any) -> list[dict[str, Any]]:
    """What the history triggers kept: when, who, what changed."""
    events = list(row.events.select_related("pgh_context").order_by("pgh_id"))
    people = _people(events)
    lines = []
    for before, event in zip([None, *events], events, strict=False):
        metadata = event.pgh_context.metadata if event.pgh_context else {}
        who = people.get(metadata.get("user") or 0, "システム")
        lines.append({"at": event.pgh_created_at, "who": who, "what": _changes(row, before, event)})
    return lines


def _people(events: list[Any]) -> dict[int, str]:
    ids = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids - {None}).order_by("pk")}


def _changes(row: Any, before: Any, after: Any) -> str:
    if before is None:
        return "作成"
    fields = [field for field in row._meta.concrete_fields if hasattr(after, field.attname)]
    changed = [
        str(field.verbose_name)
        for field in fields
        if getattr(before, field.attname) != getattr(after, field.attname)
    ]
    return "、".join(changed) or "変更なし"


@actor_required(tokens.may_permit)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """止める: asked once more, since it cannot be taken back."""
    token = get_visible(FULL, actor_of_request(request), pk=pk)
    if request.method == "POST":
        tokens.revoke(token.pk, by=actor_of_request(request))
        messages.success(request, "止めました。次の呼び出しから使えません。")
        return redirect("integrations:token", token.pk)
    context = {"title": f"{token.name} を止める", "token": token}
    return staff_page(request, "api/token_revoke.html", context)
