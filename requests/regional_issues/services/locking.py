"""The locks of this module, and what the database refuses in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import transaction

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import rows
from chiba_ward.casework import refusals
from regional_issues.models import CitizenDialogue, LocalIssue

IN_WORDS = {
    "local_issue_numbered_once": ("ほかの人が、同時に登録しました。もう一度押してください。", ""),
    "local_issue_closed_with_words": ("結果・理由を入力してください。", "outcome"),
    "local_issue_looked_at_again": ("次に見る日を入力してください。", "next_on"),
    "dialogue_opinion_numbered_once": (
        "ほかの人が、同時に意見を足しました。画面を開き直してください。",
        "",
    ),
    "dialogue_opinion_fate_in_words": (
        "答えた内容、送った先、対応しない理由を入力してください。",
        "fate_text",
    ),
}
in_words = partial(refusals.in_words, IN_WORDS)


@contextmanager
def locked_issue(pk: int, *, by: Actor, right: str = "local_issue.write") -> Iterator[LocalIssue]:
    """One issue under its row lock, in one transaction; saved at the end. Raises `LocalIssue.DoesNotExist`."""
    with in_words(), transaction.atomic():
        # Asked once more under the lock: the rule may read what the one before has changed.
        held = LocalIssue.objects.select_for_update(of=("self",)).get(pk=pk)
        found = LocalIssue.objects.select_related("ward", "owner_office").get(rows(by, right), pk=held.pk)
        yield found
        found.save()


@contextmanager
def locked_dialogue(pk: int, *, by: Actor) -> Iterator[CitizenDialogue]:
    """One dialogue under its row lock; its opinions are written under the same. Raises `DoesNotExist`."""
    with in_words(), transaction.atomic():
        held = CitizenDialogue.objects.select_for_update(of=("self",)).get(
            rows(by, "citizen_dialogue.write"), pk=pk
        )
        yield held
        held.save()
