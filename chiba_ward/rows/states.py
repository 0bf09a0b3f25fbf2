"""The column of a state: changed by the transitions of its workflow alone."""

from typing import Any

from django_fsm import FSMField


class StateField(FSMField):
    """A protected FSMField that is an ordinary column to migrations.

    A workflow is code, not schema: migrations know no transitions, and each field of the library that is made for them
    would look for some in every model that is made after it, which was half of the time that a new database took.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "protected": True})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
