"""What correspondence offers to the ground: effects, the letter, the day's work, sentences of the timeline."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, opens
from chiba_ward.casework import my_work, sentences
from chiba_ward.correspondence import alerts, letters, mail, relations  # noqa: F401  (imported for what they register)
from chiba_ward.correspondence.models import Delivery, Notice
from chiba_ward.directory import succession
from chiba_ward.directory.models import Office
from chiba_ward.outbox.services import health

SHOWN = 5
# title, page, order, what is said of an empty list, tone
GROUPS = {
    "letters": ("印刷する手紙", "print_queue", 60, "印刷を待つ手紙はありません。", "neutral"),
    "calls": ("電話で知らせる件", "calls", 50, "電話を待つ件はありません。", "neutral"),
    "failures": ("届かなかった連絡", "failures", 40, "届かなかった連絡はありません。", "urgent"),
}


def register_all() -> None:
    my_work.register(work)
    readlog.register_kind("delivery", "手紙・電話・連絡")
    readlog.register_target("correspondence:", "pk", "delivery")
    succession.register(take_over)
    sentences.register("correspondence.letter_posted", _("お知らせの手紙を送りました。"))


def work(actor: Actor) -> Iterator[my_work.WorkGroup]:
    """Letters to print, calls to make and what did not arrive, for the actor's own office."""
    if opens(actor, "correspondence:calls"):
        mine = Delivery.objects.visible_to(actor).order_by("id")
        lists = {"letters": mine.to_print(), "calls": mine.to_call(), "failures": mine.troubled()}
        found = my_work.first_few(lists, ("pk", "notice__matter__receipt_no", "reason"), SHOWN)
        for key, few in found.items():
            yield _group(key, few)
    if allows(actor, "outbox.retry"):
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


def _group(key: str, few: my_work.Few) -> my_work.WorkGroup:
    title, page, order, empty, tone = GROUPS[key]
    url = _page(f"correspondence:{page}")
    items = tuple(
        my_work.WorkItem(
            label=row["notice__matter__receipt_no"],
            url=url,
            tone=tone,
            note=row["reason"],
            shows=f"delivery:{row['pk']}",
        )
        for row in few.rows
    )
    return my_work.WorkGroup(
        key=f"correspondence.{key}",
        title=title,
        items=items,
        count=few.count,
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
