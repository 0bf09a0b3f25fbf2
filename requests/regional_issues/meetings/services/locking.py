"""The locks of this module, and what the database refuses in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import refusals
from regional_issues.meetings.models import Decision, WardMeeting

IN_WORDS = {
    "ward_meeting_numbered_once": ("ほかの人が、同時に会議を作りました。もう一度押してください。", ""),
    "invited_once": ("この課・機関は、すでに招集先に入っています。", "office"),
    "standing_member_once": ("この課・機関は、すでに構成員です。", "office"),
}
in_words = partial(refusals.in_words, IN_WORDS)


@contextmanager
def locked_meeting(pk: int, *, by: Actor, right: str) -> Iterator[WardMeeting]:
    """One meeting under its row lock, in one transaction; saved at the end. Raises `WardMeeting.DoesNotExist`."""
    with in_words(), transaction.atomic():
        # Asked once more under the lock: the rule may read what the one before has changed.
        held = WardMeeting.objects.select_for_update(of=("self",)).get(pk=pk)
        found = WardMeeting.objects.select_related("ward", "office").get(rows(by, right), pk=held.pk)
        yield found


@contextmanager
def locked_decision(pk: int, *, by: Actor, right: str) -> Iterator[Decision]:
    """One decision under its row lock. Raises `Decision.DoesNotExist`."""
    with in_words(), transaction.atomic():
        held = Decision.objects.select_for_update(of=("self",)).get(pk=pk)
        found = Decision.objects.select_related("item__meeting").get(rows(by, right), pk=held.pk)
        yield found
        found.save()
