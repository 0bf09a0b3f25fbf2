"""担当を決める, 担当を終える日を決める, 名前を出す. Ending is the business of the 引継書 (`hand_over`)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Area, Posting
from community.area_officers import selectors
from community.area_officers.enums import AssignmentState
from community.area_officers.models import AreaAssignment
from community.area_officers.services.locking import in_words, locked

ONE_DAY = dt.timedelta(days=1)


def appoint(
    *, by: Actor, area: Area, part: str, officer: Posting, starts_on: dt.date, is_named: bool = False
) -> AreaAssignment:
    """From that day on. One whose 発令 is over by then makes room, and waits for its 引継書.

    Raises `Refused` when the part is taken, or the person is none of the section on that day.
    """
    made = AreaAssignment(
        area=area, part=part, officer=officer, starts_on=starts_on, is_named=is_named, appointed_by=by.posting
    )
    if not allows(by, "area_assignment.appoint", made):
        raise Refused("自分の区の地区だけを選べます。", "area")
    _refuse_stranger(area, officer, starts_on)
    with in_words(), transaction.atomic():
        _make_room(area, part, starts_on)
        made.save()
    return AreaAssignment.objects.whole().get(pk=made.pk)


def _refuse_stranger(area: Area, officer: Posting, starts_on: dt.date) -> None:
    offered = selectors.candidates(area.ward_id, starts_on)
    if officer.pk not in {one.pk for one in offered}:
        raise Refused("この区の地域づくり支援課に、その日に発令のある人を選んでください。", "officer")
    if officer.starts_on > starts_on:
        raise Refused("この人の発令は、その日にはまだ始まっていません。", "starts_on")


def _make_room(area: Area, part: str, starts_on: dt.date) -> None:
    """Of a predecessor who is gone already, the day on which he went becomes the end of his assignment."""
    before = AreaAssignment.objects.select_for_update(of=("self",)).filter(
        area=area, part=part, until__isnull=True, officer__ends_on__lte=starts_on
    )
    for one in before.select_related("officer").order_by("pk"):
        gone = one.officer.ends_on
        if gone is not None:
            one.await_hand_over(until=max(gone, one.starts_on + ONE_DAY))
            one.save()


def leave(pk: int, *, by: Actor, until: dt.date) -> AreaAssignment:
    """担当を終える日を決める: the 引継書 is owed from now on, and the district is red from that day."""
    with locked(pk, by=by, right="area_assignment.manage") as found:
        refuse_day(found, until)
        found.await_hand_over(until=until)
    return found


def refuse_day(found: AreaAssignment, until: dt.date, field: str = "until") -> None:
    if until <= found.starts_on:
        raise Refused("担当の終わりは、担当の始まりより後の日にしてください。", field)
    gone = found.officer.ends_on
    if gone is not None and until > gone and gone > found.starts_on:
        raise Refused(
            f"この人の発令は{gone.month}月{gone.day}日に終わります。それまでの日にしてください。", field
        )


def show_name(pk: int, *, by: Actor, is_named: bool) -> AreaAssignment:
    """区・地区のページに名前を出すか: not, unless somebody has said so for this officer."""
    with locked(pk, by=by, right="area_assignment.manage") as found:
        if found.state == AssignmentState.ENDED:
            raise Refused("この担当は、もう終わっています。")
        found.is_named = is_named
    return found


def end_by_default(found: AreaAssignment) -> dt.date:
    """The end that is known already, else today; always after the beginning."""
    return max(found.over_on or timezone.localdate(), found.starts_on + ONE_DAY)
