"""The suite: real PostgreSQL and broker of its own, cheap password hashing, mail caught by the test."""

import tempfile
from pathlib import Path

from chiba_ward.settings.base import *  # noqa: F403  (settings are a namespace)

SECRET_KEY = "suite-only"  # noqa: S105  (opens nothing but the suite's own data)
PORTAL_PEPPER = "11" * 32
PORTAL_SEAL_KEYS = f"suite:{'22' * 32}"
PORTAL_SEARCH_KEYS = f"suite:{'33' * 32}"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PORTAL_DEMO = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PASSPHRASE_COST = {"time_cost": 1, "memory_cost": 8 * 1024, "parallelism": 1}
STORAGES = {
    "default": {"BACKEND": "chiba_ward.casework.storage.DurableStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
PORTAL_READ_LOG_HEADS = str(Path(tempfile.gettempdir()) / "portal-suite-heads")
PORTAL_MEDIA_ROOT = MEDIA_ROOT = Path(tempfile.gettempdir()) / "portal-suite-media"
