from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chiba_ward.correspondence import initial
from chiba_ward.directory.models import Office
from tests.correspondence.support import MailServer
from tests.factories import make_office, make_ward
from tests.kept import begin_with


@pytest.fixture(autouse=True)
def _no_broker(settings: Any) -> None:
    """These tests run the outbox themselves."""
    settings.CELERY_BROKER_URL = "redis://:x@127.0.0.1:1/0"


@pytest.fixture
def texts_loaded(db: None) -> None:
    begin_with(initial.load)


@pytest.fixture
def office(texts_loaded: None) -> Office:
    return make_office("保健福祉センター 見本課", ward=make_ward())


@pytest.fixture
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A real SMTP server; the portal's own backend speaks to it."""
    server = MailServer()
    server.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    yield server
    server.controller.stop()
