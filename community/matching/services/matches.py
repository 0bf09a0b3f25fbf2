"""仲介: begun by the section, answered by both sides, met, come to something or not, asked again three months later."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.casework.enums import Channel
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Posting
from community.enums import ContactKind
from community.matching import policy, proposals, rules
from community.matching.enums import Line, ListingState, MatchState, Side
from community.matching.models import FailureReason, Match, MatchAnswer, Need, Offer
from community.matching.services.listings import end_by_clock
from community.matching.services.locking import FULL, locked, locked_match, tell

PERSON = "person"
"""What a person without an account lets be known: the one contact that the section has written down."""
NOT_AFTER_TODAY = "今日までの日にしてください。"


def propose(need_pk: int, offer_pk: int, *, by: Actor) -> Match:
    """両方に聞き始める. Raises `Refused` where somebody was faster, or the last capacity is gone."""
    with locked(Need, need_pk, by=by, right="work") as need:
        offer = Offer.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=offer_pk).first()
        _refuse_unfit(need, offer)
        if offer is None:  # refused above; for the types
            raise Offer.DoesNotExist
        reasons = proposals.reasons_between(need, offer)
        need.broker()
        offer.taken += 1
        offer.save()
        match: Match = Match.objects.create(need=need, offer=offer, broker=by.seat, reasons=reasons)
        tell(match, Line.ASKED, by)
    return match


def _refuse_unfit(need: Need, offer: Offer | None) -> None:
    if offer is None:
        raise Refused("この番号のできることは、見つかりません。", "offer_number")
    if offer.state != ListingState.OPEN or offer.is_over:
        raise Refused("このできることは、いまは相手をさがしていません。", "offer_number")
    if need.is_over:
        raise Refused("この困りごとは、載せておく日が過ぎています。「内容を直す」で、日を延ばしてください。")
    if offer.is_full:
        raise Refused(FULL, "offer_number")
    if offer.org is not None and not offer.org.is_active_on(timezone.localdate()):
        raise Refused("このできることの団体は、もう活動していません。", "offer_number")
    if need.org_id is not None and need.org_id == offer.org_id:
        raise Refused("同じ団体の困りごとと、できることです。", "offer_number")


def answer(
    pk: int,
    *,
    by: Actor,
    side: str,
    is_yes: bool,
    channel: str = Channel.WEB,
    told_by: str = "",
    given_on: dt.date | None = None,
    released: Iterable[str] = (),
    failure: FailureReason | None = None,
    note: str = "",
) -> Match:
    """The word of one side: its officer's own, or told by telephone to the section, with who said it and when.

    Both yes: agreed. One no: 不成立 at once, and the 困りごと looks for somebody else.
    """
    right = "match.answer" if channel == Channel.WEB else "match.broker"
    with locked_match(pk, by=by, right=right) as match:
        _refuse_answer(match, by, side, channel, told_by, given_on)
        if not is_yes and failure is None:
            raise Refused("断る理由を選んでください。", "failure")
        said = MatchAnswer(
            match=match,
            side=side,
            is_yes=is_yes,
            channel=channel,
            told_by=told_by if channel != Channel.WEB else "",
            given_on=given_on or timezone.localdate(),
            released=_releasable(match, side, released) if is_yes else [],
            recorded_by=by.seat,
        )
        said.save()
        tell(match, Line.YES if is_yes else Line.NO, by, str(Side(side).label))
        if failure is not None and not is_yes:
            _fail(match, by, failure, note)
        elif match.answers.filter(is_yes=True).count() == len(Side):
            match.agree(at=timezone.now())
    return match


def _refuse_answer(
    match: Match, by: Actor, side: str, channel: str, told_by: str, given_on: dt.date | None
) -> None:
    if match.state != MatchState.ASKED:
        raise Refused("この仲介は、もう返事を待っていません。画面を開き直してください。")
    if channel == Channel.WEB and side not in policy.sides_of(by, match):
        raise Refused("自分の団体の返事だけを出せます。")
    if channel != Channel.WEB and not told_by:
        raise Refused("だれが答えたかを入力してください。", "told_by")
    if given_on is not None and given_on > timezone.localdate():
        raise Refused(f"答えた日は、{NOT_AFTER_TODAY}", "given_on")


def _releasable(match: Match, side: str, released: Iterable[str]) -> list[str]:
    """Of an organisation its kinds of contacts, of a person the one that is known; nothing else can be let out."""
    known = set(ContactKind.values) if match.listing(side).org_id else {PERSON}
    return sorted(set(released) & known)


def cancel(pk: int, *, by: Actor) -> Match:
    """Begun by mistake, and nobody has answered: as if it had not been."""
    with locked_match(pk, by=by, right="match.broker") as match:
        if match.answers.exists():
            raise Refused("返事が届いているので、取り消せません。「不成立にする」で終わらせてください。")
        match.cancel(at=timezone.now())
        _let_go(match)
        tell(match, Line.CANCELLED, by)
    return match


def arrange(
    pk: int, *, by: Actor, on: dt.date, place: str, present: Posting, time: dt.time | None = None
) -> Match:
    """初回 with a member of staff beside; once more where the day is moved."""
    with locked_match(pk, by=by, right="match.broker") as match:
        if on < timezone.localdate():
            raise Refused("初回の日は、今日か、今日より後の日にしてください。", "on")
        match.arrange(on=on, time=time, place=place, present=present)
        tell(match, Line.ARRANGED, by)
    return match


def met(pk: int, *, by: Actor, on: dt.date, note: str = "") -> Match:
    with locked_match(pk, by=by, right="match.broker") as match:
        _refuse_future(on)
        match.meet(on=on)
        tell(match, Line.MET, by, note, on=on)
    return match


def succeed(pk: int, *, by: Actor, on: dt.date, outcome: str) -> Match:
    """成立, with what came of it. The 困りごと is done; the できること goes on as far as its capacity does."""
    with locked_match(pk, by=by, right="match.broker") as match:
        _refuse_future(on)
        if match.met_on and on < match.met_on:
            raise Refused("成立した日は、会った日より後の日にしてください。", "on")
        match.succeed(outcome=outcome, on=on, follow_up_on=rules.follow_up_day(on))
        match.need.match(at=timezone.now())
        tell(match, Line.SUCCEEDED, by, on=on)
    return match


def fail(pk: int, *, by: Actor, failure: FailureReason, note: str = "") -> Match:
    """不成立, with the reason; the 困りごと looks for somebody else."""
    with locked_match(pk, by=by, right="match.broker") as match:
        _fail(match, by, failure, note)
    return match


def _fail(match: Match, by: Actor, failure: FailureReason, note: str) -> None:
    match.fail(failure=failure, note=note, at=timezone.now())
    _let_go(match)
    tell(match, Line.FAILED, by)


def _let_go(match: Match) -> None:
    """Under the locks: both sides are free again; one whose last day has passed meanwhile has ended."""
    match.need.give_up()
    if match.need.is_over:
        end_by_clock(match.need)
    match.offer.taken -= 1


def follow_up(pk: int, *, by: Actor, goes_on: bool, note: str, on: dt.date | None = None) -> Match:
    """3か月後: it goes on, or it has ended well; then there is room for somebody else."""
    with locked_match(pk, by=by, right="match.broker") as match:
        day = on or timezone.localdate()
        _refuse_future(day)
        if goes_on:
            match.go_on(note=note, on=day)
        else:
            match.finish(note=note, on=day)
            match.offer.taken -= 1
        tell(match, Line.CONTINUED if goes_on else Line.FINISHED, by, on=day)
    return match


def note(pk: int, *, by: Actor, on: dt.date, text: str) -> Match:
    """経過: a day, who, what."""
    with locked_match(pk, by=by, right="match.broker") as match:
        _refuse_future(on)
        tell(match, Line.NOTE, by, text, on=on)
    return match


def _refuse_future(on: dt.date) -> None:
    if on > timezone.localdate():
        raise Refused(NOT_AFTER_TODAY, "on")


def presents(by: Actor) -> Any:
    """Who of the section may sit beside: everybody who has a duty there today."""
    return (
        Posting.objects.active_on()
        .with_duty()
        .filter(post__office=by.seat.post.office)
        .select_related("person", "post__office")
    )
