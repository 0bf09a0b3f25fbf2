"""The town of the community, with a second association whose chair signs in: one needs, the other offers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Posting
from community.matching import initial
from community.matching.models import CheckItem, FailureReason, Match, Need, Offer
from community.matching.services import listings, matches
from community.matching.services.listings import Places
from community.models import ActivityField, CommunityOrg
from community.services import handover, orgs
from tests.community.town import Town, act_as, browser, fresh, in_days, make_town

__all__ = ["Scene", "act_as", "browser", "fresh", "in_days", "make_scene"]
SATURDAY_MORNING, SATURDAY_AFTERNOON = 21, 22
PHONE = "043-999-0007"


@dataclass
class Scene:
    town: Town
    helper: CommunityOrg
    theme: ActivityField

    @property
    def by(self) -> Actor:
        return self.town.by

    @property
    def helpers(self) -> Posting:
        found: Posting = Posting.objects.with_duty().get(post__office=fresh(self.helper).office)
        return found

    def words(self, **more: Any) -> dict[str, Any]:
        return {
            "title": "見本の雪かき",
            "text": "見本の検印本文",
            "theme": self.theme,
            "kind": "people",
            "slots": [SATURDAY_MORNING],
            "starts_on": None,
            "ends_on": None,
            "people": 3,
            "duration": "2時間",
            "is_micro": False,
            "expires_on": in_days(60),
            "places": Places((self.town.district,)),
            **more,
        }

    def open(self, model: Any, org: CommunityOrg | None = None, **more: Any) -> Any:
        """Entered from paper and checked."""
        person = {} if org else {"person_name": "見本 個人", "person_contact": PHONE}
        made = listings.enter(model, by=self.by, channel="post", org=org, **person, **self.words(**more))
        return listings.check(model, made.pk, by=self.by, results=self.fine())

    def fine(self, **more: bool) -> dict[int, bool]:
        return dict.fromkeys(CheckItem.objects.order_by("pk").values_list("pk", flat=True), True)

    def need(self, **more: Any) -> Need:
        return self.open(Need, self.town.org, **more)  # type: ignore[no-any-return]  # the model that was given

    def offer(self, **more: Any) -> Offer:
        return self.open(Offer, self.helper, **{"capacity": 1, **more})  # type: ignore[no-any-return]  # as above

    def asked(self, **more: Any) -> Match:
        return matches.propose(self.need().pk, self.offer(**more).pk, by=self.by)

    def agreed(self, **more: Any) -> Match:
        match = self.asked(**more)
        for side in ("need", "offer"):
            match = self.told(match, side)
        return match

    def told(self, match: Match, side: str, **more: Any) -> Match:
        given = {"is_yes": True, "channel": "telephone", "told_by": "見本 電話", **more}
        return matches.answer(match.pk, by=self.by, side=side, **given)

    def succeeded(self, on: dt.date | None = None, **more: Any) -> Match:
        match = self.agreed(**more)
        today = in_days(0)
        matches.arrange(match.pk, by=self.by, on=today, place="見本集会所", present=self.town.clerk)
        matches.met(match.pk, by=self.by, on=today)
        return matches.succeed(match.pk, by=self.by, on=on or today, outcome="見本の成果")

    def reason(self, name: str = "日程が合わない") -> FailureReason:
        return FailureReason.objects.get(name=name)


def make_scene() -> Scene:
    initial.load()
    town = make_town()
    helper = orgs.create(
        by=town.by, name="見本手伝い会", kana="ミホンテツダイカイ", kind="npo", ward=town.ward, activity="手伝い", files_return=False,
        began_on=None,
    )  # fmt: skip
    handover.hand_over(
        helper.pk, by=town.by, post="会長", name="見本 手伝", email="tetsudai@example.test", on=in_days(-100)
    )
    orgs.put_contact(helper.pk, by=town.by, kind="phone", value=PHONE, visibility="private")
    return Scene(town, fresh(helper), ActivityField.objects.get(name="環境・美化"))
