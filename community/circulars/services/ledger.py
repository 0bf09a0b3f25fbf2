"""What changes the ledger: a household has read, a paper 班 has gone round, or not after all."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from community.circulars.enums import CircularState, PaperAct
from community.circulars.models import CircularKey, CircularRecipient, ECircular, PaperClosing

# The state is part of the statement: what was recalled a moment ago is not read any more, and no lock is held while a
# thousand households press the button. The first time stays.
READ = """
INSERT INTO circulars_circularreading (circular_id, recipient_id, slot_id, version, read_at)
SELECT c.id, r.id, s.id, c.version, %(now)s
FROM circulars_ecircular c
JOIN circulars_circularrecipient r ON r.circular_id = c.id
JOIN circulars_householdslot s ON s.group_id = r.group_id
WHERE c.id = %(circular)s AND s.id = %(slot)s AND c.state = 'posted' AND c.until >= %(today)s
ON CONFLICT (circular_id, slot_id) DO NOTHING
"""
STANDS_NO_MORE = gettext_lazy("この回覧は、取り下げられたか、掲載が終わっています。")


def read(circular: int, *, key: CircularKey) -> bool:
    """読みました, once for the household; whether this press was the first, and the circular still stood."""
    values = {
        "circular": circular,
        "slot": key.slot_id,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        return bool(cursor.rowcount)


def close(pk: int, *, by: Actor, channel: str) -> CircularRecipient:
    """紙が回り終わった: by an officer, or by a clerk for a 班長 who rang. Raises `CircularRecipient.DoesNotExist`, `Refused`."""
    return _turn(pk, PaperAct.CLOSED, **_who(by, channel), by=by)


def reopen(pk: int, *, by: Actor, channel: str) -> CircularRecipient:
    """まちがいだった: the line stays, the 班 counts as 未 again."""
    return _turn(pk, PaperAct.REOPENED, **_who(by, channel), by=by)


def close_with(pk: int, *, key: CircularKey) -> CircularRecipient:
    """The same by the 班長, with the key of the 班."""
    return _turn(pk, PaperAct.CLOSED, channel=Channel.WEB, key=key)


def reopen_with(pk: int, *, key: CircularKey) -> CircularRecipient:
    return _turn(pk, PaperAct.REOPENED, channel=Channel.WEB, key=key)


def _who(by: Actor, channel: str) -> dict[str, Any]:
    if by.is_partner:
        return {"channel": Channel.WEB, "officer": by.seat}
    if channel == Channel.WEB:
        raise Refused("どうやって届いたかを選んでください。", "channel")
    return {"channel": channel, "entered_by": by.seat}


def _turn(
    pk: int, act: PaperAct, *, by: Actor | None = None, key: CircularKey | None = None, **who: Any
) -> CircularRecipient:
    with transaction.atomic():
        found = _locked(pk, by, key)
        if found.circular.state != CircularState.POSTED:
            raise Refused(str(STANDS_NO_MORE))
        is_closed = found.closed_at is not None
        if not found.paper:
            raise Refused(_("この班に、紙で受け取る世帯はありません。"))
        if is_closed == (act == PaperAct.CLOSED):
            raise Refused(
                _("この班は、すでに回り終わっています。")
                if is_closed
                else _("この班は、まだ回り終わっていません。")
            )
        found.closed_at = None if is_closed else timezone.now()
        found.save(update_fields=["closed_at"])
        PaperClosing.objects.create(recipient=found, act=act, key=key, **who)
    return found


def _locked(pk: int, by: Actor | None, key: CircularKey | None) -> CircularRecipient:
    held = CircularRecipient.objects.select_for_update(of=("self",)).select_related("circular")
    if by is None:
        return held.get(pk=pk, group=key.group_id if key else None)
    seen = ECircular.objects.filter(rows(by, "e_circular.tick")).order_by().values("pk")
    return held.of(by).get(pk=pk, circular__in=seen)
