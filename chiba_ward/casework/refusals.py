"""A step that is refused in words: what services raise, and what the database says when somebody was faster."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError
from django_fsm import TransitionNotAllowed

MOVED_ON = "ほかの人の操作で状態が変わっています。画面を開き直してください。"


class Refused(Exception):
    """A step that the state or the rules do not allow; the text tells the person what to do instead."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@contextmanager
def in_words(constraints: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """What the state or the database refuses, as a sentence and its field; `constraints` by the name of each."""
    try:
        yield
    except TransitionNotAllowed as error:
        raise Refused(MOVED_ON) from error
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name not in constraints:
            raise
        raise Refused(*constraints[name]) from error
