"""How the outbox hands a document to its own queue, where it may take a minute without holding up the mails."""

from chiba_ward.compartments import services as compartments
from chiba_ward.documents.services import MAKE
from chiba_ward.documents.tasks import make
from chiba_ward.outbox.effects import Payload, effect


@effect(MAKE)
def hand_over(payload: Payload) -> None:
    """Done when the queue took it; what is lost there is found by `services.reconcile`."""
    make.apply_async((str(payload["document"]), compartments.at_work()), retry=False)
