"""The locks of a つなぎ: always the case first, then the referral, so that two acts never wait for each other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django_fsm import TransitionNotAllowed

from chiba_ward.access.actor import SYSTEM, Actor
from chiba_ward.directory.selectors import office
from consultations.enums import ReferralState
from consultations.models import Consultation, Referral
from consultations.querysets import ReferralQuerySet
from consultations.services.base import refresh_due
from consultations.workflow.errors import Refused

Rule = Callable[[Actor, Referral], bool]
MOVED_ON = "このつなぎは、ほかの人の操作で状態が変わっています。画面を開き直してください。"
ENDED = {
    ReferralState.RECALLED: "このつなぎは、送った課が取り消しました。相談の内容はもう見られません。",
    ReferralState.REVOKED: "本人の同意が取りやめになったため、このつなぎは終わりました。内容はもう見られません。",
    ReferralState.RETURNED: "期限までに返事がなかったため、このつなぎは送った課に戻りました。",
    ReferralState.ACCEPTED: "このつなぎは、すでに受理されています。",
    ReferralState.DECLINED: "このつなぎは、受理できないという返事がすでにあります。",
}


@contextmanager
def locked_referral(pk: int, *, by: Actor) -> Iterator[Referral]:
    """One referral with its case under row locks in one transaction; both saved at the end.

    Raises `Referral.DoesNotExist` when `by` may not see it, `Refused` when it has moved on meanwhile.
    `SYSTEM` itself (effects, deadline steps) sees every referral; an anonymous actor, equal but not it, sees none.
    """
    with transaction.atomic():
        case = _locked_case(pk, by)
        referral = Referral.objects.select_for_update(of=("self",)).get(pk=pk)
        referral.consultation = case
        _name_offices(referral, case)
        with in_words(referral):
            yield referral
        referral.save()
        refresh_due(case)
        case.save()


def _locked_case(pk: int, by: Actor) -> Consultation:
    """The case of a referral that the actor sees. Its matter never changes, so it may come along with the lock."""
    seen = _visible(by).filter(pk=pk).values("consultation")
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("matter")
    case = rows.filter(pk__in=seen).first()
    if case is None:
        raise Referral.DoesNotExist
    return case


def _name_offices(referral: Referral, case: Consultation) -> None:
    """Offices are master data: they are at hand and not asked for one by one."""
    referral.from_office, referral.to_office = office(referral.from_office_id), office(referral.to_office_id)
    case.desk_office, case.owner_office = office(case.desk_office_id), office(case.owner_office_id)


def refuse_unless(rule: Rule, by: Actor, referral: Referral) -> None:
    """The rule under the lock: whoever was faster has won, the other is told what happened."""
    if not rule(by, referral):
        raise Refused(ENDED.get(referral.state, MOVED_ON))


@contextmanager
def in_words(referral: Referral) -> Iterator[None]:
    try:
        yield
    except TransitionNotAllowed as error:
        raise Refused(ENDED.get(referral.state, MOVED_ON)) from error


def _visible(by: Actor) -> ReferralQuerySet:
    return Referral.objects.all() if by is SYSTEM else Referral.objects.visible_to(by)
