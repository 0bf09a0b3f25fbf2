"""The one way from an id in a URL to an object (DESIGN §2 rule 3)."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.policy import allows_at
from chiba_ward.access.policy.doors import door_of

M = TypeVar("M", bound=Model)


def get_visible(model: type[M] | QuerySet[M], actor: Actor, **lookup: Any) -> M:
    """The object if the actor may see it. Unknown and foreign are the same 404.

    Takes a model whose manager has `visible_to(actor)`, or a queryset of one (with `select_related`…).
    """
    rows = model if isinstance(model, QuerySet) else model._default_manager.all()
    try:
        found: M = rows.visible_to(actor).get(**lookup)  # type: ignore[attr-defined]  # every scoped queryset has it
    except (ObjectDoesNotExist, ValueError) as error:
        raise Http404 from error
    return found


def get_permitted(request: HttpRequest, model: type[M] | QuerySet[M], **lookup: Any) -> M:
    """The object if the actor may see it and has a right to it behind the door that this request came through.

    Not permitted, foreign and unknown are the same 404; what only its state forbids, the view says in words.
    """
    actor = actor_of_request(request)
    found = get_visible(model, actor, **lookup)
    if not allows_at(actor, door_of(request.resolver_match), found):
        raise Http404
    return found


def require_door(request: HttpRequest) -> None:
    """For a page about no row in particular: 404 where no relation behind its door could hold for this actor."""
    if not allows_at(actor_of_request(request), door_of(request.resolver_match)):
        raise Http404
