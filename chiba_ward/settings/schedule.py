"""Everything that beat starts. A missed or repeated run is harmless: tasks ask the database what is due."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-sweep": {"task": "chiba_ward.outbox.tasks.sweep", "schedule": 10.0, "options": {"expires": 30}},
    "deadline-steps": {"task": "chiba_ward.casework.tasks.run_due_steps", "schedule": 60.0},
    "documents-reconcile": {"task": "chiba_ward.documents.tasks.reconcile", "schedule": 60.0},
    "search-complete": {"task": "chiba_ward.casework.tasks.complete_search", "schedule": 600.0},
    "drafts-purge": {
        "task": "chiba_ward.casework.tasks.purge_drafts",
        "schedule": crontab(hour=3, minute=10),
    },
    "sessions-purge": {
        "task": "chiba_ward.access.tasks.purge_sessions",
        "schedule": crontab(hour=3, minute=20),
    },
    "files-reconcile": {
        "task": "chiba_ward.casework.tasks.reconcile_files",
        "schedule": crontab(hour=3, minute=30),
    },
    "progress-snapshot": {"task": "chiba_ward.progress.tasks.snapshot", "schedule": 300.0},
}
