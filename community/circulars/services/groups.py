"""班 and their households: numbers, never names. By the association, or by the desk for one that has no computer."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework.refusals import Refused
from community.circulars.models import CircularGroup, CircularKey, HouseholdSlot
from community.circulars.services import keys
from community.circulars.services.locking import in_words, locked_group
from community.models import CommunityOrg

MOST_HOUSEHOLDS = 300
"""Of one 班: more is a slip of the finger, and a sheet of keys that nobody prints."""


def create(
    org: int, *, by: Actor, name: str, order: int, is_paper: bool, households: int, paper: int
) -> CircularGroup:
    """A new 班; the last `paper` numbers of it take the notice on paper. Raises `CommunityOrg.DoesNotExist`."""
    with in_words(), transaction.atomic():
        found = CommunityOrg.objects.select_for_update(of=("self",)).active().get(pk=org)
        group = CircularGroup(org=found, name=name, order=order, is_paper=is_paper, made_by=by.seat)
        group.save()
        if not CircularGroup.objects.filter(rows(by, "circular_group.write"), pk=group.pk).exists():
            raise CommunityOrg.DoesNotExist
        _add(group, households)
        last = group.slots.order_by("-number").values_list("pk", flat=True)[:paper]
        group.slots.filter(pk__in=list(last)).update(is_paper=True)
    return group


def change(pk: int, *, by: Actor, name: str, order: int, is_paper: bool) -> CircularGroup:
    """What went out already keeps the numbers of its day."""
    with locked_group(pk, by=by) as group:
        _refuse_ended(group)
        group.name, group.order, group.is_paper = name, order, is_paper
        if is_paper:
            keys.end_keys(CircularKey.objects.filter(slot__group=group))
    return group


def add_households(pk: int, *, by: Actor, number: int) -> CircularGroup:
    """Households that joined: numbers that nobody has had."""
    with locked_group(pk, by=by) as group:
        _refuse_ended(group)
        _add(group, number)
    return group


def leave(pk: int, *, by: Actor, number: int) -> CircularGroup:
    """A household that left: its key opens nothing any more, its number is not given again."""
    with locked_group(pk, by=by) as group:
        slot = group.slots.active().filter(number=number).first()
        if slot is None:
            raise Refused("この番号の世帯はありません。", "number")
        slot.ended_on = timezone.localdate()
        slot.save(update_fields=["ended_on"])
        keys.end_keys(slot.keys.all())
    return group


def put_on_paper(pk: int, *, by: Actor, numbers: Sequence[int]) -> CircularGroup:
    """Exactly these take the notice on paper; their keys end, the others may be given one."""
    with locked_group(pk, by=by) as group:
        there = group.slots.active()
        there.filter(number__in=numbers).update(is_paper=True)
        there.exclude(number__in=numbers).update(is_paper=False)
        keys.end_keys(CircularKey.objects.filter(slot__group=group, slot__is_paper=True))
    return group


def end(pk: int, *, by: Actor) -> CircularGroup:
    """The 班 is no more; what it has read stays in the ledgers."""
    with locked_group(pk, by=by) as group:
        _refuse_ended(group)
        group.ended_on = timezone.localdate()
        keys.end_keys(CircularKey.objects.filter(group=group))
        keys.end_keys(CircularKey.objects.filter(slot__group=group))
    return group


def _add(group: CircularGroup, number: int) -> None:
    here = group.slots.active().count()
    if here + number > MOST_HOUSEHOLDS:
        raise Refused(f"一つの班は、{MOST_HOUSEHOLDS}世帯までです。", "households")
    last = group.slots.aggregate(last=Max("number"))["last"] or 0
    HouseholdSlot.objects.bulk_create(
        HouseholdSlot(group=group, number=last + step) for step in range(1, number + 1)
    )


def _refuse_ended(group: CircularGroup) -> None:
    if group.ended_on is not None:
        raise Refused("この班は、もうありません。")
