"""What this module offers to the ground: filled in when Django is ready (DESIGN §2 rule 1)."""

from chiba_ward.access.actor import Actor
from chiba_ward.casework import matters, my_work, steps
from chiba_ward.casework.models import Matter
from consultations.services.filing import KIND


def register_all() -> None:
    """The kind of matter, its sentences, its work of the day, its reminders, documents and indicators."""
    from consultations import documents, escalation, indicators, sentences, work  # noqa: F401  (register on import)

    matters.register_kind(KIND, "S", visible=may_see, status_view="status:login")
    sentences.register()
    my_work.register(work.groups)
    steps.register_step("consultation.take", escalation.on_take)
    steps.register_step("consultation.reply", escalation.on_reply)
    steps.register_step("consultation.next_look", escalation.on_reply)


def may_see(matter: Matter, actor: Actor) -> bool:
    """The matter of a consultation is seen by whoever sees the consultation."""
    from consultations.models import Consultation

    return Consultation.objects.visible_to(actor).filter(pk=matter.pk).exists()
