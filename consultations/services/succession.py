"""組織改正: the consultations and つなぎ of an office that is no more go on with its successor, under its name of then."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.access.actor import SYSTEM
from chiba_ward.casework import timeline
from chiba_ward.casework.enums import Audience
from chiba_ward.compartments import services as compartments
from chiba_ward.directory import succession
from chiba_ward.directory.models import Office, Post
from consultations.enums import ReferralState
from consultations.models import Consultation, Referral
from consultations.services.base import every_case
from consultations.services.referrals import ending
from consultations.services.referrals.locking import locked_referral
from consultations.workflow.errors import Refused

SUCCEEDED = "consultation.succeeded"
S = ReferralState


def take_over(office: Office, heir: Office) -> int:
    """Cases first, then what was placed with others or received from them. Running it again moves nothing."""
    return _take_cases(office, heir) + _take_referrals(office, heir)


def _take_cases(office: Office, heir: Office) -> int:
    """Ended ones too: they are read, printed and reopened where the work now is."""
    found = Consultation.objects.filter(Q(desk_office=office) | Q(owner_office=office))

    def move(rows: QuerySet[Any]) -> int:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for pk in keys:
            with every_case(pk) as case:
                _hand_over(case, office, heir)
        return len(keys)

    return sum(compartments.in_rounds(found, "compartment", move, reason=succession.REASON))


def _hand_over(case: Consultation, office: Office, heir: Office) -> None:
    """Under the lock. `owner` in the line is who had it until now: an ended case keeps that name on paper."""
    owner_then = case.owner_office.name_on(timezone.localdate())
    if case.owner_office_id == office.pk:
        case.owner_office = heir
    if case.desk_office_id == office.pk:
        case.desk_office = heir
        seat = succession.posting_after(case.assignee, heir) if case.assignee else None
        case.assignee = seat
        case.owner_post = seat.post if seat else _seat(case.owner_post, heir)
    timeline.record(
        case.matter,
        SUCCEEDED,
        SYSTEM,
        audience=Audience.CITIZEN if case.is_open else Audience.HOUSE,
        owner=owner_then,
        **heir.words_on(timezone.localdate()),
        **office.words_on(timezone.localdate(), "from_office"),
    )


def _seat(post: Post | None, heir: Office) -> Post | None:
    return Post.objects.filter(office=heir, name=post.name).first() if post else None


def _take_referrals(office: Office, heir: Office) -> int:
    """What is held for its five minutes leaves first, under the name it was written to."""
    found = Referral.objects.filter(Q(from_office=office) | Q(to_office=office)).exclude(state=S.HELD)

    def move(rows: QuerySet[Any]) -> int:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return sum(_hand_on(pk, office, heir) for pk in keys)

    return sum(compartments.in_rounds(found, "compartment", move, reason=succession.REASON))


def referrals_follow(case: Consultation, office: Office, heir: Office) -> None:
    """つなぎ of this one case, when it moves to another ward's section. Raises `Refused` while one is held for its five
    minutes: it would leave under the name of a section that has nothing to do with the case any more."""
    mine = case.referrals.filter(Q(from_office=office) | Q(to_office=office)).order_by("pk")
    if mine.filter(state=S.HELD).exists():
        raise Refused(
            "送る操作をしてから5分たっていないつなぎがあります。5分待って、もう一度押してください。"
        )
    for pk in mine.values_list("pk", flat=True):
        _hand_on(pk, office, heir)


def _hand_on(pk: int, office: Office, heir: Office) -> int:
    with locked_referral(pk, by=SYSTEM) as referral:
        sender = heir if referral.from_office_id == office.pk else referral.from_office
        receiver = heir if referral.to_office_id == office.pk else referral.to_office
        if sender.pk != receiver.pk:
            if referral.sent_at:
                referral.keep_words()
            referral.from_office, referral.to_office = sender, receiver
            return 1
        if referral.state not in ending.WITHDRAWABLE:
            return 0  # ended between the two that are one now: it stays as it was
        ending.end_between_one(referral)
        return 1
