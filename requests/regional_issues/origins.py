"""What residents said that stands behind issues: for the screens that lead from a result back to their words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from regional_issues.enums import DialogueState, SourceKind
from regional_issues.models import DialogueOpinion, IssueSource, LocalIssue


@dataclass(frozen=True)
class Word:
    """`url` leads to the public page where the opinion stands, and is empty where there is none."""

    kind: str
    text: str
    date: dt.date
    url: str = ""


def words_of(issues: Iterable[LocalIssue]) -> list[Word]:
    """Oldest first: two queries, however many issues. For staff: opinions that are not public yet are among them."""
    wanted = [one.pk for one in issues]
    opinions = DialogueOpinion.objects.filter(issue__in=wanted).select_related("dialogue")
    sources = IssueSource.objects.filter(issue__in=wanted)
    words = [_of_opinion(one) for one in opinions.order_by("pk")]
    words += [_of_source(one) for one in sources.order_by("pk")]
    return sorted(words, key=lambda word: word.date)


def _of_opinion(one: DialogueOpinion) -> Word:
    is_public = one.checked_at is not None and one.dialogue.state == DialogueState.PUBLISHED
    url = f"{reverse('dialogues:show', args=[one.dialogue_id])}#opinion-{one.number}" if is_public else ""
    return Word(SourceKind.OPINION.label, one.text, one.dialogue.held_on, url)


def _of_source(one: IssueSource) -> Word:
    kind = SourceKind(one.kind)
    text = f"{one.field}：{one.since}から{one.until}まで{one.count}件" if one.count else one.text
    return Word(kind.label, text, one.heard_on)
