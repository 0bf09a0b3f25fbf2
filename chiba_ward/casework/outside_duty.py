"""担当外の閲覧 (C21): whoever opens a matter that is not theirs to look after says why first, and their head sees it.

The rule of who looks after a matter is the module's own; the reason is a row, not a mark in the session.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog.middleware import AskFirst
from chiba_ward.casework import matters
from chiba_ward.casework.models import Matter, OutsideDutyReason
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.compartments import glass
from chiba_ward.directory.selectors import heads_above

SHOWN = 5


def require_reason(request: HttpRequest, matter: Matter, *, is_own_duty: bool) -> None:
    """Go on where it is one's own duty, a reason stands or a 緊急の開示 holds; otherwise the page that asks comes first.

    Called before anything of the matter is shown. Raises AskFirst, which leads there.
    """
    actor = actor_of_request(request)
    if request_of_glass := glass.in_force(actor, matter.pk):
        readlog.outside_duty(f"緊急の開示（{request_of_glass.pk}番）")
        return
    known = matters.kind_of(matter)
    if is_own_duty or known is None or known.is_own_duty is None:
        return
    reason = in_force(actor, matter, is_act=request.method == "POST")
    if reason is None:
        back = {"next": request.get_full_path()} if request.method == "GET" else {}
        raise AskFirst(f"{reverse('outside_duty:reason', args=[matter.receipt_no])}?{urlencode(back)}")
    readlog.outside_duty(str(reason))


def require_reason_for(request: HttpRequest, matter: Matter | None) -> None:
    """The same for what hangs on a matter: a file, a document."""
    known = matters.kind_of(matter) if matter else None
    if matter and known and known.is_own_duty:
        require_reason(request, matter, is_own_duty=known.is_own_duty(matter, actor_of_request(request)))


def may_open(actor: Actor, matter: Matter) -> bool:
    """Whether nothing needs to be asked: one's own duty, or a reason that still holds."""
    if matter.pk in glass.matters_of(actor):
        return True
    known = matters.kind_of(matter)
    is_own = known is None or known.is_own_duty is None or known.is_own_duty(matter, actor)
    return is_own or in_force(actor, matter) is not None


def in_force(actor: Actor, matter: Matter, *, is_act: bool = False) -> OutsideDutyReason | None:
    """The reason that this posting gave for this matter and that still holds; longer for what is sent from a page."""
    opening, sending = settings.OUTSIDE_DUTY_LIMITS
    since = timezone.now() - (sending if is_act else opening)
    rows = OutsideDutyReason.objects.filter(posting=actor.posting, matter=matter, given_at__gt=since)
    return rows.order_by("-given_at", "-id").first()


def give_reason(actor: Actor, matter: Matter, *, choice: str, text: str) -> OutsideDutyReason:
    """Keep the reason for the head of the actor's office; the head's own goes to the next office above."""
    seat = actor.seat
    office, _ = heads_above(seat.post.office, besides=seat)
    return OutsideDutyReason.objects.create(
        matter=matter, posting=seat, choice=choice, text=text, supervising_office=office
    )


def may_review(actor: Actor) -> bool:
    """Whoever heads an office; of whom, `visible_to` says."""
    return allows(actor, "outside_duty.review")


def look(pk: int, *, by: Actor, note: str = "") -> OutsideDutyReason:
    """確かめた, once; a second press changes nothing. Raises OutsideDutyReason.DoesNotExist for somebody else's."""
    with transaction.atomic():
        reason = OutsideDutyReason.objects.visible_to(by).select_for_update(of=("self",)).get(pk=pk)
        if reason.looked_at is None:
            reason.looked_at, reason.looked_by, reason.note = timezone.now(), by.seat, note
            reason.save(update_fields=["looked_at", "looked_by", "note"])
    return reason


def work(actor: Actor) -> Iterator[WorkGroup]:
    """今日の仕事 of a head: what their people opened outside their duty and nobody has looked at."""
    if not may_review(actor):
        return
    waiting = OutsideDutyReason.objects.visible_to(actor).to_look_at()
    rows = waiting.select_related("matter", "posting__person").order_by("given_at", "id")[:SHOWN]
    url = reverse("outside_duty:index")
    items = tuple(
        WorkItem(
            label=row.matter.receipt_no,
            url=url,
            note=f"{row.posting.person}　{row.get_choice_display()}",
            shows=f"outside_duty:{row.pk}",
        )
        for row in rows
    )
    yield WorkGroup(
        key="casework.outside_duty",
        title="担当外の閲覧（所属長の確認）",
        items=items,
        count=waiting.count() if len(items) == SHOWN else len(items),
        url=url,
        tone="waiting",
        order=65,
        empty="確かめる担当外の閲覧はありません。",
    )
