"""保護の確認待ち: phrases raise it, a human alone lowers it (DOMAIN §9 R1). What follows stands in `protection`."""

from collections.abc import Iterable

from chiba_ward.casework import deadlines
from consultations import urgency
from consultations.enums import PROTECTED_FLAGS
from consultations.models import Consultation
from consultations.services.base import clock_urgency
from consultations.services.filing import CONFIRM
from consultations.workflow.errors import Refused

BY_ANOTHER_WAY = (
    "保護が必要な相談として扱っています。この操作は使えません。「保護が必要な相談」の画面から進めてください。"
)


def suspect(case: Consultation, flags: Iterable[str]) -> None:
    """Raise, and start the clock of whoever must read it. Under the caller's lock; what is protected stays as it is."""
    wanted = set(flags) & set(PROTECTED_FLAGS)
    if not wanted or case.protected_at:
        return
    case.suspected = sorted({*case.suspected, *wanted})
    deadlines.start(case.matter, CONFIRM, case.desk_office, urgency=clock_urgency(case))


def read_words(case: Consultation, *texts: str) -> None:
    """What was told later is read as carefully as what was told first. Under the caller's lock."""
    found = urgency.hits_in(*texts)
    known = {hit["phrase"] for hit in case.hits}
    new = [hit for hit in found if hit.phrase not in known]
    if not new:
        return
    case.hits = [*case.hits, *urgency.as_rows(new)]
    case.risk_rank = min(case.risk_rank, urgency.risk_rank("", new))
    suspect(case, urgency.flags_of(new)[1])


def refuse_protected(case: Consultation) -> None:
    """Acts that tell the person something, or lead out of the compartment. Raises `Refused`."""
    if case.protected_at:
        raise Refused(BY_ANOTHER_WAY)
