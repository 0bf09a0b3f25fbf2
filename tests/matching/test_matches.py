"""仲介: both sides are asked, meet, come to something or not, and are asked again; contacts only after both have agreed."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chiba_ward.casework import my_work
from chiba_ward.casework.refusals import Refused
from chiba_ward.disclosure import services as disclosure
from chiba_ward.disclosure.marks import Known
from chiba_ward.progress.registry import Measured, Period, indicators
from community.matching import contacts
from community.matching.enums import Side
from community.matching.models import Match, MatchAnswer, Need, Offer
from community.matching.services import matches
from tests.community.town import day
from tests.matching import scene as world
from tests.matching.scene import PHONE, Scene, browser


def numbers(scene: Scene) -> dict[str, tuple[int | None, int | None]]:
    """Numerator and denominator of each figure of this module, of the ward, this year."""
    year = Period.year(timezone.localdate())
    found = {}
    for one in indicators():
        if one.code.startswith("matching."):
            measured = one.compute(year).get(scene.town.ward.pk, Measured(None))
            found[one.code.removeprefix("matching.")] = (measured.numerator, measured.denominator)
    return found


def test_from_the_proposal_to_three_months_later(scene: Scene) -> None:
    need, offer = scene.need(), scene.offer()
    assert numbers(scene)["succeeded"] == (0, 1)
    clerk, officer, chair = browser(scene.town.clerk), browser(scene.helpers), browser(scene.town.chair)
    page = reverse("matching:need", args=[need.pk])
    assert "同じ地区（若葉区見本地区）" in clerk.get(page).content.decode()
    propose = reverse("matching:need_act", args=[need.pk, "propose"])
    assert "見つかりません" in clerk.post(propose, {"propose-offer_number": "T-9"}).content.decode()
    assert clerk.post(propose, {"propose-offer_number": offer.number}).status_code == 302
    match = Match.objects.get()
    assert (world.fresh(need).state, world.fresh(offer).taken) == ("brokered", 1)
    assert "土曜の午前が重なる" in match.reasons
    first = officer.get(reverse("community_partner:index")).content.decode()
    assert "仲介の返事をする" in first
    mine = reverse("matching_partner:match", args=[match.pk])
    theirs = officer.get(mine).content.decode()
    assert "見本の検印本文" in theirs
    assert "043-999-0002" not in theirs, "nobody has agreed yet"
    yes = reverse("matching_partner:match_act", args=[match.pk, "yes"])
    assert officer.post(yes, {"yes-released": ["phone"]}).status_code == 302
    assert officer.post(yes, {}).status_code == 409, "one word of each side"
    assert PHONE not in chair.get(mine).content.decode(), "the other side has not agreed"
    act = {name: reverse("matching:match_act", args=[match.pk, name]) for name in (
        "answer", "cancel", "arrange", "met", "succeed", "follow_up", "fail", "note",
    )}  # fmt: skip
    assert clerk.post(act["cancel"], {"cancel-sure": "on"}).status_code == 409, "somebody has answered"
    told = {
        "answer-side": "need", "answer-is_yes": "yes", "answer-channel": "telephone", "answer-told_by": "",
        **day("answer-given_on", world.in_days(0)),
    }  # fmt: skip
    assert clerk.post(act["answer"], told).status_code == 422
    assert clerk.post(act["answer"], {**told, "answer-told_by": "見本 副会長"}).status_code == 302
    match = world.fresh(match)
    assert match.state == "agreed"
    by_phone = match.answers.get(side="need")
    assert (by_phone.told_by, by_phone.recorded_by) == ("見本 副会長", scene.town.clerk)
    assert PHONE in chair.get(mine).content.decode(), "what they released"
    assert contacts.IN_BETWEEN in officer.get(mine).content.decode(), "the chair released nothing"

    assert clerk.post(act["met"], {}).status_code == 409, "no day yet"
    place = {
        "arrange-place": "見本集会所",
        "arrange-present": str(scene.town.officer.pk),
        "arrange-time": "10:00",
    }
    yesterday = {**place, **day("arrange-on", world.in_days(-1))}
    assert "今日か、今日より後の日" in clerk.post(act["arrange"], yesterday).content.decode()
    assert clerk.post(act["arrange"], {**place, **day("arrange-on", world.in_days(0))}).status_code == 302
    assert (
        clerk.post(act["met"], {"met-note": "気が合った", **day("met-on", world.in_days(0))}).status_code
        == 302
    )
    outcome = {"succeed-outcome": "月に一度", **day("succeed-on", world.in_days(0))}
    assert clerk.post(act["succeed"], outcome).status_code == 302
    match = world.fresh(match)
    assert (match.state, match.follow_up_on) == ("succeeded", world.in_days(91))
    assert world.fresh(need).state == "matched"
    moved = numbers(scene)
    assert (moved["succeeded"], moved["newcomers"], moved["continued"]) == ((1, 1), (1, None), (0, 0))
    Match.objects.filter(pk=match.pk).update(follow_up_on=world.in_days(-1))
    due = {group.key: group for group in my_work.groups_for(scene.by)}["matching.follow_up"]
    assert (due.count, due.tone) == (1, "overdue")
    goes_on = {"follow_up-goes_on": "yes", "follow_up-note": "毎月", **day("follow_up-on", world.in_days(0))}
    assert clerk.post(act["follow_up"], goes_on).status_code == 302
    assert world.fresh(match).state == "continued"
    assert numbers(scene)["continued"] == (1, 1)
    assert [line.kind for line in match.lines.order_by("at", "pk")] == [
        "asked", "yes", "yes", "arranged", "met", "succeeded", "continued",
    ]  # fmt: skip


def test_a_no_keeps_its_reason_and_gives_the_need_back(scene: Scene) -> None:
    match = scene.asked()
    chair = browser(scene.town.chair)
    no = reverse("matching_partner:match_act", args=[match.pk, "no"])
    assert chair.post(no, {"no-note": "x"}).status_code == 422
    assert chair.post(no, {"no-failure": scene.reason().pk, "no-note": "餅つきと重なる"}).status_code == 302
    match = world.fresh(match)
    assert (match.state, match.failure, match.failure_note) == ("failed", scene.reason(), "餅つきと重なる")
    assert (match.need.state, match.offer.taken) == ("open", 0)
    found = numbers(scene)
    assert (found["failed_schedule"], found["failed_contact"], found["succeeded"]) == ((1, 1), (0, 1), (0, 1))
    officer = browser(scene.helpers).get(reverse("matching_partner:match", args=[match.pk])).content.decode()
    assert "日程が合わない" in officer
    assert "餅つきと重なる" not in officer, "the words are for the section"
    with pytest.raises(Refused, match="待っていません"):
        scene.told(match, "offer")
    again = matches.propose(match.need.pk, match.offer.pk, by=scene.by)
    assert again.reasons == ["職員が番号で選んだ"], "a pair that failed is not proposed, but may be chosen"
    matches.cancel(again.pk, by=scene.by)
    assert numbers(scene)["failed_schedule"] == (1, 1), "a mistake counts nowhere"


def test_it_fails_late_and_what_has_expired_meanwhile_has_ended(scene: Scene) -> None:
    match = scene.agreed()
    Need.objects.filter(pk=match.need.pk).update(expires_on=world.in_days(-1))
    matches.fail(match.pk, by=scene.by, failure=scene.reason("連絡がつかない"), note="三回かけた")
    match = world.fresh(match)
    assert (match.state, match.need.state, match.offer.taken) == ("failed", "expired", 0)
    assert contacts.of(match, Side.OFFER) is None, "what has failed shows no contact any more"


def test_capacity(scene: Scene) -> None:
    offer = scene.offer(capacity=2)
    first, second, third = (scene.need(title=f"困りごと{number}") for number in range(3))
    done = matches.propose(first.pk, offer.pk, by=scene.by)
    matches.propose(second.pk, offer.pk, by=scene.by)
    with pytest.raises(Refused, match="いっぱい"):
        matches.propose(third.pk, offer.pk, by=scene.by)
    with pytest.raises(Refused, match="いまは相手をさがしていません"):
        _expired(scene, third)
    with pytest.raises(Refused, match="同じ団体"):
        matches.propose(third.pk, scene.open(Offer, scene.town.org, capacity=1).pk, by=scene.by)
    with pytest.raises(IntegrityError, match="offer_within_capacity"), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(taken=3)
    for side in Side:
        scene.told(done, side)
    matches.arrange(done.pk, by=scene.by, on=world.in_days(0), place="x", present=scene.town.clerk)
    matches.met(done.pk, by=scene.by, on=world.in_days(0))
    matches.succeed(done.pk, by=scene.by, on=world.in_days(0), outcome="x")
    assert world.fresh(offer).taken == 2, "it still helps there"
    matches.follow_up(done.pk, by=scene.by, goes_on=False, note="終わった")
    assert world.fresh(offer).taken == 1
    matches.propose(third.pk, offer.pk, by=scene.by)


def _expired(scene: Scene, need: Need) -> Match:
    gone = scene.offer(title="期限切れ")
    Offer.objects.filter(pk=gone.pk).update(expires_on=world.in_days(-1))
    return matches.propose(need.pk, gone.pk, by=scene.by)


@pytest.mark.parametrize("who", ["org", "person"])
def test_the_disclosure_gate_stands_before_the_contacts(scene: Scene, who: str) -> None:
    need = scene.need()
    offer = scene.offer() if who == "org" else scene.open(Offer, None, capacity=1)
    match = matches.propose(need.pk, offer.pk, by=scene.by)
    kinds = ["phone"] if who == "org" else ["person"]
    scene.told(match, "need")
    scene.told(match, "offer", released=[*kinds, "home_address" if who == "person" else "person"])
    match = world.fresh(match)
    assert match.answers.get(side="offer").released == kinds, "only what is this side's to release"
    mine = reverse("matching_partner:match", args=[match.pk])
    chair = browser(scene.town.chair)
    assert PHONE in chair.get(mine).content.decode()
    person = Known(name="見本 個人" if who == "person" else "見本 手伝", phone=PHONE)
    disclosure.enter(
        disclosure.Application(person, applied_on=timezone.localdate(), note="申出書"), by=scene.town.by
    )
    page = chair.get(mine).content.decode()
    assert PHONE not in page
    assert contacts.IN_BETWEEN in page


def test_what_the_database_refuses(scene: Scene) -> None:
    match = scene.asked()
    refused: list[dict[str, Any]] = [
        {"state": "failed"},
        {"state": "succeeded"},
        {"state": "arranged"},
        {"state": "continued"},
    ]
    for change in refused:
        with pytest.raises(IntegrityError, match="match_"), transaction.atomic():
            Match.objects.filter(pk=match.pk).update(**change)
    with pytest.raises(IntegrityError, match="answer_told_by_somebody"), transaction.atomic():
        MatchAnswer.objects.create(
            match=match, side="need", is_yes=True, channel="telephone", given_on=world.in_days(0), recorded_by=scene.town.clerk
        )  # fmt: skip


def test_list_file_and_paper(scene: Scene) -> None:
    match = scene.succeeded()
    clerk = browser(scene.town.clerk)
    index = reverse("matching:matches")
    Match.objects.filter(pk=match.pk).update(follow_up_on=world.in_days(-2))
    for query in ({}, {"q": match.number}, {"q": "見本手伝い会"}, {"state": "succeeded"}, {"due": "on"}):
        assert "続いているか確かめる" in clerk.get(index, query).content.decode(), query
    assert "この条件の仲介はありません" in clerk.get(index, {"state": "live"}).content.decode()
    assert match.number in clerk.get(reverse("matching:matches_print")).content.decode()
    stranger = browser(scene.town.receiver)
    assert stranger.get(reverse("matching:match", args=[match.pk])).status_code == 404
