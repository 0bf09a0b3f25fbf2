"""Thin: each calls a service."""

from celery import shared_task

from regional_issues.meetings.services import agenda


@shared_task(ignore_result=True)
def fill_agendas() -> int:
    """Overdue decisions go on the next agenda (C19)."""
    return agenda.fill_all()
