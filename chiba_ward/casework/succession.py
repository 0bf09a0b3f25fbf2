"""組織改正: what casework keeps by office or by seat goes to the office that takes over."""

from chiba_ward.casework.models import Deadline, Draft
from chiba_ward.compartments import services as compartments
from chiba_ward.directory import succession
from chiba_ward.directory.models import Office

SEALED_IN = "matter__compartment"


def take_over(office: Office, heir: Office) -> int:
    """Promises that run are owed by the successor; half-written entries go along with whoever writes them."""
    due = Deadline.objects.running().filter(office=office)
    moved = sum(
        compartments.in_rounds(
            due, SEALED_IN, lambda rows: rows.update(office=heir), reason=succession.REASON
        )
    )
    drafts = Draft.objects.filter(posting__post__office=office, matter=None).select_related("posting__post")
    for draft in drafts.order_by("pk"):
        seat = succession.posting_after(draft.posting, heir) if draft.posting else None
        if seat is not None:
            Draft.objects.filter(pk=draft.pk).update(posting=seat)
            moved += 1
    return moved
