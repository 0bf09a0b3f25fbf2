"""仲介 at the section: the list, one of them with both sides, its day, its outcome or why there was none."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chiba_ward.access import readlog
from chiba_ward.access.actor import actor_of_request
from chiba_ward.access.decorators import fresh_sign_in_required, staff_required
from chiba_ward.access.pages import staff_page
from chiba_ward.access.policy import allows
from chiba_ward.access.policy import rows as rows_of
from chiba_ward.access.readlog import Verb
from chiba_ward.access.views_support import get_permitted, require_door
from chiba_ward.casework.acting import Acts
from chiba_ward.ui.files import csv_file
from chiba_ward.ui.narrowing import Narrowing
from chiba_ward.ui.pagination import KeysetPaginator
from community.matching import contacts, policy, rules
from community.matching.choices import places_in_words
from community.matching.enums import LIVE, MATCH_TONES, MatchState, RuleKey, Side
from community.matching.forms.filters import MatchFilter
from community.matching.models import Match, Need, Offer
from community.matching.views.acts import MATCH_ACTS
from community.matching.views.listing import MOST_ON_PAPER, PAGE, told_by
from community.matching.views.numbers import key_of_match

ROWS = Match.objects.select_related(
    "need__org__office", "need__ward", "need__theme", "offer__org__office", "offer__ward", "offer__theme",
    "broker__person", "present__person", "failure",
)  # fmt: skip
ORDER = ("-pk",)
HEAD = (
    "番号", "困りごと", "困っている側", "できること", "提供する側", "受け持つ区", "聞き始めた日", "初回の日",
    "成立した日", "確かめる日", "確かめた日", "不成立の理由", "状態",
)  # fmt: skip


class Chosen(Narrowing):
    """What the address asks for, over the rows that `right` gives."""

    def __init__(self, request: HttpRequest, right: str) -> None:
        actor = actor_of_request(request)
        super().__init__(request, MatchFilter(request.GET or None))
        self.rows = ROWS.visible_to(actor).filter(rows_of(actor, right)).filter(self._wanted())
        if self.given.get("due"):
            self.rows = self.rows.to_follow_up()

    def _wanted(self) -> Q:
        given, wanted = self.given, Q()
        if state := given.get("state"):
            wanted &= Q(state__in=LIVE) if state == "live" else Q(state=state)
        if given.get("failure"):
            wanted &= Q(failure=given["failure"])
        if words := given.get("q"):
            found = told_by(Need, words, "need__") | told_by(Offer, words, "offer__")
            key = key_of_match(words)
            wanted &= found | Q(pk=key) if key else found
        return wanted


@staff_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    require_door(request)
    chosen = Chosen(request, "match.list")
    page = KeysetPaginator(chosen.rows, ORDER, size=PAGE).page(request.GET)
    readlog.saw("match", [one.pk for one in page], verb=Verb.LIST, words=chosen.words)
    context = {
        "title": "仲介",
        "chosen": chosen,
        "filter": chosen.form,
        "page": page,
        "rows": [line_of(one) for one in page],
        "may_export": allows(actor_of_request(request), "match.export"),
    }
    return staff_page(request, "matching/staff/matches.html", context)


@staff_required
@require_safe
@fresh_sign_in_required(back="matching:matches")
def matches_csv(request: HttpRequest) -> HttpResponse:
    """Exactly the rows of the list as it is filtered."""
    require_door(request)
    chosen = Chosen(request, "match.export")
    rows = list(chosen.rows.order_by(*ORDER))
    readlog.saw("match", [one.pk for one in rows], verb=Verb.EXPORT, words=chosen.words)
    return csv_file("matches", timezone.localdate(), HEAD, map(_cells, rows))


@staff_required
@require_safe
def matches_print(request: HttpRequest) -> HttpResponse:
    require_door(request)
    chosen = Chosen(request, "match.export")
    rows = list(chosen.rows.order_by(*ORDER)[: MOST_ON_PAPER + 1])
    shown = rows[:MOST_ON_PAPER]
    readlog.saw("match", [one.pk for one in shown], verb=Verb.PRINT, words=chosen.words)
    context = {
        "title": "仲介（印刷用）",
        "rows": [line_of(one) for one in shown],
        "is_cut": len(rows) > MOST_ON_PAPER,
        "most": MOST_ON_PAPER,
    }
    return staff_page(request, "matching/staff/matches_print.html", context)


def line_of(one: Match) -> dict[str, Any]:
    state = MatchState(one.state)
    is_due = state == MatchState.SUCCEEDED and bool(
        one.follow_up_on and one.follow_up_on <= timezone.localdate()
    )
    return {
        "match": one,
        "state": "続いているか確かめる" if is_due else state.label,
        "tone": "overdue" if is_due else MATCH_TONES[state],
    }


def _cells(one: Match) -> tuple[object, ...]:
    return (
        one.number, one.need.title, one.need.who, one.offer.title, one.offer.who,
        one.need.ward.name if one.need.ward else "全市", timezone.localtime(one.asked_at).date(),
        one.meeting_on or "", one.succeeded_on or "", one.follow_up_on or "", one.followed_up_on or "",
        str(one.failure or ""), str(line_of(one)["state"]),
    )  # fmt: skip


@staff_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    return show(request, get_permitted(request, ROWS, pk=pk))


@staff_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    return ON_MATCH.press(request, get_permitted(request, ROWS, pk=pk), name)


def show(
    request: HttpRequest, match: Match, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    readlog.saw("match", [match.pk])
    actor = actor_of_request(request)
    context = {
        **facts_of(match),
        "sides": [side_of(match, side) for side in Side],
        "lines": list(match.lines.select_related("by__person").order_by("-on", "-at", "-pk")),
        "next": _next(match),
        **ON_MATCH.shown(match, actor, bound or {}),
    }
    return staff_page(request, "matching/staff/match.html", context, status=status)


def facts_of(match: Match) -> dict[str, Any]:
    return {
        "title": f"仲介　{match.need.title}",
        **line_of(match),
        "follow_up_rule": rules.rule(RuleKey.FOLLOW_UP),
    }


def side_of(match: Match, side: Side) -> dict[str, Any]:
    """One half: its entry, its word, and, once both have agreed, what it released."""
    listing = match.listing(side)
    return {
        "side": side,
        "label": side.label,
        "listing": listing,
        "number": listing.number,
        "place": places_in_words(listing),
        "answer": match.answers.select_related("recorded_by__person").filter(side=side).first(),
        "released": contacts.of(match, side),
        "url": f"matching:{side.value}",
    }


NEXT = {
    MatchState.ASKED: "両方の返事を待っています。ポータルで答えない団体には電話で聞き、「電話などで聞いた返事を記録する」に入れます。",
    MatchState.AGREED: "両方が承諾しました。職員が同席する初回の日を決めます。",
    MatchState.ARRANGED: "初回に同席し、「会って試した」を記録します。日が変わったら、決め直します。",
    MatchState.TRIAL: "続けることになったら「成立した」、ならなかったら「不成立にする」を記録します。",
}


def _next(match: Match) -> str:
    """つぎにすること, in one sentence."""
    if match.state == MatchState.SUCCEEDED and match.follow_up_on:
        day = match.follow_up_on
        return f"{day.month}月{day.day}日に、続いているかを両方に聞いて記録します。"
    return NEXT.get(MatchState(match.state), "")


ON_MATCH = Acts(
    keyword="match",
    known=MATCH_ACTS,
    open_to=policy.broker_acts,
    moved="ほかの人の操作で仲介が進んだので、この操作はもうできません。いまの状態を確かめてください。",
    page="matching:match",
    show=show,
)
