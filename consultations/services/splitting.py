"""相談を分ける."""

from django.forms.models import model_to_dict
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import deadlines, matters, timeline
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.search import index
from chiba_ward.correspondence.models import ContactCard
from chiba_ward.directory.models import Office
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.enums import HoldKind
from consultations import held, urgency
from consultations.enums import LinkKind, State
from consultations.models import CaseLink, Consultation, Party
from consultations.services import suspicion
from consultations.services.base import locked_case
from consultations.services.filing import KIND


def split(pk: int, *, by: Actor, chief_concern: str, body: str, office: Office) -> Consultation:
    """A strand of its own: persons and safe-contact rules go along, files and messages stay.

    The person is not told of a second number: they asked once. The strand has its own deadlines.
    """
    with locked_case(pk, by=by, right="consultation.work") as case:
        suspicion.refuse_protected(case)  # a strand would lie outside of the compartment
        now = timezone.now()
        matter = matters.open_matter(KIND, by, is_drill=case.matter.is_drill)
        take = deadlines.start(matter, "consultation.take", office, urgency=case.urgency, at=now)
        reply = deadlines.start(matter, "consultation.reply", office, urgency=case.urgency, at=now)
        strand = Consultation.objects.create(
            matter=matter,
            state=State.TRIAGED,  # a section answers for it; nobody there has taken it yet
            channel=Channel.INTERNAL,
            entered_by=by.posting,
            consultant_kind=case.consultant_kind,
            relation=case.relation,
            ward=case.ward,
            town=case.town,
            chief_concern=chief_concern,
            body=body,
            urgency=case.urgency,
            risk_rank=case.risk_rank,
            flags=case.flags,
            owner_office=office,
            desk_office=office,
            applies_intent=case.applies_intent,
            language=case.language,
            received_at=now,
            due_at=min(take.due_at, reply.due_at),
        )
        _copy_people(case, strand)
        suspicion.suspect(
            strand, [*case.suspected, *urgency.flags_of(urgency.hits_in(chief_concern, body))[1]]
        )
        strand.save(update_fields=["suspected"])
        if held.of_case(case).consulter:
            disclosure.hold_for(matter, by=by, kind=HoldKind.OTHER)
        index.refresh(matter)
        CaseLink.objects.create(earlier=case, later=strand, kind=LinkKind.SPLIT, posting=by.seat)
        timeline.record(case.matter, "consultation.split", by, text=strand.receipt_no)
        timeline.record(matter, "consultation.split_from", by, text=case.receipt_no)
    return strand


def _copy_people(case: Consultation, strand: Consultation) -> None:
    card = model_to_dict(case.matter.contact, exclude=["matter"])
    ContactCard.objects.create(matter=strand.matter, **card)
    for party in case.parties.all():
        values = model_to_dict(party, exclude=["id", "consultation"])
        Party.objects.create(consultation=strand, **values)
