"""WSGI entry point. Pages are synchronous views under gunicorn threads (DESIGN §3)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiba_ward.settings.local")

application = get_wsgi_application()

from chiba_ward.database.roles import refuse_owner  # noqa: E402  (needs the settings)

refuse_owner()
