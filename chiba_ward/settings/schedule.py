"""Everything that beat starts. A missed or repeated run is harmless: tasks ask the database what is due."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-sweep": {"task": "chiba_ward.outbox.tasks.sweep", "schedule": 10.0, "options": {"expires": 30}},
    "deadline-steps": {"task": "chiba_ward.casework.tasks.run_due_steps", "schedule": 60.0},
    "documents-reconcile": {"task": "chiba_ward.documents.tasks.reconcile", "schedule": 60.0},
    "offices-take-over": {"task": "chiba_ward.directory.tasks.take_over", "schedule": 300.0},
    "search-complete": {"task": "chiba_ward.casework.tasks.complete_search", "schedule": 600.0},
    "drafts-purge": {
        "task": "chiba_ward.casework.tasks.purge_drafts",
        "schedule": crontab(hour=3, minute=10),
    },
    "sessions-purge": {
        "task": "chiba_ward.access.tasks.purge_sessions",
        "schedule": crontab(hour=3, minute=20),
    },
    # Every hour: a day on which the clock stood still at midnight is closed a little later.
    "read-log-day": {"task": "chiba_ward.access.tasks.close_read_log_day", "schedule": crontab(minute=7)},
    "read-log-checks": {
        "task": "chiba_ward.access.tasks.carry_on_verifications",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    # A large store takes several stretches of a minute; once the night's comparison is done, the rest do nothing.
    "files-reconcile": {
        "task": "chiba_ward.casework.tasks.reconcile_files",
        "schedule": crontab(hour="1-5", minute="*/5"),
    },
    "files-scan-again": {"task": "chiba_ward.casework.tasks.scan_again", "schedule": 300.0},
    "files-purge-infected": {
        "task": "chiba_ward.casework.tasks.purge_infected",
        "schedule": crontab(hour=3, minute=40),
    },
    "api-keys-purge": {
        "task": "chiba_ward.api.tasks.purge_keys",
        "schedule": crontab(hour=3, minute=40),
    },
    "matching-expire": {
        "task": "community.matching.tasks.expire",
        "schedule": crontab(hour=0, minute=30),
    },
    "circulars-end": {
        "task": "community.circulars.tasks.end_due",
        "schedule": crontab(hour=0, minute=5),
    },
    "meetings-fill": {
        "task": "regional_issues.meetings.tasks.fill_agendas",
        "schedule": crontab(hour=0, minute=20),
    },
    "progress-snapshot": {"task": "chiba_ward.progress.tasks.snapshot", "schedule": 300.0},
}
