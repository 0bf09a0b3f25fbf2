"""区民対話会: entered by staff, opinions sorted, checked for names and put up."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.refusals import Refused
from regional_issues import selectors
from regional_issues.enums import DialogueState, IssueHorizon, OpinionFate
from regional_issues.models import CitizenDialogue, DialogueOpinion, LocalIssue
from regional_issues.services import issues
from regional_issues.services.locking import in_words, locked_dialogue

LONGEST = 1000
LOOK_AFTER = dt.timedelta(days=30)
IN_WORDS = (OpinionFate.ANSWERED, OpinionFate.SENT_ON, OpinionFate.NOT_DONE)
MOVED_ON = "選んだ意見に、もう行き先の決まったものがあります。先に「検討中に戻す」を使ってください。"


def enter(*, by: Actor, held_on: dt.date, **words: Any) -> CitizenDialogue:
    ward = by.seat.post.office.ward
    if ward is None:
        raise Refused("区の課の発令で入力してください。")
    if held_on > timezone.localdate():
        raise Refused("開いた日は、今日までの日にしてください。", "held_on")
    with in_words(), transaction.atomic():
        return CitizenDialogue.objects.create(ward=ward, held_on=held_on, made_by=by.seat, **words)


def add_opinions(pk: int, *, by: Actor, lines: str) -> int:
    """One opinion a line, empty lines left out; the number that were added."""
    texts = [line.strip() for line in lines.splitlines() if line.strip()]
    if too_long := [number for number, text in enumerate(texts, 1) if len(text) > LONGEST]:
        raise Refused(f"{too_long[0]}件目が長すぎます。一件は{LONGEST}字までです。", "lines")
    with locked_dialogue(pk, by=by) as dialogue:
        _require_entered(dialogue)
        last = dialogue.opinions.aggregate(last=Max("number"))["last"] or 0
        DialogueOpinion.objects.bulk_create(
            DialogueOpinion(dialogue=dialogue, number=last + place, text=text)
            for place, text in enumerate(texts, 1)
        )
    return len(texts)


def correct(pk: int, *, by: Actor, opinion: DialogueOpinion, text: str) -> None:
    """Names taken out, slips put right: it has to be checked again."""
    with locked_dialogue(pk, by=by) as dialogue:
        _require_entered(dialogue)
        _chosen(dialogue, [opinion]).update(text=text, checked_at=None, checked_by=None)


def check(pk: int, *, by: Actor, opinions: Collection[DialogueOpinion]) -> None:
    """名前などがないことを確かめる."""
    with locked_dialogue(pk, by=by) as dialogue:
        _require_entered(dialogue)
        _chosen(dialogue, opinions).update(checked_at=timezone.now(), checked_by=by.seat)


def join_issue(
    pk: int, *, by: Actor, opinions: Collection[DialogueOpinion], issue: LocalIssue | None, title: str = ""
) -> LocalIssue:
    """Several opinions to one issue: one that is open already, or a new one of that title."""
    with locked_dialogue(pk, by=by) as dialogue:
        chosen = _waiting(dialogue, opinions)
        if issue is None:
            joined = _new_issue(dialogue, by, title, opinions)
        elif (
            found := selectors.open_issues(dialogue.ward).select_for_update().filter(pk=issue.pk).first()
        ) is not None:
            joined = found
        else:
            raise Refused("この地域課題は、もう終わっています。ほかの課題を選んでください。", "issue")
        chosen.update(fate=OpinionFate.ISSUE, issue=joined, fate_text="")
    return joined


def answer(
    pk: int, *, by: Actor, opinions: Collection[DialogueOpinion], fate: OpinionFate, fate_text: str
) -> None:
    """その場で回答・ほかの機関へ・対応しない, each in words that the resident may read."""
    if fate not in IN_WORDS:
        raise Refused("どうなったかを選んでください。", "fate")
    with locked_dialogue(pk, by=by) as dialogue:
        _waiting(dialogue, opinions).update(fate=fate, fate_text=fate_text)


def take_back(pk: int, *, by: Actor, opinions: Collection[DialogueOpinion]) -> None:
    """検討中に戻す: an issue that was made of them stays, and may be dropped with a reason."""
    with locked_dialogue(pk, by=by) as dialogue:
        chosen = _chosen(dialogue, opinions)
        if chosen.filter(fate__in=(OpinionFate.REQUESTED, OpinionFate.PROJECTED)).exists():
            raise Refused("区要望か自主企画になった意見は、戻せません。", "opinions")
        chosen.update(fate=OpinionFate.WAITING, issue=None, fate_text="")


def publish(pk: int, *, by: Actor) -> CitizenDialogue:
    """公開する, when every opinion has been checked for names."""
    with locked_dialogue(pk, by=by) as dialogue:
        if not dialogue.opinions.exists() or dialogue.opinions.filter(checked_at__isnull=True).exists():
            raise Refused("まだ確かめていない意見があります。名前などがないことを、すべて確かめてください。")
        dialogue.publish(by=by.seat, at=timezone.now())
    return dialogue


def withdraw(pk: int, *, by: Actor) -> CitizenDialogue:
    with locked_dialogue(pk, by=by) as dialogue:
        dialogue.withdraw()
    return dialogue


def _new_issue(
    dialogue: CitizenDialogue, by: Actor, title: str, opinions: Collection[DialogueOpinion]
) -> LocalIssue:
    if not title:
        raise Refused("地域課題を選ぶか、新しい課題の件名を入力してください。", "title")
    texts = "\n".join(one.text for one in opinions)
    return issues.register(
        by=by,
        title=title,
        summary=texts[:2000],
        horizon=IssueHorizon.IMMEDIATE,
        next_on=timezone.localdate() + LOOK_AFTER,
    )


def _chosen(dialogue: CitizenDialogue, opinions: Collection[DialogueOpinion]) -> "QuerySet[DialogueOpinion]":
    return DialogueOpinion.objects.filter(dialogue=dialogue, pk__in=[one.pk for one in opinions])


def _waiting(dialogue: CitizenDialogue, opinions: Collection[DialogueOpinion]) -> "QuerySet[DialogueOpinion]":
    """Asked under the lock of the dialogue: nobody sorts the same opinion twice."""
    chosen = _chosen(dialogue, opinions)
    if chosen.exclude(fate=OpinionFate.WAITING).exists():
        raise Refused(MOVED_ON, "opinions")
    return chosen


def _require_entered(dialogue: CitizenDialogue) -> None:
    if dialogue.state != DialogueState.ENTERED:
        raise Refused("公開しています。直すときは、先に公開をやめてください。")
