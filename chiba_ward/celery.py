"""The Celery application: queues `default`, `outbox` and `documents` (DESIGN §2 rule 6)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiba_ward.settings.local")

app = Celery("chiba_ward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
