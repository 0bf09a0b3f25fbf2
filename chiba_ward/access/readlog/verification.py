"""Is the log what was written? Hashes are made anew from the columns, in parts that memory does not notice (AU2).

An altered row does not fit its own hash; a removed or inserted one leaves a gap or a link that leads nowhere; a tail
that was cut off or written anew does not fit a head that was exported before.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import models
from django.utils import timezone

from chiba_ward.access.enums import VerificationState
from chiba_ward.access.models import ReadLogEntry, ReadLogHead, ReadLogVerification
from chiba_ward.access.readlog.canonical import FIRST, chained, readable

CHUNK = 2_000
Heads = Mapping[int, bytes]


class Problem(models.TextChoices):
    ALTERED = "altered", "この行は、書かれたあとに変えられています。"
    UNLINKED = (
        "unlinked",
        "この行は、前の行につながっていません。前の行が入れ替えられたか、この行が差し込まれています。",
    )
    MISSING = "missing", "この番号の行がありません。"
    TRUNCATED = "truncated", "ここから後の行がありません。控えを取ったあとに消されています。"
    REWRITTEN = "rewritten", "ここまでのどこかが、控えを取ったあとに書き直されています。"
    FOREIGN = "foreign", "控えのファイルは、この仕組みが書いたものではないか、あとで変えられています。"


class Broken(Exception):
    """`seq` is the first row that does not fit; for `REWRITTEN` the head that does not."""

    def __init__(self, seq: int, problem: Problem) -> None:
        super().__init__(seq, problem)
        self.seq, self.problem = seq, problem


@dataclass(frozen=True)
class Link:
    """The end of a chain up to here."""

    seq: int
    hash: bytes


START = Link(0, FIRST)


def walk(start: Link, upto: int, heads: Heads) -> Iterator[Link]:
    """Check the rows after `start` up to `upto`; yields the last sound link after each part. Raises Broken."""
    link = start
    while link.seq < upto:
        rows = list(_rows_after(link.seq, upto))
        if not rows:
            break
        for row in rows:
            link = _next(link, row, heads)
        yield link
    if link.seq < upto:
        raise Broken(link.seq + 1, Problem.TRUNCATED)


def _rows_after(seq: int, upto: int) -> Iterable[dict[str, object]]:
    rows = ReadLogEntry.objects.filter(seq__gt=seq, seq__lte=upto).order_by("seq")
    found: Iterable[dict[str, object]] = readable(rows)[:CHUNK]
    return found


def _next(link: Link, row: dict[str, object], heads: Heads) -> Link:
    seq = int(str(row["seq"]))
    if seq != link.seq + 1:
        raise Broken(link.seq + 1, Problem.MISSING)
    found = _bytes(row["hash"])
    if found != chained(_bytes(row["prev_hash"]), row):
        raise Broken(seq, Problem.ALTERED)
    if _bytes(row["prev_hash"]) != link.hash:
        raise Broken(seq, Problem.UNLINKED)
    if heads.get(seq, found) != found:
        raise Broken(seq, Problem.REWRITTEN)
    return Link(seq, found)


def _bytes(value: object) -> bytes:
    return bytes(value)  # type: ignore[call-overload]  # memoryview of the driver


def end() -> Link:
    """The last row as it stands."""
    row = ReadLogEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    return Link(row[0], _bytes(row[1])) if row else START


def link_before(seq: int, heads: Heads) -> Link:
    """Where a check from `seq` on begins. After old rows have been disposed of, an exported head stands for them.

    Raises Broken when neither is there.
    """
    if seq <= 1:
        return START
    before = ReadLogEntry.objects.filter(seq=seq - 1).values_list("hash", flat=True).first()
    stored, witness = None if before is None else _bytes(before), heads.get(seq - 1)
    if stored is None and witness is None:
        raise Broken(seq - 1, Problem.MISSING)
    if stored and witness and stored != witness:
        raise Broken(seq - 1, Problem.REWRITTEN)
    return Link(seq - 1, stored or witness or b"")


def exported_heads() -> dict[int, bytes]:
    """The heads as the database remembers them, and how far earlier checks came; the files outside are stronger."""
    checks = ReadLogVerification.objects.filter(state=VerificationState.SOUND, checked_seq__gte=1)
    sound = checks.order_by("id").values_list("checked_seq", "checked_hash")
    heads = ReadLogHead.objects.order_by("id").values_list("seq", "hash")
    return {seq: _bytes(found) for rows in (sound, heads) for seq, found in rows}


def heads_of_files(paths: Iterable[Path]) -> dict[int, bytes]:
    """Heads from exported files. Raises Broken for a file that the portal's key did not sign, OSError, ValueError."""
    from chiba_ward.access.readlog.heads import is_genuine

    found: dict[int, bytes] = {}
    for path in paths:
        head = json.loads(path.read_text(encoding="utf-8"))
        if not is_genuine(head):
            raise Broken(int(head.get("seq", 0)), Problem.FOREIGN)
        found[int(head["seq"])] = bytes.fromhex(head["hash"])
    return found


