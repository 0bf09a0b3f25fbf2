"""Two people at the same moment, each in a thread and on a connection of their own."""

import threading
from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections

from consultations.workflow.errors import Refused

Gone = type[ObjectDoesNotExist]
Running = tuple[threading.Thread, list[str]]


def together(*acts: Callable[[], object], gone: tuple[Gone, ...]) -> list[str]:
    """Run all at the same moment; for each 'done', the refusal's words, or 'gone' for one of these."""
    barrier, results = threading.Barrier(len(acts)), [""] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            results[index] = "done"
        except Refused as refused:
            results[index] = refused.message
        except gone:
            results[index] = "gone"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def in_thread(act: Callable[[], object]) -> Running:
    """Begin one act; when it has ended, 'done' or the name of its error stands in the list."""
    result: list[str] = []

    def run() -> None:
        try:
            act()
            result.append("done")
        except Exception as error:  # noqa: BLE001  (looked at by the test)
            result.append(type(error).__name__)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, result
