"""Thin: fetch, call a service. They run on the queue `documents`, apart from mails and reminders."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from celery import shared_task

from chiba_ward.compartments import services as compartments
from chiba_ward.documents import services
from chiba_ward.documents.renderer import limit_worker_memory


@shared_task(ignore_result=True, soft_time_limit=60, time_limit=90)
def make(document_id: str, compartment_id: int | None = None) -> str:
    """One PDF within 60 s and bounded memory; calling it twice makes one."""
    with _bounded_memory(), compartments.work(compartment_id, reason="a document of a sealed matter"):
        return services.make(document_id)


@shared_task(ignore_result=True)
def reconcile() -> dict[str, int]:
    """Documents that nobody is working on; every minute."""
    return asdict(services.reconcile())


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """The limit holds for this task alone: locally one worker serves every queue."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit_worker_memory()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
