"""今日の仕事 of the auditor: a chain that does not hold, or heads that no longer leave the house."""

import datetime as dt
from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.models import ReadLogHead
from chiba_ward.access.policy import allows
from chiba_ward.access.readlog import verification
from chiba_ward.casework.my_work import WorkGroup, WorkItem

LATE = dt.timedelta(days=2)


def work(actor: Actor) -> Iterator[WorkGroup]:
    if not allows(actor, "read_log.read"):
        return
    found = list(_problems())
    yield WorkGroup(
        key="casework.read_log",
        title="閲覧記録のつながりと控え",
        items=tuple(found),
        count=len(found),
        url=_address(),
        tone="urgent",
        order=5,
        empty="閲覧記録のつながりは正しく、控えも取れています。",
    )


def _problems() -> Iterator[WorkItem]:
    newest = verification.newest()
    if newest and newest.broken_seq:
        label = f"{newest.broken_seq}番でつながりが切れています"
        yield WorkItem(label=label, url=_address(), tone="overdue", note=newest.problem)
    last = ReadLogHead.objects.order_by("-id").values_list("exported_at", flat=True).first()
    if last and timezone.now() - last > LATE:
        days = (timezone.localdate() - timezone.localdate(last)).days
        yield WorkItem(label=f"控えを{days}日取れていません", url=_address(), tone="overdue")


def _address() -> str:
    try:
        return reverse("read_log:chain")
    except NoReverseMatch:
        return ""
