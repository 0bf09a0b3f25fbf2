"""The locks of this module: the organisation first, then what hangs on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import refusals
from community.enums import Line
from community.models import AnnualReturn, CommunityOrg, OrgLine

IN_WORDS = {
    "return_once_a_year": ("この年度の現況届は、すでに書き始められています。画面を開き直してください。", ""),
    "contact_home_not_public": (
        "代表者の自宅の電話・住所を公開するには、本人が同意した日を入れてください。",
        "consented_on",
    ),
    "org_place_one_area_a_day": ("この地区は、同じ期間にすでに登録されています。", "area"),
    "org_place_one_town_a_day": ("この町丁は、同じ期間にすでに登録されています。", "town"),
    "enrolment_once_a_day": ("この日の加入世帯数は、すでに記録されています。", "as_of"),
}
in_words = partial(refusals.in_words, IN_WORDS)


@contextmanager
def locked_org(pk: int, *, by: Actor, right: str = "community_org.write") -> Iterator[CommunityOrg]:
    """One organisation under its row lock, in one transaction; saved at the end.

    Raises `CommunityOrg.DoesNotExist` when `by` does not have the right.
    """
    with in_words(), transaction.atomic():
        held = CommunityOrg.objects.select_for_update(of=("self",)).get(rows(by, right), pk=pk)
        yield (org := _whole(held))
        org.save()


def _whole(held: CommunityOrg) -> CommunityOrg:
    """Read once more now that the lock is held: what is joined to a row that had to wait is that of before."""
    return CommunityOrg.objects.select_related("office", "ward").get(pk=held.pk)


@contextmanager
def locked_return(pk: int, *, by: Actor, right: str) -> Iterator[AnnualReturn]:
    """One 現況届 with its organisation under their locks. Raises `AnnualReturn.DoesNotExist`."""
    with in_words(), transaction.atomic():
        seen = AnnualReturn.objects.filter(rows(by, right), pk=pk).values("org")
        org = CommunityOrg.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
        if org is None:
            raise AnnualReturn.DoesNotExist
        found = AnnualReturn.objects.select_for_update(of=("self",)).get(pk=pk)
        found.org = _whole(org)
        yield found
        found.save()
        found.org.save()


def tell(org: CommunityOrg, line: Line, by: Actor, detail: str = "") -> None:
    """A line of the history: things, days and posts, never a person or a number."""
    OrgLine.objects.create(org=org, kind=line, detail=detail[:200], by=by.posting)
