"""私の仕事, the part of つなぎ: what to answer, what nobody answered, what came back, what was asked."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.my_work import WorkGroup, WorkItem
from consultations import selectors_referral as lists
from consultations.models import Referral

SHOWN = 5


def work(actor: Actor) -> Iterator[WorkGroup]:
    """For the actor's own office, under the posting the actor has chosen."""
    if allows(actor, "referral.answer") and actor.posting:
        yield from _received(actor)
    if allows(actor, "referral.send"):
        yield from _placed(actor)


def _received(actor: Actor) -> Iterator[WorkGroup]:
    page = "staff:referral_inbox" if actor.is_staff else "partner:inbox"
    yield _group(
        "to_answer",
        "返事をするつなぎ",
        lists.waiting_for_us(actor),
        actor,
        page,
        "",
        20,
        "返事を待たれているつなぎはありません。",
    )
    yield _group(
        "in_hand",
        "受理したつなぎ(連絡・結果の報告)",
        lists.in_our_hands(actor),
        actor,
        page,
        "?tab=in_hand",
        35,
        "受け持っているつなぎはありません。",
    )


def _placed(actor: Actor) -> Iterator[WorkGroup]:
    page = "staff:referrals_placed"
    yield _group(
        "to_redirect",
        "次の先を決めるつなぎ(差し戻り)",
        lists.to_redirect(actor),
        actor,
        page,
        "?tab=came_back",
        15,
        "差し戻ったつなぎはありません。",
        "returned",
    )
    yield _group(
        "questions",
        "つなぎ先からの質問",
        lists.questions_for_us(actor),
        actor,
        page,
        "?tab=asked",
        18,
        "答えを待たれている質問はありません。",
        "urgent",
    )
    yield _group(
        "unanswered",
        "返事を待っているつなぎ",
        lists.placed_without_answer(actor),
        actor,
        page,
        "?tab=waiting",
        70,
        "返事を待っているつなぎはありません。",
        "waiting",
    )


def _group(
    key: str,
    title: str,
    rows: "QuerySet[Referral]",
    actor: Actor,
    page: str,
    query: str,
    order: int,
    empty: str,
    tone: str = "active",
) -> WorkGroup:
    shown = list(rows[:SHOWN])
    due = lists.deadlines_of(shown)
    items = tuple(
        WorkItem(
            label=referral.consultation.receipt_no,
            url=page_of(referral, actor),
            due_at=due[referral.pk].due_at if referral.pk in due else None,
            tone="urgent" if referral.is_urgent else tone,
            note=str(referral.get_state_display()),
            shows=f"referral:{referral.pk}",
        )
        for referral in shown
    )
    return WorkGroup(
        key=f"referral.{key}",
        title=title,
        items=items,
        count=rows.count(),
        url=_url(page) + query,
        tone=tone,
        order=order,
        empty=empty,
    )


def page_of(referral: Referral, actor: Actor) -> str:
    if actor.is_partner:
        return _url("partner:referral", referral.pk)
    return _url("staff:referral_detail", referral.consultation.receipt_no, referral.sequence)


def _url(name: str, *args: int | str) -> str:
    """Empty where this process does not serve the face (PORTAL_FACES)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
