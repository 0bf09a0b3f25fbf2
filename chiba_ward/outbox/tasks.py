"""Thin: fetch, call a service. Arguments are ids only."""

from celery import shared_task

from chiba_ward.compartments import services as compartments
from chiba_ward.outbox import services


@shared_task(name="chiba_ward.outbox.tasks.run", ignore_result=True)
def run(entry_id: int, compartment_id: int | None = None) -> str:
    with compartments.work(compartment_id, reason="an effect that a sealed matter owes"):
        return str(services.run_entry(entry_id))


@shared_task(name="chiba_ward.outbox.tasks.sweep", ignore_result=True)
def sweep() -> int:
    return services.sweep()
