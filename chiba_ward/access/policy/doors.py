"""From a resolved address to the door that `policy.yaml` names."""

from django.urls import ResolverMatch

from chiba_ward.access.policy.loading import current


def view_of(match: ResolverMatch | None) -> str:
    """The name of the view, or the pattern of a route that has none."""
    if match is None:
        return ""
    return match.view_name if match.url_name else match.route


def door_of(match: ResolverMatch | None) -> str:
    """The door itself: one of several behind a view is told by an argument (`staff:act name=close`).

    Empty for an argument that no door has: nothing is granted there.
    """
    view = view_of(match)
    candidates = current().doors_by_view.get(view, ())
    for door in candidates:
        if match is not None and (not door.argument or str(match.kwargs.get(door.argument)) == door.value):
            return str(door)
    return ""
