"""私の仕事, the part of つなぎ: what to answer, what nobody answered, what came back, what was asked."""

from collections.abc import Iterator
from typing import Any

from django.urls import NoReverseMatch, reverse

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows
from chiba_ward.casework.models import Deadline
from chiba_ward.casework.my_work import WorkGroup, WorkItem, first_few
from consultations import selectors_referral as lists
from consultations.enums import ReferralState

SHOWN = 5


# list, title, page, its query, order, what is said of an empty list, tone
RECEIVED = {
    "to_answer": (lists.waiting_for_us, "返事をするつなぎ", "", 20, "返事を待たれているつなぎはありません。", "active"),
    "in_hand": (
        lists.in_our_hands, "受理したつなぎ(連絡・結果の報告)", "?tab=in_hand", 35, "受け持っているつなぎはありません。",
        "active",
    ),
}  # fmt: skip
PLACED = {
    "to_redirect": (
        lists.to_redirect, "次の先を決めるつなぎ(差し戻り)", "?tab=came_back", 15, "差し戻ったつなぎはありません。", "returned",
    ),
    "questions": (
        lists.questions_for_us, "つなぎ先からの質問", "?tab=asked", 18, "答えを待たれている質問はありません。", "urgent",
    ),
    "unanswered": (
        lists.placed_without_answer, "返事を待っているつなぎ", "?tab=waiting", 70, "返事を待っているつなぎはありません。",
        "waiting",
    ),
}  # fmt: skip
NAMES = ("pk", "state", "is_urgent", "sequence", "consultation", "consultation__matter__receipt_no")


def work(actor: Actor) -> Iterator[WorkGroup]:
    """For the actor's own office, under the posting the actor has chosen. Two questions to the database at most."""
    groups: dict[str, tuple[Any, ...]] = {}
    if actor.posting and allows(actor, "referral.answer"):
        groups |= {key: (*known, _inbox(actor)) for key, known in RECEIVED.items()}
    if allows(actor, "referral.send"):
        groups |= {key: (*known, "staff:referrals_placed") for key, known in PLACED.items()}
    if not groups:
        return
    found = first_few({key: known[0](actor) for key, known in groups.items()}, NAMES, SHOWN)
    due = lists.deadlines_for(
        [(row["pk"], row["consultation"]) for few in found.values() for row in few.rows]
    )
    for key, (_, title, query, order, empty, tone, page) in groups.items():
        yield WorkGroup(
            key=f"referral.{key}",
            title=title,
            items=tuple(_item(row, due.get(row["pk"]), actor, tone) for row in found[key].rows),
            count=found[key].count,
            url=_url(page) + query,
            tone=tone,
            order=order,
            empty=empty,
        )


def _inbox(actor: Actor) -> str:
    return "staff:referral_inbox" if actor.is_staff else "partner:inbox"


def _item(row: dict[str, Any], deadline: Deadline | None, actor: Actor, tone: str) -> WorkItem:
    number = row["consultation__matter__receipt_no"]
    return WorkItem(
        label=number,
        url=_page_of(actor, row["pk"], number, row["sequence"]),
        due_at=deadline.due_at if deadline else None,
        tone="urgent" if row["is_urgent"] else tone,
        note=str(ReferralState(row["state"]).label),
        shows=f"referral:{row['pk']}",
    )


def _page_of(actor: Actor, pk: int, number: str, sequence: int) -> str:
    if actor.is_partner:
        return _url("partner:referral", pk)
    return _url("staff:referral_detail", number, sequence)


def _url(name: str, *args: int | str) -> str:
    """Empty where this process does not serve the face (PORTAL_FACES)."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
