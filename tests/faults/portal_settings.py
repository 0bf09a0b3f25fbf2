"""The portal as it runs locally, over real SMTP, with a clock that is fast enough to be waited for.

Only the processes that the fault tests start use these settings. `FAULTS=long` leaves every time as it is in production.
"""

import os

from chiba_ward.settings.local import *  # noqa: F403  (settings are a namespace)
from chiba_ward.settings.local import INSTALLED_APPS, MIDDLEWARE, STORAGES

IS_LONG = os.environ.get("FAULTS") == "long"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.portal_app.FaultsConfig"]
MIDDLEWARE = [*MIDDLEWARE, "tests.faults.middleware.StandStillMiddleware"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["FAULTS_SMTP_PORT"])
if not IS_LONG:
    EMAIL_TIMEOUT = 2
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        **CELERY_BROKER_TRANSPORT_OPTIONS,  # noqa: F405  (from the local settings)
        "visibility_timeout": 10,
        "unacked_restore_interval": 1,
    }
    CELERY_BEAT_SCHEDULE = {
        "outbox-sweep": {
            "task": "chiba_ward.outbox.tasks.sweep",
            "schedule": 0.5,
            "options": {"expires": 30},
        },
        "deadline-steps": {"task": "chiba_ward.casework.tasks.run_due_steps", "schedule": 1.0},
        "documents-reconcile": {"task": "chiba_ward.documents.tasks.reconcile", "schedule": 1.0},
    }
