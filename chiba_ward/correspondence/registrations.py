"""What correspondence offers to the ground: effects, the letter, the day's work, sentences of the timeline."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from chiba_ward.access.actor import Actor
from chiba_ward.casework import my_work, sentences
from chiba_ward.correspondence import letters, mail  # noqa: F401  (imported for what they register)
from chiba_ward.correspondence.models import Delivery, Notice
from chiba_ward.directory import succession
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from chiba_ward.outbox.services import health

SHOWN = 5


def register_all() -> None:
    my_work.register(work)
    succession.register(take_over)
    sentences.register("correspondence.letter_posted", _("お知らせの手紙を送りました。"))


def work(actor: Actor) -> Iterator[my_work.WorkGroup]:
    """Letters to print, calls to make and what did not arrive, for the actor's own office."""
    mine = Delivery.objects.visible_to(actor).with_matter()
    if actor.is_staff and actor.office_id:
        yield _group(
            "letters", "印刷する手紙", mine.to_print(), "print_queue", 60, "印刷を待つ手紙はありません。"
        )
        yield _group("calls", "電話で知らせる件", mine.to_call(), "calls", 50, "電話を待つ件はありません。")
        yield _group(
            "failures",
            "届かなかった連絡",
            mine.troubled(),
            "failures",
            40,
            "届かなかった連絡はありません。",
            "urgent",
        )
    if actor.has_role(Role.SYSTEM_ADMIN):
        yield dead_letters()


def dead_letters() -> my_work.WorkGroup:
    """Effects that were tried to the end: only an operator can find out why."""
    return my_work.WorkGroup(
        key="correspondence.dead_letters",
        title="送信箱で断念したもの",
        count=health().dead,
        url=_page("admin:outbox_outboxentry_changelist", "?state=dead"),
        tone="urgent",
        order=10,
        empty="断念したものはありません。",
    )


def _group(
    key: str, title: str, rows: QuerySet[Delivery], page: str, order: int, empty: str, tone: str = "neutral"
) -> my_work.WorkGroup:
    url = _page(f"correspondence:{page}")
    items = tuple(
        my_work.WorkItem(label=delivery.notice.matter.receipt_no, url=url, tone=tone, note=delivery.reason)
        for delivery in rows.order_by("id")[:SHOWN]
    )
    return my_work.WorkGroup(
        key=f"correspondence.{key}",
        title=title,
        items=items,
        count=rows.count(),
        url=url,
        tone=tone,
        order=order,
        empty=empty,
    )


def _page(name: str, query: str = "") -> str:
    """Empty where this process does not serve the staff face."""
    try:
        return reverse(name) + query
    except NoReverseMatch:
        return ""


def take_over(office: Office, heir: Office) -> int:
    """組織改正: letters to print, calls to make, what did not arrive and what is on its way belong to the successor."""
    open_ones = Delivery.objects.filter(settled_at__isnull=True) | Delivery.objects.troubled()
    waiting = Notice.objects.filter(office=office, deliveries__in=open_ones.values("pk"))
    moved = Notice.objects.filter(pk__in=waiting.values("pk")).update(office=heir)
    return moved + Delivery.objects.filter(pk__in=open_ones.values("pk"), office=office).update(office=heir)
