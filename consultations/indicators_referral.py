"""つなぎ in numbers (DOMAIN §5 1-1 e, §8): counted from the live records, each with its denominator.

A cohort is what was sent in a period. Recalled and revoked ones leave it: the partner could not bring them to
contact. They are for improving the network, never for ranking partners (PEERS J5).
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.casework.calendars import opening_minutes
from chiba_ward.casework.opening_hours import TOKYO
from chiba_ward.directory.models import Ward
from consultations.enums import WAITING_FOR_PARTNER, ReferralState
from consultations.models import Referral

S = ReferralState
LEFT_OUT = (S.RECALLED, S.REVOKED)
FIRST_REASON_LENGTH = 40
# The two conditions behind 完結率 and 差戻し率; the registry's indicators count by the same ones.
REACHED = Q(contact_made_at__isnull=False)
CAME_BACK = Q(state__in=[S.DECLINED, S.RETURNED])


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; `rate` is None when there is nothing to divide by: not measured is a value."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None


def cohort(first: dt.date, last: dt.date, ward: Ward | None = None) -> "QuerySet[Referral]":
    """Sent from the first to the last day (both included, Asia/Tokyo), by the ward of the case; drills never."""
    begin = dt.datetime.combine(first, dt.time(), TOKYO)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), TOKYO)
    rows = Referral.objects.filter(sent_at__gte=begin, sent_at__lt=end, consultation__matter__is_drill=False)
    rows = rows.exclude(state__in=LEFT_OUT)
    return rows.filter(consultation__ward=ward) if ward else rows


def completion(first: dt.date, last: dt.date, ward: Ward | None = None) -> Share:
    """つなぎ完結率 = contact_made / sent: who was reached, of those handed on in the period."""
    rows = cohort(first, last, ward)
    return Share(rows.filter(REACHED).count(), rows.count())


def declined(first: dt.date, last: dt.date, ward: Ward | None = None) -> Share:
    """差戻し率 = declined or unanswered / sent."""
    rows = cohort(first, last, ward)
    return Share(rows.filter(CAME_BACK).count(), rows.count())


def passed_on(first: dt.date, last: dt.date, ward: Ward | None = None) -> Share:
    """たらい回し率: cases of the cohort handed on three times or more."""
    cases = set(cohort(first, last, ward).values_list("consultation_id", flat=True))
    often = Referral.objects.filter(consultation_id__in=cases, sent_at__isnull=False).exclude(
        state__in=LEFT_OUT
    )
    hops = Counter(often.values_list("consultation_id", flat=True))
    return Share(sum(count >= 3 for count in hops.values()), len(cases))


def waiting_minutes(now: dt.datetime | None = None, ward: Ward | None = None) -> list[int]:
    """開庁時間 minutes that each unanswered つなぎ has waited, in the receiver's calendar, longest first."""
    now = now or timezone.now()
    rows = Referral.objects.filter(
        state__in=WAITING_FOR_PARTNER, sent_at__lte=now, consultation__matter__is_drill=False
    )
    rows = rows.filter(consultation__ward=ward) if ward else rows
    waits = (
        opening_minutes(row.to_office, row.sent_at, now)
        for row in rows.select_related("to_office")
        if row.sent_at
    )
    return sorted(waits, reverse=True)


def decline_reasons(first: dt.date, last: dt.date, ward: Ward | None = None) -> list[tuple[str, int]]:
    """Why partners could not take it, the most frequent first; long texts are cut. For staff only."""
    rows = cohort(first, last, ward).filter(state=S.DECLINED)
    # Opened row by row: the envelopes of one reason differ, so the database cannot count them.
    reasons = Counter(
        row.decline_reason[:FIRST_REASON_LENGTH] for row in rows.only("decline_reason").order_by("pk")
    )
    return reasons.most_common()
