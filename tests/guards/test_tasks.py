"""What runs without anybody looking: every beat entry resolves and binds, every task is bounded and takes ids only."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from celery import Task, current_app
from celery.schedules import BaseSchedule
from django.conf import settings

from chiba_ward.celery import app

IDS = (int, str, UUID, type(None))
SCHEDULE = settings.CELERY_BEAT_SCHEDULE


@pytest.fixture(scope="module")
def tasks() -> dict[str, Task]:
    app.loader.import_default_modules()
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert len(own) >= 6
    return own


@pytest.mark.parametrize("name", sorted(SCHEDULE))
def test_a_beat_entry_resolves_and_binds(name: str, tasks: dict[str, Task]) -> None:
    entry = SCHEDULE[name]
    task = tasks.get(entry["task"])
    assert task is not None, f"beat starts {entry['task']}, which is no task"
    inspect.signature(task.run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))
    assert isinstance(entry["schedule"], (int, float, BaseSchedule))


def test_every_periodic_task_of_the_packages_is_started_by_beat(tasks: dict[str, Task]) -> None:
    """A task without arguments is nobody's but beat's: one that beat does not know never runs."""
    alone = {name for name, task in tasks.items() if not inspect.signature(task.run).parameters}
    assert alone - {entry["task"] for entry in SCHEDULE.values()} == set()


def test_every_task_ends_before_the_broker_hands_it_out_again(tasks: dict[str, Task]) -> None:
    visible_again = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    for name, task in tasks.items():
        hard = task.time_limit or settings.CELERY_TASK_TIME_LIMIT
        soft = task.soft_time_limit or settings.CELERY_TASK_SOFT_TIME_LIMIT
        assert soft < hard < visible_again, name


def test_every_task_takes_ids_only(tasks: dict[str, Task]) -> None:
    assert [
        problem for name, task in sorted(tasks.items()) for problem in argument_problems(name, task.run)
    ] == []


def argument_problems(name: str, function: Any) -> Iterator[str]:
    hints = typing.get_type_hints(function)
    for parameter in inspect.signature(function).parameters.values():
        kinds = typing.get_args(hints.get(parameter.name)) or (hints.get(parameter.name),)
        if not parameter.name.endswith(("_id", "_ids", "pk")):
            yield f"{name}: argument {parameter.name} is not called an id"
        if not set(kinds) <= set(IDS):
            yield f"{name}: argument {parameter.name} is {kinds}"


def test_a_task_with_more_than_ids_is_found() -> None:
    def tell(case_id: int, text: str) -> None: ...
    def carry(case_id: dict) -> None: ...  # type: ignore[type-arg]  # wrong on purpose

    assert list(argument_problems("tell", tell)) == ["tell: argument text is not called an id"]
    assert list(argument_problems("carry", carry))


def test_every_task_goes_to_a_queue_that_a_worker_reads(tasks: dict[str, Task]) -> None:
    router = current_app.amqp.router
    queues = {router.route({}, name)["queue"].name for name in tasks}
    assert queues <= {"default", "outbox", "documents"}
