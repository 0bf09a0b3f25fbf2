"""What this module offers to the ground: filled in when Django is ready (DESIGN §2 rule 1)."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.casework import matters, my_work, steps
from chiba_ward.casework.models import Attachment, Matter
from chiba_ward.casework.search import index
from chiba_ward.correspondence.models import Notice
from chiba_ward.correspondence.placeholders import late_value
from chiba_ward.correspondence.texts import card_of, language_of
from chiba_ward.directory import succession
from chiba_ward.disclosure import people
from consultations.services.filing import KIND


def register_all() -> None:
    """The kind of matter, its sentences, its work of the day, its reminders, documents and indicators."""
    from consultations import (
        documents,  # noqa: F401  (announces its papers)
        escalation,
        held,
        indicators,  # noqa: F401  (declares them)
        registrations_referral,
        relations,  # noqa: F401  (writes what the policy grants)
        search,
        sentences,
        work,
    )
    from consultations.api import registrations as api_registrations
    from consultations.services.succession import take_over

    index.register(KIND, search.read)
    people.register(KIND, held.person_of)
    matters.register_kind(
        KIND,
        "S",
        visible=may_see,
        sees_file=may_see_file,
        status_view="status:login",
        is_own_duty=is_own_duty,
        staff_view="staff:case",
        is_silent=is_silent,
    )
    sentences.register()
    my_work.register(work.groups)
    steps.register_step("consultation.take", escalation.on_take)
    steps.register_step("consultation.confirm", escalation.on_confirm)
    steps.register_step("consultation.reply", escalation.on_reply)
    steps.register_step("consultation.next_look", escalation.on_next_look)
    steps.register_step("consultation.message", escalation.on_reply)
    late_value("status_url", status_address)
    registrations_referral.register()
    register_in_read_log()
    api_registrations.register()
    succession.register(take_over)


def register_in_read_log() -> None:
    """What the read log calls our objects, and which of them an address names."""
    readlog.register_kind("consultation", "相談", is_matter=True)
    readlog.register_kind("referral", "つなぎ")
    readlog.register_kind("consent", "同意")
    for view in ("staff:", "my_case"):
        readlog.register_target(view, "number", "consultation", find=id_of_number)
    readlog.register_target("staff:consent_", "pk", "consent")
    readlog.register_target("status:consent_", "pk", "consent")
    readlog.register_target("partner:", "pk", "referral")
    readlog.register_target("partner:", "token", "referral")
    readlog.register_target("staff:entry_", "draft_id", "draft")


def id_of_number(number: str) -> int | None:
    """The consultation of a receipt number, whoever asks: only for what the read log keeps of a refusal."""
    from consultations.models import Consultation

    plain = number.replace("\x00", "")
    return Consultation.objects.filter(matter__receipt_no=plain).values_list("pk", flat=True).first()


def may_see(matter: Matter, actor: Actor) -> bool:
    """The matter of a consultation is seen by whoever sees the consultation."""
    from consultations.models import Consultation

    return Consultation.objects.visible_to(actor).filter(pk=matter.pk).exists()


def is_silent(matter: Matter) -> bool:
    """A protected matter: no mail, no letter, no call, whoever would send it (DOMAIN §10 S2, S6)."""
    from consultations.models import Consultation

    return Consultation.objects.filter(pk=matter.pk, protected_at__isnull=False).exists()


def may_see_file(attachment: Attachment, actor: Actor) -> bool:
    """Asked by whoever serves files; the rule stands with the others."""
    from consultations.policy_referral import may_open_file

    return may_open_file(actor, attachment)


def is_own_duty(matter: Matter, actor: Actor) -> bool:
    """For files and documents of a case. Whoever does not see the case came by a つなぎ, which is duty enough."""
    from consultations import policy_duty
    from consultations.models import Consultation

    if not actor.is_staff:
        return True
    case = Consultation.objects.visible_to(actor).select_related("assignee").filter(pk=matter.pk).first()
    return case is None or policy_duty.is_own_duty(actor, case)


def status_address(notice: Notice) -> str:
    """Where the resident looks up their case, in their language; the number alone opens nothing."""
    with override(language_of(notice, card_of(notice))):
        return f"{settings.PORTAL_BASE_URL.rstrip('/')}{reverse('status:login')}?n={notice.matter.receipt_no}"
