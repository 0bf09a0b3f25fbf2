"""Who answers for a case today: the person, a deputy, whoever sits in the seat now, at last the head (DESIGN §2 rule 8)."""

from django.utils import timezone

from chiba_ward.directory.enums import PostingKind
from chiba_ward.directory.models import Posting
from chiba_ward.directory.selectors import heads_above, heads_of
from consultations.models import Consultation

__all__ = ["heads_above", "heads_of", "is_on_duty", "who_answers"]


def is_on_duty(posting: Posting) -> bool:
    today = timezone.localdate()
    return posting.starts_on <= today and (posting.ends_on is None or posting.ends_on > today)


def who_answers(case: Consultation) -> list[Posting]:
    """The 担当 and every deputy (代理) in that seat; once the posting has ended, whoever sits there now.

    Without a 担当: the people of the seat that owns it, else the heads of the desk. Empty only where nobody is posted.
    """
    seat = case.assignee.post_id if case.assignee else case.owner_post_id
    active = Posting.objects.active_on().with_duty()
    if case.assignee and is_on_duty(case.assignee):
        deputies = active.filter(post=seat, kind=PostingKind.ACTING).exclude(pk=case.assignee.pk)
        return [case.assignee, *deputies.order_by("id")]
    if seat and (found := list(active.filter(post=seat).order_by("id"))):
        return found
    return list(heads_of(case.desk_office))
