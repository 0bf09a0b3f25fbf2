"""今日の仕事: a DV that somebody has heard of and nobody has decided about. It stands there until a member of staff confirms
it, which makes the restriction, or takes the mark away (Oamishirasato: it was never set)."""

from django.urls import reverse

from chiba_ward.access.actor import Actor
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from chiba_ward.disclosure import gate
from chiba_ward.disclosure.marks import Known
from consultations.enums import Flag
from consultations.models import Consultation

SHOWN = 5
LOOKED_AT = 200


def group(actor: Actor, marked: int) -> WorkGroup:
    """`marked`: how many open cases bear the mark; where there are none, nothing is asked."""
    waiting = undecided(actor) if marked else []
    return WorkGroup(
        key="disclosure.undecided",
        title="DVのおそれ：住所を出さない登録がまだの相談",
        items=tuple(_item(pk, number) for pk, number in waiting[:SHOWN]),
        count=len(waiting),
        url=f"{reverse('staff:queue')}?flag={Flag.DV}",
        tone="urgent",
        order=11,
        empty="登録を待つ相談はありません。",
    )


def undecided(actor: Actor) -> list[tuple[int, str]]:
    """Key and number of the cases marked DV of which no restriction speaks, the oldest first."""
    marked = Consultation.objects.visible_to(actor).open().filter(flags__contains=[Flag.DV])
    rows = list(marked.order_by("received_at", "pk").values_list("pk", "matter__receipt_no")[:LOOKED_AT])
    held = gate.held_among({pk: [Known(matter=pk)] for pk, _ in rows})
    return [row for row in rows if row[0] not in held]


def _item(pk: int, number: str) -> WorkItem:
    return WorkItem(
        label=number,
        url=reverse("staff:case", args=[number]),
        tone="urgent",
        note="注意（DVのおそれ）を確かめて「相談種別・注意」を記録すると、登録されます",
        shows=f"consultation:{pk}",
    )
