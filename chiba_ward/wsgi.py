"""WSGI entry point. Pages are synchronous views under gunicorn threads (DESIGN §3)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiba_ward.settings.local")

application = get_wsgi_application()

from chiba_ward.access.policy.checks import require_sound_policy  # noqa: E402  (Django must be ready)
from chiba_ward.database.roles import refuse_owner  # noqa: E402  (needs the settings)

require_sound_policy()
refuse_owner()
