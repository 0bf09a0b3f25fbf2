"""The floors' own entry point: the portal's checks at the start have nothing to look at here."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
