"""The pages that a section and an association both have, each behind the guard of its face."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from community.circulars.views import circulars, groups, ledger

Guard = Callable[[Any], Any]


def pages(guard: Guard) -> list[URLPattern]:
    return [
        path("", guard(circulars.index), name="index"),
        path("new/", guard(circulars.new), name="new"),
        path("groups/", guard(groups.index), name="groups"),
        path("groups/new/", guard(groups.new), name="group_new"),
        path("groups/<int:pk>/", guard(groups.detail), name="group"),
        path("groups/<int:pk>/do/<slug:name>/", guard(groups.act), name="group_act"),
        path("groups/<int:pk>/keys/", guard(groups.print_keys), name="keys"),
        path("<int:pk>/", guard(circulars.detail), name="show"),
        path("<int:pk>/edit/", guard(circulars.edit), name="edit"),
        path("<int:pk>/discard/", guard(circulars.discard), name="discard"),
        path("<int:pk>/do/<slug:name>/", guard(circulars.act), name="act"),
        path("<int:pk>/paper/", guard(circulars.paper), name="paper"),
        path("<int:pk>/ledger/", guard(ledger.detail), name="ledger"),
        path("<int:pk>/ledger/file/", guard(ledger.csv), name="ledger_csv"),
        path("<int:pk>/ledger/<int:recipient>/<slug:name>/", guard(ledger.turn), name="turn"),
    ]
