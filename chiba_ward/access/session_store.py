"""Sessions in PostgreSQL, as Django keeps them, with fewer questions: every request of everybody asks for one."""

from typing import Any

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string

LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseSessions):
    """One plain statement to read, one to write a new session, one to end it."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(LOAD, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=key).delete()

    def _get_new_session_key(self) -> str:
        """165 random bits. Whether they are free is not asked first: the INSERT refuses a key that is taken, and
        then another is drawn."""
        return get_random_string(32, VALID_KEY_CHARS)
