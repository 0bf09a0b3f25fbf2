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
    around = _around(case)
    holder = next((one for one in around if one.pk == case.assignee_id), None)
    on_duty = [one for one in around if is_on_duty(one)]
    if holder is not None and is_on_duty(holder):
        deputies = [one for one in on_duty if one.kind == PostingKind.ACTING and one.pk != holder.pk]
        return [holder, *deputies]
    return on_duty or list(heads_of(case.desk_office))


def _around(case: Consultation) -> list[Posting]:
    """Every posting to the seat of the 担当, the holder's own among them; else to the seat that owns the case."""
    rows = Posting.objects.with_duty().order_by("id")
    if case.assignee_id:
        return list(rows.filter(post__postings=case.assignee_id))
    return list(rows.filter(post=case.owner_post_id)) if case.owner_post_id else []
