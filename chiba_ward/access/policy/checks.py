"""What the file cannot know by itself: whether models, routes, relations and rights of the process agree with it.

Each problem names what is missing and where it goes. Django's checks run them at every start (`migrate`), the suite too.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from chiba_ward.access.policy import relations
from chiba_ward.access.policy.loading import PolicyError, current
from chiba_ward.access.policy.model import Policy

HOW = "docs/adding-a-model.md tells how."
ALL_FACES = {"citizen", "staff", "partner", "progress"}


def check_policy(app_configs: Any = None, **options: Any) -> list[checks.CheckMessage]:
    """The system check of Django."""
    return [checks.Error(text, hint=HOW, id="access.E001") for text in problems()]


def require_sound_policy() -> None:
    """Refuse to serve pages with a policy that does not fit. Raises ImproperlyConfigured with every problem."""
    if found := problems():
        raise ImproperlyConfigured("policy.yaml:\n" + "\n".join(found))


def problems() -> list[str]:
    """Everything that does not agree, in words."""
    try:
        policy = current()
    except PolicyError as error:
        return [str(error)]
    looked: tuple[Callable[[Policy], Iterator[str]], ...] = (of_models, of_routes, of_relations)
    return [text for look in looked for text in look(policy)]


def of_models(policy: Policy) -> Iterator[str]:
    """Every table stands in the file once."""
    installed = {
        model._meta.label
        for model in apps.get_models(include_auto_created=False)
        if not model._meta.proxy and not model._meta.swapped
    }
    named = {*policy.objects_by_model, *policy.machinery}
    for label in sorted(installed - named):
        yield f"the model {label} belongs to no object: add it to `models` of one, or to `machinery` with a reason"
    for label in sorted(named - installed):
        yield f"the model {label} stands in the file and does not exist"


def of_routes(policy: Policy) -> Iterator[str]:
    """Every route is a door. A process that serves fewer faces may lack some that the file names."""
    served = set(views())
    for view in sorted(served - policy.kinds_by_view.keys()):
        yield f"the route {view} is no door: add it to `doors` of a right, or to `open` with a reason"
    if set(settings.PORTAL_FACES) >= ALL_FACES and settings.PORTAL_DEMO:
        for view in sorted(policy.kinds_by_view.keys() - served):
            yield f"the route {view} stands in the file and does not exist"


def of_relations(policy: Policy) -> Iterator[str]:
    """Every relation that is granted is written, and none is written that nobody is granted."""
    granted = {(one.name, relation) for one in policy.objects.values() for relation in one.relations}
    written = relations.known()
    for name, relation in sorted(granted - written):
        yield f"{name}: the relation {relation} is granted and not written: `@relations.of({name!r})` beside its queryset"
    for name, relation in sorted(written - granted):
        yield f"{name}: the relation {relation} is written, and `relations` of the object does not have it"


def views() -> Iterator[str]:
    """Every route of the process by the name of its view, or by its pattern where it has no name."""
    yield from _views(get_resolver())


def _views(resolver: URLResolver, spaces: tuple[str, ...] = (), prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name)) if entry.name else route
        else:
            yield from _views(entry, (*spaces, entry.namespace) if entry.namespace else spaces, route)
