"""What the demo city lacks of the hub of the neighbourhoods: rows in every state, with words in every field."""

import datetime as dt
import json
from collections.abc import Callable
from functools import partial

from django.utils import timezone

from chiba_ward.access.actor import Actor
from chiba_ward.directory.models import Area
from chiba_ward.documents import services as documents
from community import years
from community.area_officers.models import AreaAssignment, HandOver
from community.area_officers.services import hand_over, notebook
from community.matching.models import CheckItem, FailureReason, Match, Need, Offer
from community.matching.services import listings, matches
from community.matching.services.listings import Places
from community.models import ActivityField, CommunityOrg
from community.open_data.enums import DataKind
from community.open_data.services import data_files
from community.services import annual
from consultations.demo.people import DOMAIN

WORDS = "見本の相談です。内容は作りごとです。"


def furnish(desk: Actor, lead: Actor, chair: Actor) -> None:
    """`desk` is the area officer, `lead` a clerk of the same section, `chair` the officer of an association."""
    _community(desk, chair)
    _area_officers(desk, lead)
    _matching(desk, chair)
    _boundaries()


def _boundaries() -> None:
    """Of a ward and of its first district: with them their pages have a map."""
    district = Area.objects.filter(kind="district", ward__slug="wakaba").order_by("pk")[0]
    ring = [[140.15, 35.58], [140.2, 35.58], [140.2, 35.64], [140.15, 35.58]]
    features = [
        {"properties": {"ward": "若葉区", **name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for name in ({}, {"district": district.name})
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    data_files.import_at_once(
        DataKind.BOUNDARIES, content, name="見本_境界.geojson", source="見本の境界（作りごと）"
    )


def _community(desk: Actor, chair: Actor) -> None:
    """Besides what the demo city has: a draft of an officer, one with new officers that waits, packs on paper."""
    org = CommunityOrg.objects.get(office=chair.office_id)
    words = annual.prefilled(org, years.current().fiscal_year)
    annual.write(org.pk, by=chair, **words | {"note": WORDS})
    other = (
        CommunityOrg.objects.filter(ward=org.ward, files_return=True, returns=None).active().order_by("pk")[0]
    )
    start = timezone.localdate() + dt.timedelta(days=20)
    officers = [{"post": "会長", "name": "見本", "email": f"shin@{DOMAIN}", "starts_on": start.isoformat()}]
    words = annual.prefilled(other, years.current().fiscal_year) | {
        "members": 5, "counted_on": timezone.localdate(), "officers": officers, "note": WORDS,
    }  # fmt: skip
    annual.enter(other.pk, by=desk, channel="post", **words)
    for by in (desk, chair):
        documents.request("handover_pack", title="役員の引き継ぎ", by=by, params={"org": org.pk})


def _area_officers(officer: Actor, lead: Actor) -> None:
    """Besides what the demo city has: promises that were kept and not kept, a draft of a 引継書, one on paper."""
    mine = AreaAssignment.objects.in_force().get(officer=officer.posting)
    today = timezone.localdate()
    for number in range(2):
        words = {"what": WORDS, "org": None, "to_whom": "見本", "due_on": today}
        told = dict.fromkeys(("heard", "people", "meeting", "issue", "next_step"), WORDS)
        visit = notebook.note(mine.pk, by=lead, on=today, occasion="visit", promise=words, **told)
        made = visit.promises.get()
        if number:
            notebook.fail(made.pk, by=officer, reason=WORDS)
        else:
            notebook.keep(made.pk, by=officer)
    hand_over.write(mine.pk, by=officer, going_on=WORDS, people="見本", next_dates=WORDS)
    paper = HandOver.objects.to_receive().get()
    documents.request("area_hand_over", title="地域担当の引継書", by=lead, params={"paper": paper.pk})


def _matching(desk: Actor, chair: Actor) -> None:
    """Entries in every state, of the chair's association and of a person; 仲介 at every step up to the last."""
    org = CommunityOrg.objects.get(office=chair.office_id)
    items = CheckItem.objects.order_by("pk").values_list("pk", flat=True)
    words = {
        "title": "見本", "text": WORDS, "theme": ActivityField.objects.order_by("pk")[0], "kind": "money", "places": Places(),
    }  # fmt: skip
    person = {"org": None, "person_name": "見本 ひとりの人", "person_contact": "043-000-9180"}
    for model in (Need, Offer):
        listings.write(model, by=chair, org=org, **words)
        given = listings.write(model, by=chair, org=org, file=True, **words)
        listings.check(model, given.pk, by=desk, results=dict.fromkeys(items, False), reason=WORDS)
        gone = listings.enter(model, by=desk, channel="post", **person, **words)
        listings.withdraw(model, gone.pk, by=desk, right="work", reason=WORDS)
        over = listings.enter(model, by=desk, channel="post", **person, **words)
        listings.check(model, over.pk, by=desk, results=dict.fromkeys(items, True))
        model.objects.filter(pk=over.pk).update(expires_on=timezone.localdate() - dt.timedelta(days=1))
    listings.expire_due()
    for step in range(7):  # as `_brokered` counts them
        need = listings.enter(Need, by=desk, channel="post", org=org, **words)
        offer = listings.enter(Offer, by=desk, channel="post", **person, **words)
        for row in (need, offer):
            listings.check(type(row), row.pk, by=desk, results=dict.fromkeys(items, True))
        _brokered(matches.propose(need.pk, offer.pk, by=desk), desk, step)


def _brokered(match: Match, desk: Actor, step: int) -> None:
    """So many steps: agreed, arranged, met, 成立, ended; the first is cancelled, the last has failed."""
    if step == 0:
        matches.cancel(match.pk, by=desk)
        return
    for side, released in (("need", ["phone"]), ("offer", [matches.PERSON])):
        told = {"is_yes": True, "channel": "telephone", "told_by": "見本 電話の人", "released": released}
        matches.answer(match.pk, by=desk, side=side, **told)
    key, today = match.pk, timezone.localdate()
    failure = FailureReason.objects.order_by("pk")[0]
    begun: list[Callable[[], object]] = [
        lambda: matches.arrange(key, by=desk, on=today, place="見本集会所の二階", present=desk.seat),
        lambda: matches.met(key, by=desk, on=today, note=WORDS),
    ]
    done = partial(matches.succeed, key, by=desk, on=today, outcome=WORDS)
    ends: dict[int, list[Callable[[], object]]] = {
        3: [*begun, done],
        4: [*begun, done, lambda: matches.follow_up(key, by=desk, goes_on=True, note=WORDS)],
        5: [*begun, done, lambda: matches.follow_up(key, by=desk, goes_on=False, note=WORDS)],
        6: [*begun, lambda: matches.fail(key, by=desk, failure=failure, note=WORDS)],
    }
    for act in ends.get(step, begun[: step - 1]):
        act()
