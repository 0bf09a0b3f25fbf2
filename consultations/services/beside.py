"""Locks of rows that hang on a case: the case first, then the row, as つなぎ and consents do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F, Model

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.refusals import MOVED_ON, in_words
from consultations.models import Consultation

__all__ = ["MOVED_ON", "in_words", "locked_beside"]


@contextmanager
def locked_beside(
    model: type[Model], pk: int, *, by: Actor, right: str, case: str = "consultation", joined: str = "office"
) -> Iterator[tuple[Any, Consultation]]:
    """The row and its case under their locks, in one transaction; the row is saved at the end, the case is not.

    `case` leads from the row to its case; `joined` names what comes along with the row. Raises `model.DoesNotExist` when
    `by` does not have the right.
    """
    with transaction.atomic():
        seen = model._default_manager.visible_to(by).filter(rows(by, right), pk=pk)  # type: ignore[attr-defined]  # every scoped queryset has it
        cases = Consultation.objects.select_for_update(of=("self",)).select_related("matter")
        held = cases.filter(pk__in=seen.values(of_case=F(f"{case}__pk"))).first()
        if held is None:
            raise model.DoesNotExist  # type: ignore[attr-defined]  # every model has it
        row = model._default_manager.select_for_update(of=("self",)).select_related(joined).get(pk=pk)
        yield row, held
        row.save()
