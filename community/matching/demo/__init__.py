"""Matches of the demo city: one that looks for somebody, one that waits for an answer, one to follow up, one that failed."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework.enums import Channel
from chiba_ward.directory.initial.rows import read
from chiba_ward.directory.models import Area, Posting, Ward
from community.matching import rules
from community.matching.enums import Line, ListingState, MatchState, RuleKey, Side
from community.matching.models import (
    CheckItem,
    FailureReason,
    Listing,
    Match,
    MatchAnswer,
    MatchingLine,
    Need,
    Offer,
)
from community.matching.services import listings, matches
from community.matching.services.listings import Places
from community.models import ActivityField, CommunityOrg

FILE = Path(__file__).with_name("matching.yaml")
MODELS: dict[str, type[Listing]] = {"need": Need, "offer": Offer}
Row = dict[str, Any]


def load() -> int:
    """Once; the number of entries that were made."""
    desk = _at_desk()
    if desk is None or Need.objects.exists() or not CommunityOrg.objects.exists():
        return 0
    rows = read(FILE)
    made = {row["key"]: _entered(row, desk) for row in rows["entries"]}
    for key in rows["asked"]:
        matches.propose(made[key["need"]].pk, made[key["offer"]].pk, by=desk)
    for row in rows["succeeded"]:
        _succeeded(made[row["need"]], made[row["offer"]], row, desk)
    for row in rows["failed"]:
        _failed(made[row["need"]], made[row["offer"]], row, desk)
    return len(made)


def _at_desk() -> Actor | None:
    postings = Posting.objects.active_on().with_duty().filter(post__office__code="wakaba-chiiki")
    posting = postings.order_by("kind", "id").first()
    return actor_of(posting.person, posting) if posting else None


def _entered(row: Row, desk: Actor) -> Listing:
    """From paper, and checked unless the row says that it waits."""
    model = MODELS[row["side"]]
    org = CommunityOrg.objects.named().filter(label=row["org"]).first() if "org" in row else None
    more = {"capacity": row.get("capacity", 1)} if model is Offer else {}
    found = listings.enter(
        model,
        by=desk,
        channel=Channel.TELEPHONE,
        org=org,
        person_name=row.get("person", ""),
        person_contact=row.get("contact", ""),
        places=_places(row),
        title=row["title"],
        text=row["text"],
        theme=ActivityField.objects.get(name=row["theme"]),
        kind=row["kind"],
        slots=row.get("slots", []),
        people=row.get("people"),
        duration=row.get("duration", ""),
        is_micro=row.get("micro", False),
        **more,
    )
    if row.get("waits"):
        return found
    fine = dict.fromkeys(CheckItem.objects.filter(is_active=True).values_list("pk", flat=True), True)
    return listings.check(model, found.pk, by=desk, results=fine, is_public=row.get("public", False))


def _places(row: Row) -> Places:
    areas = Area.objects.filter(name__in=row.get("areas", [])).order_by("pk")
    return Places(tuple(areas), tuple(Ward.objects.filter(slug__in=row.get("wards", [])).order_by("pk")))


def _succeeded(need: Any, offer: Any, row: Row, desk: Actor) -> None:
    """Of days on which the services no longer write."""
    day = timezone.localdate() - dt.timedelta(days=row["days_ago"])
    known = rules.rule(RuleKey.FOLLOW_UP)
    match = _begun(
        need, offer, desk, day,
        state=MatchState.SUCCEEDED, agreed_at=_noon(day), meeting_on=day, meeting_place=row["place"], present=desk.posting,
        met_on=day, succeeded_on=day, follow_up_on=known.after(day) if known else day, outcome=row["outcome"],
    )  # fmt: skip
    for side in Side:
        MatchAnswer.objects.create(
            match=match, side=side, is_yes=True, channel=Channel.TELEPHONE, told_by="見本 役員", given_on=day,
            released=["phone"], recorded_by=desk.seat,
        )  # fmt: skip
    for line in (Line.YES, Line.ARRANGED, Line.MET, Line.SUCCEEDED):
        MatchingLine.objects.create(match=match, kind=line, on=day, at=_noon(day), by=desk.posting)
    type(offer).objects.filter(pk=offer.pk).update(taken=offer.taken + 1)
    type(need).objects.filter(pk=need.pk).update(
        state=ListingState.MATCHED, ended_at=_noon(day), is_public=False
    )


def _failed(need: Any, offer: Any, row: Row, desk: Actor) -> None:
    day = timezone.localdate() - dt.timedelta(days=row["days_ago"])
    reason = FailureReason.objects.get(name=row["reason"])
    match = _begun(
        need, offer, desk, day, state=MatchState.FAILED, failure=reason, failure_note=row["note"], ended_at=_noon(day)
    )  # fmt: skip
    MatchingLine.objects.create(match=match, kind=Line.FAILED, on=day, at=_noon(day), by=desk.posting)


def _begun(need: Any, offer: Any, desk: Actor, day: dt.date, **more: Any) -> Match:
    reasons = [f"テーマが同じ（{need.theme}）", f"種類が同じ（{need.get_kind_display()}）"]
    before = _noon(day - dt.timedelta(days=12))
    match: Match = Match.objects.create(
        need=need, offer=offer, broker=desk.seat, asked_at=before, reasons=reasons, **more
    )
    MatchingLine.objects.create(match=match, kind=Line.ASKED, on=before.date(), at=before, by=desk.posting)
    return match


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
