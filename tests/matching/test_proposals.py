"""What fits a 困りごと, why, and in which order; nothing that cannot be seen in the reasons."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area
from chiba_ward.rows import memory
from community.matching import proposals
from community.matching.models import Need, Offer
from community.matching.services import listings, matches
from community.matching.services.listings import Places
from community.models import ActivityField, CommunityOrg
from community.open_data.enums import DataKind
from community.open_data.services import data_files
from tests.matching import scene as world
from tests.matching.scene import SATURDAY_AFTERNOON, Scene


def titles(scene: Scene, need: Need) -> list[str]:
    return [one.listing.title for one in proposals.proposals_for(need)]


def test_each_reason_in_words_and_the_order_that_they_give(scene: Scene) -> None:
    town = scene.town
    need = scene.need(is_micro=True)
    scene.offer(title="同じ地区・同じ時間・一回", is_micro=True)
    scene.offer(title="同じ地区・同じ時間")
    scene.offer(title="同じ区・いつでも", slots=[], places=Places((), (town.ward,)))
    scene.offer(title="どこでも・ほかの時間", slots=[SATURDAY_AFTERNOON], places=Places())
    scene.offer(title="ほかの区・ほかの時間", slots=[SATURDAY_AFTERNOON], places=Places((town.far_district,)))
    found = proposals.proposals_for(need)
    assert [one.listing.title for one in found] == [
        "同じ地区・同じ時間・一回",
        "同じ地区・同じ時間",
        "同じ区・いつでも",
        "どこでも・ほかの時間",
        "ほかの区・ほかの時間",
    ]
    base = ("テーマが同じ（環境・美化）", "種類が同じ（人材）")
    assert [one.reasons for one in found] == [
        (*base, "同じ地区（若葉区見本地区）", "土曜の午前が重なる", "どちらも一回だけでよい"),
        (*base, "同じ地区（若葉区見本地区）", "土曜の午前が重なる"),
        (*base, "同じ区（若葉区）", "時間はいつでもよい"),
        (*base, "場所は市内のどこでもよい"),
        base,
    ]
    assert [bool(one.cautions) for one in found] == [False, False, False, True, True]
    other_way = proposals.needs_for(found[0].listing)  # type: ignore[arg-type]  # an offer
    assert [(one.listing, one.reasons) for one in other_way] == [(need, found[0].reasons)]


def test_what_does_not_fit_is_not_proposed(scene: Scene) -> None:
    need = scene.need(starts_on=world.in_days(10), ends_on=world.in_days(20))
    fits = scene.offer(title="合う")
    scene.offer(title="ほかの種類", kind="thing")
    scene.offer(title="ほかの分野", theme=ActivityField.objects.get(name="防災・防犯"))
    scene.offer(title="先に終わる", ends_on=world.in_days(9))
    scene.offer(title="後に始まる", starts_on=world.in_days(21))
    scene.open(Offer, scene.town.org, title="自分の団体")
    gone = scene.offer(title="取り下げた")
    listings.withdraw(Offer, gone.pk, by=scene.by, right="work", reason="見本")
    ended = scene.open(Offer, scene.town.npo, title="終わった団体")
    CommunityOrg.objects.filter(pk=scene.town.npo.pk).update(ended_on=world.in_days(-1), ending="dissolved")
    with pytest.raises(Refused, match="もう活動していません"):
        matches.propose(need.pk, ended.pk, by=scene.by)
    over = scene.offer(title="期限切れ")
    Offer.objects.filter(pk=over.pk).update(expires_on=world.in_days(-1))
    assert titles(scene, need) == ["合う"]
    full = matches.propose(scene.need(title="先の困りごと").pk, fits.pk, by=scene.by)
    assert titles(scene, need) == [], "its capacity is gone"
    matches.fail(full.pk, by=scene.by, failure=scene.reason())
    assert titles(scene, need) == ["合う"]
    assert "合う" not in titles(scene, full.need), "the pair that failed is not proposed again"


def square(name: str, west: float) -> dict[str, Any]:
    """A boundary as its publisher gives it: a tenth of a degree wide."""
    ring = [[west, 35.6], [west + 0.1, 35.6], [west + 0.1, 35.7], [west, 35.7], [west, 35.6]]
    return {
        "type": "Feature",
        "properties": {"区": "若葉区", "地区": name, "名称": name, "団体コード": "121002", "ID": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_the_nearer_comes_first_and_then_who_has_waited_longest(scene: Scene) -> None:
    town = scene.town
    names = (("近い", 140.2), ("遠い", 140.6))
    areas = {
        name: Area.objects.create(kind=AreaKind.DISTRICT, ward=town.ward, name=name) for name, _ in names
    }
    features = [square(town.district.name, 140.1), *(square(*pair) for pair in names)]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    report = data_files.import_at_once(DataKind.BOUNDARIES, content, name="見本.geojson", source="見本")
    assert report.added == 3, report
    need = scene.need()
    for title, where in (
        ("遠い", areas["遠い"]),
        ("近い・あと", areas["近い"]),
        ("近い・さき", areas["近い"]),
    ):
        scene.offer(title=title, places=Places((where,)))
    scene.offer(title="分からない", places=Places((), (town.ward,)))
    Offer.objects.filter(title="近い・さき").update(decided_at=timezone.now() - dt.timedelta(days=9))
    memory.forget()
    found = proposals.proposals_for(need)
    assert [one.listing.title for one in found] == ["近い・さき", "近い・あと", "遠い", "分からない"]
    assert [one.distance for one in found[:3]] == ["約9.0km", "約9.0km", "約45.2km"]
    assert "距離は分かりません" in found[3].distance


def test_one_question_however_many(scene: Scene) -> None:
    need = scene.need()
    for number in range(3):
        scene.offer(title=f"できること{number}")
    memory.forget()
    with CaptureQueriesContext(connection) as few:
        proposals.proposals_for(Need.objects.get(pk=need.pk))
    for number in range(6):
        scene.offer(title=f"もっと{number}")
    memory.forget()
    with CaptureQueriesContext(connection) as many:
        proposals.proposals_for(Need.objects.get(pk=need.pk))
    assert len(few) == len(many)


def test_a_success_of_the_same_two_counts(scene: Scene) -> None:
    scene.succeeded(capacity=2)
    need = scene.need(title="つぎの困りごと")
    found = proposals.proposals_for(need)
    assert found[0].reasons[-1] == "前に成立したことがある"
