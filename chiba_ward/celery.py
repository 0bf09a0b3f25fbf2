"""The Celery application: queues `default`, `outbox` and `documents` (DESIGN §2 rule 6)."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

from chiba_ward.broker_loss import outlive_the_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiba_ward.settings.local")

outlive_the_broker()

app = Celery("chiba_ward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def _as_the_application(**_: Any) -> None:
    """This file is loaded by every process, also by `migrate`: only those that work and keep time are asked.

    Celery logs an exception of a receiver and goes on; it lets an exit through.
    """
    from django.core.exceptions import ImproperlyConfigured

    from chiba_ward.database.roles import refuse_owner

    try:
        refuse_owner()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
