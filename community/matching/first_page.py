"""On the first page of an officer: 仲介 that wait for the answer of this organisation, and what was given back."""

from collections.abc import Iterator

from chiba_ward.access.actor import Actor
from chiba_ward.access.policy import allows, rows
from chiba_ward.access.ways_in import address_of
from community.first_page import Section, Waiting
from community.matching import policy
from community.matching.enums import ListingState, MatchState
from community.matching.models import Match, Need, Offer


def sections(actor: Actor) -> Iterator[Section]:
    if not allows(actor, "match.home"):
        return
    yield Section(
        key="matching",
        title="困りごと・できること",
        waiting=(*_to_answer(actor), *_given_back(actor)),
        lead="返事・手直しを待っています",
        more=(address_of("matching_partner:index"), "困りごと・できることを登録する・見る"),
    )


def _to_answer(actor: Actor) -> Iterator[Waiting]:
    mine = Match.objects.filter(rows(actor, "match.answer"), state=MatchState.ASKED)
    for one in mine.select_related("need__org", "offer__org").order_by("pk"):
        if policy.answer_acts(actor, one):
            yield Waiting(
                f"仲介の返事をする：{one.need.title}",
                address_of("matching_partner:match", one.pk),
                f"相手のできること：{one.offer.title}"
                if _is_mine(actor, one)
                else f"こちらのできること：{one.offer.title}",
                ("match", one.pk),
            )


def _is_mine(actor: Actor, match: Match) -> bool:
    return match.need.org is not None and match.need.org.office_id == actor.office_id


def _given_back(actor: Actor) -> Iterator[Waiting]:
    for model in (Need, Offer):
        name = str(model._meta.model_name)
        mine = model._default_manager.filter(rows(actor, f"{name}.write"), state=ListingState.RETURNED)
        for row in mine.order_by("pk"):
            yield Waiting(
                f"差し戻し：{row.title}", address_of(f"matching_partner:{name}", row.pk), "", (name, row.pk)
            )
