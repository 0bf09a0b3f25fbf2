"""組織改正: ledger, leads and what was asked of a section go on with its successor."""

from typing import Any

from django.db.models import QuerySet

from chiba_ward.compartments import services as compartments
from chiba_ward.directory import succession
from chiba_ward.directory.models import Office
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.centre.querysets import LIES_IN


def take_over(office: Office, heir: Office) -> int:
    """Running it again moves nothing. A transfer between two that are one now is left to be withdrawn."""
    asked = CaseTransfer.objects.asked()
    return sum(
        _moved(rows, column, heir)
        for rows, column in (
            (ProgressEntry.objects.filter(office=office), "office"),
            (ProgressEntry.objects.filter(lead=office), "lead"),
            (asked.filter(from_office=office).exclude(to_office=heir), "from_office"),
            (asked.filter(to_office=office).exclude(from_office=heir), "to_office"),
        )
    )


def _moved(rows: "QuerySet[Any]", column: str, heir: Office) -> int:
    def move(found: "QuerySet[Any]") -> int:
        return found.update(**{column: heir})

    return sum(compartments.in_rounds(rows, LIES_IN, move, reason=succession.REASON))
