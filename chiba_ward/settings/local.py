"""`python3 manage.py up` on one's own machine: demo accounts, mail into a folder, plain HTTP on loopback."""

from chiba_ward.settings.base import *  # noqa: F403  (settings are a namespace)
from chiba_ward.settings.base import ALLOWED_HOSTS, DATA_DIR, SECRET_KEY, env

SECRET_KEY = SECRET_KEY or "local-only-never-in-production"
PORTAL_PEPPER = env("PORTAL_PEPPER", "00" * 32)
PORTAL_SEAL_KEYS = env("PORTAL_SEAL_KEYS", f"local:{'00' * 32}")
PORTAL_SEARCH_KEYS = env("PORTAL_SEARCH_KEYS", f"local:{'00' * 32}")
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost", "[::1]"]
PORTAL_DEMO = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PORTAL_PLAIN_MAIL_FROM = "notice@demo.example.jp"
