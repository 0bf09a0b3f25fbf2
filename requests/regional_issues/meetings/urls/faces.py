"""The pages that staff and outside members both have, each behind the guard of its face."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from regional_issues.meetings.views import decisions, meetings

Guard = Callable[[Any], Any]


def pages(guard: Guard) -> list[URLPattern]:
    return [
        path("", guard(meetings.index), name="index"),
        path("decisions/", guard(decisions.index), name="decisions"),
        path("decisions/<int:pk>/", guard(decisions.detail), name="decision"),
        path("decisions/<int:pk>/report/<slug:name>/", guard(decisions.report), name="report"),
        path("<int:pk>/", guard(meetings.detail), name="show"),
        path("<int:pk>/answer/<slug:name>/", guard(meetings.answer), name="answer"),
    ]
