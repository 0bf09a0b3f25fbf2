"""Asking for a sealed matter in an emergency, and looking at it afterwards (ASSURANCE AC9, ADR 0022)."""

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework import matters, timeline
from chiba_ward.casework.models import Matter
from chiba_ward.compartments import glass
from chiba_ward.compartments import services as compartments
from chiba_ward.compartments.enums import GlassVerdict
from chiba_ward.compartments.models import GLASS_LASTS, SHORTEST_GLASS_REASON, BreakGlass
from chiba_ward.compartments.services import NotPossible
from chiba_ward.correspondence.alerts import alert
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Posting
from chiba_ward.directory.selectors import heads_above


def may_ask(actor: Actor) -> bool:
    return allows(actor, "break_glass.ask")


def may_review(actor: Actor) -> bool:
    return allows(actor, "break_glass.review")


def open_already(number: str, actor: Actor) -> Matter | None:
    """The matter of this number where the actor may open it without any emergency. Never one that is hidden."""
    matter = Matter.objects.filter(receipt_no=number).first()
    return matter if matter is not None and matters.may_see(matter, actor) else None


@transaction.atomic
def ask(*, by: Actor, number: str, reason: str) -> BreakGlass:
    """Record the request, tell the supervisor and the auditors, and open the matter if the number leads into a
    compartment. What was recorded stands, wherever the number led.

    `number` is a receipt number as it is stored. Asking twice within the hour gives the request that stands.
    Raises NotPossible for a reason that is too short, and for whoever may not ask.
    """
    if not may_ask(by):
        raise NotPossible("この職では、緊急の開示を求められません。所属長に連絡してください。")
    if len(reason.strip()) < SHORTEST_GLASS_REASON:
        raise NotPossible(f"理由は{SHORTEST_GLASS_REASON}文字以上で書いてください。")
    seat = by.seat
    list(Posting.objects.select_for_update(no_key=True).filter(pk=seat.pk).values_list("pk"))
    if known := glass.standing(seat, number):
        return known
    now = timezone.now()
    asked = BreakGlass.objects.create(
        posting=seat,
        number=number,
        matter_pk=glass.sealed_matter(number),
        reason=reason.strip(),
        asked_at=now,
        ends_at=now + GLASS_LASTS,
        supervising_office=heads_above(seat.post.office, besides=seat)[0],
    )
    _note(asked, by)
    alert(told(asked), key=f"glass:{asked.pk}")
    return asked


def told(asked: BreakGlass) -> list[Posting]:
    """Who hears of it at once: the heads above whoever asked, and every auditor of today."""
    _, heads = heads_above(asked.posting.post.office, besides=asked.posting)
    auditors = Posting.objects.active_on().with_duty().filter(post__role=Role.AUDITOR).order_by("id")
    return list({posting.pk: posting for posting in (*heads, *auditors)}.values())


def _note(asked: BreakGlass, by: Actor) -> None:
    """In the timeline of the matter, for those inside: who came in, and until when."""
    if asked.matter_pk is None:
        return
    with compartments.opened_by_key(asked.matter_pk):
        matter = Matter.objects.get(pk=asked.matter_pk)
        timeline.record(matter, "matter.glass_broken", by, glass=asked.pk, until=asked.ends_at.isoformat())


@transaction.atomic
def review(pk: int, *, by: Actor, verdict: str, note: str = "") -> BreakGlass:
    """正当 or 不当, once. Raises BreakGlass.DoesNotExist for what is not theirs to review, NotPossible where somebody
    else was first or the explanation is missing."""
    rows = BreakGlass.objects.visible_to(by).select_for_update(of=("self",))
    asked = rows.select_related("posting").get(pk=pk)
    if asked.reviewed_at is not None:
        raise NotPossible("ほかの人がすでに確かめました。「確かめた」の一覧で結果を見られます。")
    if by.user is not None and asked.posting.person_id == by.user.pk:
        raise NotPossible("自分の緊急の開示を、自分で確かめることはできません。")
    if verdict == GlassVerdict.UNJUSTIFIED and not note.strip():
        raise NotPossible("不当とするときは、説明を書いてください。")
    asked.reviewed_at, asked.reviewed_by = timezone.now(), by.seat
    asked.verdict, asked.note = verdict, note.strip()
    asked.save(update_fields=["reviewed_at", "reviewed_by", "verdict", "note"])
    return asked
