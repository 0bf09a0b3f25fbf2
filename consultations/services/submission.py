"""From a finished draft to one consultation: double click, retry and lost answer give the same number."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework import attachments, drafts, matters
from chiba_ward.casework.models import Draft, Matter
from consultations import receipts, wizard
from consultations.intake import filing_from
from consultations.models import Consultation
from consultations.services.filing import Filed, file

REISSUE_WITHIN = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Sent:
    """`passphrase` is empty when the receipt was already taken home more than 15 minutes ago."""

    matter: Matter
    passphrase: str
    promise_at: dt.datetime
    is_repeat: bool


def submit(
    draft: Draft,
    *,
    by: Actor,
    channel: str,
    language: str,
    entry: dict[str, str] | None = None,
    after: Callable[[Consultation], None] | None = None,
) -> Sent | None:
    """Send once. None when an answer is missing: the person is led to that screen. `entry` is `Filing.entry`; `after`
    joins the transaction.

    A repeat within 15 minutes from whoever holds the draft shows the passphrase again, because the answer
    that carried it may have been lost on the way.
    """
    made: list[Filed] = []

    def make(locked: Draft) -> Matter:
        given = wizard.answers(locked)
        if given is None:
            raise Incomplete
        filing = replace(filing_from(given, channel=channel, language=language), entry=entry or {})
        filed = file(filing, by=by, seed=str(locked.pk))
        attachments.move_draft_files(locked, filed.consultation.matter, by)
        if after:
            after(filed.consultation)
        made.append(filed)
        return filed.consultation.matter

    try:
        matter = drafts.submit_once(draft, make)
    except Incomplete:
        return None
    if made:
        return Sent(matter, made[0].passphrase, made[0].promise_at, is_repeat=False)
    return _repeat(matter, draft)


class Incomplete(Exception):
    """A step of the draft has no valid answer yet."""


def _repeat(matter: Matter, draft: Draft) -> Sent:
    fresh = timezone.now() - matter.created_at < REISSUE_WITHIN
    promise = matter.deadlines.filter(kind="consultation.reply").order_by("id").first()
    due = receipts.promised(promise) if promise else matter.created_at
    return Sent(
        matter, matters.set_passphrase(matter, seed=str(draft.pk)) if fresh else "", due, is_repeat=True
    )
