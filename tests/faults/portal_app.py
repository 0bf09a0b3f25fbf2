"""Shortens the waiting times that are constants in the code, by one scale, when the processes of a test start."""

import datetime as dt
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        if not getattr(settings, "IS_LONG", False):
            shorten()


def shorten() -> None:
    """A lease stays longer than the slowest answer of a mail server, a stale document than the slowest PDF."""
    from chiba_ward.documents import services as documents
    from chiba_ward.outbox import publishing, services

    publishing.REST_SECONDS = 3.0
    services.FIRST_PAUSE = dt.timedelta(seconds=1)
    services.LONGEST_PAUSE = dt.timedelta(seconds=3)
    services.LEASE = dt.timedelta(seconds=6)
    services.GRACE = dt.timedelta(seconds=1)
    services.PUBLISH_AGAIN = dt.timedelta(seconds=2)
    documents.FIRST_PAUSE = dt.timedelta(seconds=1)
    documents.STALE = dt.timedelta(seconds=12)
    documents.SILENT = dt.timedelta(seconds=5)