def last_seq(heads: Heads) -> int:
    """How far the chain must reach: to its end, or as far as a head says that it once did."""
    return max([end().seq, *heads])


# --- a check that a worker carries on from task to task


def begin(*, by_id: int | None = None, from_seq: int = 1) -> ReadLogVerification:
    """Owe a check of everything from `from_seq` to what stands now; the next run of the sweep starts it."""
    return ReadLogVerification.objects.create(
        started_by_id=by_id,
        from_seq=from_seq,
        to_seq=last_seq(exported_heads()),
        checked_seq=from_seq - 1,
    )


STALE = dt.timedelta(seconds=90)  # longer than a task may run: whoever worked on it is dead


def carry_on(seconds: float, now: dt.datetime | None = None) -> bool:
    """Work for a while on the oldest check that is owed and free; whether there was one."""
    now = now or timezone.now()
    check = _claimed(now)
    if check is None:
        return False
    until = timezone.now() + dt.timedelta(seconds=seconds)
    heads = exported_heads()
    try:
        _advance(check, heads, until)
    except Broken as broken:
        check.state, check.broken_seq, check.problem = (
            VerificationState.BROKEN,
            broken.seq,
            broken.problem.label,
        )
        check.done_at = timezone.now()
    check.touched_at = None
    check.save()
    return True


def _claimed(now: dt.datetime) -> ReadLogVerification | None:
    due = models.Q(state__in=[VerificationState.QUEUED, VerificationState.WORKING])
    free = models.Q(touched_at__isnull=True) | models.Q(touched_at__lt=now - STALE)
    for check in ReadLogVerification.objects.filter(due & free).order_by("id"):
        mine = ReadLogVerification.objects.filter(due & free, pk=check.pk)
        if mine.update(touched_at=now, state=VerificationState.WORKING):
            check.touched_at, check.state = now, VerificationState.WORKING
            return check
    return None


def _advance(check: ReadLogVerification, heads: Heads, until: dt.datetime) -> None:
    is_begun = check.checked_seq >= check.from_seq
    known = Link(check.checked_seq, _bytes(check.checked_hash))
    for link in walk(known if is_begun else link_before(check.from_seq, heads), check.to_seq, heads):
        check.checked_seq, check.checked_hash = link.seq, link.hash
        ReadLogVerification.objects.filter(pk=check.pk).update(
            checked_seq=link.seq, checked_hash=link.hash, touched_at=timezone.now()
        )
        if timezone.now() > until and link.seq < check.to_seq:
            return
    check.state, check.done_at = VerificationState.SOUND, timezone.now()


def newest_sound() -> ReadLogVerification | None:
    return (
        ReadLogVerification.objects.filter(state=VerificationState.SOUND).order_by("-to_seq", "-id").first()
    )


def newest() -> ReadLogVerification | None:
    """The check that ended last, whatever it found."""
    return ReadLogVerification.objects.filter(done_at__isnull=False).order_by("-done_at", "-id").first()
