"""困りごと and できること of two wards, of the whole city, of a person, and what is brokered between them."""

import datetime as dt
from typing import Any

from django.utils import timezone

from chiba_ward.directory.models import Ward
from community.matching.models import Listing, Match, Need, Offer
from community.models import ActivityField, CommunityOrg
from tests.matrix.stages import Names, Stage, World, setting
from tests.matrix.stages_community import BOTH_DESKS, CLERKS, M_DESK, OWN, W_DESK

MODELS: dict[str, type[Listing]] = {"need": Need, "offer": Offer}


def _written(
    world: World, name: str, title: str, *, slug: str, state: str, own: bool = False, person: str = "", city: bool = False
) -> Any:  # fmt: skip
    by = world.by(CLERKS[slug]).posting
    org = (
        None
        if person
        else _org(world, "org with officers" if own else "org of the city" if city else f"org of {slug}")
    )
    now = timezone.now()
    checked = {"decided_by": by, "decided_at": now} if state == "open" else {}
    filed = {} if state == "draft" else {"submitted_at": now}
    return MODELS[name].objects.create(
        org=org,
        person_name="見本" if person else "",
        person_contact=person,
        ward=None if city else Ward.objects.get(slug=slug),
        title=title,
        theme=ActivityField.objects.order_by("pk")[0],
        kind="people",
        expires_on=timezone.localdate() + dt.timedelta(days=30),
        state=state,
        **filed,
        **checked,
    )


def _org(world: World, stage: str) -> CommunityOrg:
    found: CommunityOrg = world.row("community_org", stage)
    return found


def _stage(
    name: str, stage_name: str, stands: dict[str, Names], *, has_person: bool = False, **how: Any
) -> Stage:
    parts = {"person": f"P{name}{stage_name}検印".replace(" ", "")} if has_person else {}

    def make(world: World, stage: Stage) -> Any:
        return _written(world, name, stage.canary, person=stage.parts.get("person", ""), **how)

    return Stage(name, stage_name, make, stands, parts=parts)


def _of(name: str) -> dict[str, Stage]:
    both = {"checked_anywhere": BOTH_DESKS}
    return setting(
        _stage(
            name, f"{name} of the association", {"listing_desk": W_DESK, "own_listing": OWN, **both},
            slug="wakaba", state="open", own=True,
        ),
        _stage(
            name, f"draft {name} of the association", {"own_listing": OWN}, slug="wakaba", state="draft", own=True
        ),
        _stage(name, f"{name} that waits", {"listing_desk": W_DESK}, slug="wakaba", state="submitted"),
        _stage(
            name, f"{name} of a person", {"listing_desk": W_DESK, **both}, slug="wakaba", state="open", has_person=True
        ),
        _stage(name, f"{name} that waits in midori", {"listing_desk": M_DESK}, slug="midori", state="submitted"),
        _stage(name, f"{name} of midori", {"listing_desk": M_DESK, **both}, slug="midori", state="open"),
        _stage(
            name, f"{name} of the city", {"listing_desk": BOTH_DESKS}, slug="wakaba", state="submitted", city=True
        ),
    )  # fmt: skip


NEEDS, OFFERS = _of("need"), _of("offer")


def _match(name: str, stands: dict[str, Names], *, needs: str, offers: str, own: str = "") -> Stage:
    def make(world: World, stage: Stage) -> Match:
        need = _written(world, "need", stage.canary, slug=needs, state="open", own=own == "need")
        offer = _written(world, "offer", f"見本 {name}", slug=offers, state="open", own=own == "offer")
        Need.objects.filter(pk=need.pk).update(state="brokered")
        Offer.objects.filter(pk=offer.pk).update(taken=1)
        broker = world.by(CLERKS[needs]).posting
        found: Match = Match.objects.create(need=need, offer=offer, broker=broker, reasons=["テーマが同じ"])
        return found

    return Stage("match", name, make, stands)


MATCHES = setting(
    _match(
        "match of the association", {"match_desk": W_DESK, "need_desk": W_DESK, "own_match": OWN},
        needs="wakaba", offers="wakaba", own="need",
    ),
    _match(
        "match that the association helps", {"match_desk": BOTH_DESKS, "need_desk": M_DESK, "own_match": OWN},
        needs="midori", offers="wakaba", own="offer",
    ),
    _match("match of wakaba", {"match_desk": W_DESK, "need_desk": W_DESK}, needs="wakaba", offers="wakaba"),
    _match("match of midori", {"match_desk": M_DESK, "need_desk": M_DESK}, needs="midori", offers="midori"),
    _match("match with midori", {"match_desk": BOTH_DESKS, "need_desk": W_DESK}, needs="wakaba", offers="midori"),
)  # fmt: skip
