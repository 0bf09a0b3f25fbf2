"""What hardly ever changes and every page asks for, kept a minute by each process: names, rules, words, desks.

It is for reading. What comes back is shared by the threads of the process and must not be changed; who may do what, and
what a person picks in a form, is asked of the database each time.
"""

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction

KEEP_SECONDS = 60
MOST = 5000
Given = ParamSpec("Given")
Found = TypeVar("Found")
_kept: dict[Any, tuple[float, Any]] = {}
_swept = [0.0]


def recall(key: Any, read: Callable[[], Found]) -> Found:
    """Ask `read` at most once a minute for the same key. What is empty is not kept: first rows are seen at once.

    Whatever the answer depends on stands in the key."""
    kept, now = _kept.get(key), time.monotonic()
    if kept is not None and now - kept[0] < KEEP_SECONDS:
        known: Found = kept[1]
        return known
    found = read()
    _make_room(now)
    if found:
        _kept[key] = (now, found)
    return found


def _make_room(now: float) -> None:
    """What nobody asks for any more goes within two minutes; a flood of keys empties the memory."""
    if now - _swept[0] >= KEEP_SECONDS:
        _swept[0] = now
        for key in [key for key, (at, _) in list(_kept.items()) if now - at >= KEEP_SECONDS]:
            _kept.pop(key, None)
    if len(_kept) >= MOST:
        _kept.clear()


def remembered(read: Callable[Given, Found]) -> Callable[Given, Found]:
    """A function whose answers are recalled by its arguments."""

    @wraps(read)
    def recalled(*args: Given.args, **kwargs: Given.kwargs) -> Found:
        return recall((read, args, tuple(sorted(kwargs.items()))), partial(read, *args, **kwargs))

    return recalled


def forget() -> None:
    """Read everything anew: after an edit in this process, and between databases."""
    _kept.clear()
    _swept[0] = 0.0


class Remembered(models.Model):
    """Rows that are remembered: an edit is seen at once in this process, in the others within a minute."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        _forget_now_and_after_commit()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gone = super().delete(*args, **kwargs)
        _forget_now_and_after_commit()
        return gone


def _forget_now_and_after_commit() -> None:
    """After the commit once more: another thread may have read the old row meanwhile."""
    forget()
    transaction.on_commit(partial(forget), robust=True)
