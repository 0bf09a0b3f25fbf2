"""What this module offers to the ground: filled in when Django is ready (DESIGN §2 rule 1)."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from chiba_ward.access.actor import Actor
from chiba_ward.casework import matters, my_work, steps
from chiba_ward.casework.enums import Audience
from chiba_ward.casework.models import Attachment, Matter
from chiba_ward.correspondence.models import Notice
from chiba_ward.correspondence.placeholders import late_value
from chiba_ward.correspondence.texts import card_of, language_of
from chiba_ward.directory import succession
from consultations.services.filing import KIND


def register_all() -> None:
    """The kind of matter, its sentences, its work of the day, its reminders, documents and indicators."""
    from consultations import (
        documents,  # noqa: F401  (announces its papers)
        escalation,
        indicators,  # noqa: F401  (declares them)
        registrations_referral,
        sentences,
        work,
    )
    from consultations.services.succession import take_over

    matters.register_kind(KIND, "S", visible=may_see, sees_file=may_see_file, status_view="status:login")
    sentences.register()
    my_work.register(work.groups)
    steps.register_step("consultation.take", escalation.on_take)
    steps.register_step("consultation.reply", escalation.on_reply)
    steps.register_step("consultation.next_look", escalation.on_next_look)
    steps.register_step("consultation.message", escalation.on_reply)
    late_value("status_url", status_address)
    registrations_referral.register()
    succession.register(take_over)


def may_see(matter: Matter, actor: Actor) -> bool:
    """The matter of a consultation is seen by whoever sees the consultation."""
    from consultations.models import Consultation

    return Consultation.objects.visible_to(actor).filter(pk=matter.pk).exists()


def may_see_file(attachment: Attachment, actor: Actor) -> bool:
    """Staff on the case open all its files, the resident their own; a partner exactly what was handed over (AC7)."""
    from consultations.policy_referral import may_open_file

    is_meant_for = actor.is_staff or attachment.audience == Audience.CITIZEN
    return (is_meant_for and may_see(attachment.matter, actor)) or may_open_file(actor, attachment)


def status_address(notice: Notice) -> str:
    """Where the resident looks up their case, in their language; the number alone opens nothing."""
    with override(language_of(notice, card_of(notice))):
        return f"{settings.PORTAL_BASE_URL.rstrip('/')}{reverse('status:login')}?n={notice.matter.receipt_no}"
