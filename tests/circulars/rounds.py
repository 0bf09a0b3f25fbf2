"""A town with two associations: one of three 班 on screens and one on paper, one that has a single 班."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Posting
from community.circulars import initial, selectors
from community.circulars.enums import Reach
from community.circulars.models import CircularGroup, CircularKey, CircularRecipient, ECircular
from community.circulars.services import circulars, groups, keys
from tests.community import town as world
from tests.community.town import Town, act_as, browser

TITLE, BODY = "古紙回収の日", "第二土曜日の朝8時です。\n\n雨の日も回収します。"
__all__ = ["BODY", "TITLE", "Round", "act_as", "browser", "make_round"]


@dataclass
class Round:
    """`codes`: what stands on the paper of each household of the first 班, and of its and the paper 班's 班長."""

    town: Town
    online: CircularGroup
    mixed: CircularGroup
    paper: CircularGroup
    far: CircularGroup
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def chair(self) -> Actor:
        return self.town.chairs

    @property
    def chairs_posting(self) -> Posting:
        return self.town.chair

    @property
    def desk(self) -> Actor:
        return self.town.by

    def write(self, by: Actor | None = None, **words: Any) -> ECircular:
        plain = {
            "title": TITLE,
            "body": BODY,
            "reach": Reach.OWN,
            "until": world.in_days(10),
            "is_public": False,
        }
        return circulars.write(by or self.chair, **{**plain, **words})

    def post(self, circular: ECircular | None = None, by: Actor | None = None, **words: Any) -> ECircular:
        made = circular or self.write(by, **words)
        reach = selectors.reach(made)
        return circulars.post(made.pk, by=by or self.chair, groups=reach.groups, households=reach.households)

    def from_the_city(self, **words: Any) -> ECircular:
        plain = {"reach": Reach.WARD, "is_public": True, "title": "火の用心"}
        return self.post(by=self.desk, **{**plain, **words})

    def key(self, whose: str) -> CircularKey:
        """Opened on a device of its own."""
        (found,) = keys.shown_by([keys.open_with(self.codes[whose], "network")])
        return found

    def household(self, whose: str) -> Client:
        """A browser that has shown the key, as a person would."""
        client = Client()
        response = client.post("/circulars/", {"code": self.codes[whose]})
        assert response.status_code == 302, response.content.decode()
        return client

    def recipient(self, circular: ECircular, group: CircularGroup) -> CircularRecipient:
        found: CircularRecipient = CircularRecipient.objects.get(circular=circular, group=group)
        return found


def make_round() -> Round:
    initial.load()
    town = world.make_town()

    def group(by: Actor, org: Any, name: str, number: int, **more: Any) -> CircularGroup:
        plain = {"order": 10, "is_paper": False, "paper": 0, "households": number}
        return groups.create(org.pk, by=by, name=name, **{**plain, **more})

    chair = town.chairs
    made = Round(
        town,
        online=group(chair, town.org, "1班", 8),
        mixed=group(chair, town.org, "2班", 5, paper=2, order=20),
        paper=group(chair, town.org, "3班", 6, is_paper=True, order=30),
        far=group(town.by, town.paper, "西班", 4),
    )
    for name, one in (("", made.online), ("mixed", made.mixed), ("paper", made.paper), ("far", made.far)):
        for strip in keys.make(one.pk, by=town.by, numbers=None, for_leader=True):
            made.codes[f"{name}{strip.number or 'leader'}"] = strip.code
    return made
