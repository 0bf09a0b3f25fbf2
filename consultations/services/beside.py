"""Locks of rows that hang on a case: the case first, then the row, as つなぎ and consents do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django_fsm import TransitionNotAllowed

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from consultations.models import Consultation
from consultations.workflow.errors import Refused

MOVED_ON = "ほかの人の操作で状態が変わっています。画面を開き直してください。"


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
