"""困りごと and できること: the same items online and from paper, checked item by item, withdrawn and taken back, ended."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chiba_ward.casework import my_work
from chiba_ward.casework.refusals import Refused
from community.matching import tasks
from community.matching.enums import ListingState
from community.matching.models import CheckItem, Need, Offer
from community.matching.services import listings, matches
from tests.community.town import day
from tests.matching import scene as world
from tests.matching.scene import PHONE, Scene, browser


def typed(scene: Scene, **more: Any) -> dict[str, Any]:
    """What a browser sends, whoever sits before it."""
    return {
        "title": "見本の雪かき",
        "theme": scene.theme.pk,
        "kind": "people",
        "text": "道具はあります",
        "places": [f"area-{scene.town.district.pk}"],
        "slots": ["21"],
        "people": "５",
        "duration": "2時間",
        "is_micro": "on",
        "go": "submit",
        **more,
    }


def checked(need: Any, *bad: int, **more: str) -> dict[str, str]:
    items = CheckItem.objects.filter(is_active=True).values_list("pk", flat=True)
    answers = {f"check-item{pk}": "no" if pk in bad else "ok" for pk in items}
    return {**answers, **more}


def test_a_chair_writes_one_and_a_clerk_checks_it(scene: Scene) -> None:
    chair, clerk = browser(scene.town.chair), browser(scene.town.clerk)
    new = reverse("matching_partner:need_new")
    wrong = chair.post(new, typed(scene, title="", places=[]))
    assert wrong.status_code == 422
    assert "題名を入力してください" in wrong.content.decode()
    assert "道具はあります" in wrong.content.decode(), "what was typed stays"
    kept = chair.post(new, typed(scene, go="keep"))
    need = Need.objects.get()
    assert (kept.status_code, need.state, need.people) == (302, ListingState.DRAFT, 5)
    assert need.expires_on == world.in_days(180), "by the row that says how long"
    assert clerk.get(reverse("matching:need", args=[need.pk])).status_code == 404, "a draft is its own"
    chair.post(reverse("matching_partner:need_edit", args=[need.pk]), typed(scene, title="見本の草刈り"))
    need = world.fresh(need)
    assert (need.state, need.title, need.written_by) == ("submitted", "見本の草刈り", scene.town.chair)

    groups = {group.key: group for group in my_work.groups_for(scene.by)}
    assert [item.label for item in groups["matching.need"].items] == ["見本の草刈り"]
    act = reverse("matching:need_act", args=[need.pk, "check"])
    first = CheckItem.objects.order_by("order")[0]
    assert clerk.post(act, {}).status_code == 422
    refused = clerk.post(act, checked(need, first.pk))
    assert (refused.status_code, "差し戻す理由を入力してください" in refused.content.decode()) == (422, True)
    assert (
        clerk.post(act, checked(need, first.pk, **{"check-reason": "題名に名前があります"})).status_code
        == 302
    )
    assert world.fresh(need).state == "returned"
    assert need.checks.get(item=first).is_ok is False
    page = chair.get(reverse("community_partner:index")).content.decode()
    assert "差し戻し：見本の草刈り" in page
    assert (
        "題名に名前があります" in chair.get(reverse("matching_partner:need", args=[need.pk])).content.decode()
    )
    chair.post(reverse("matching_partner:need_edit", args=[need.pk]), typed(scene))
    assert clerk.post(act, checked(need, **{"check-publish": "on"})).status_code == 302
    need = world.fresh(need)
    assert (need.state, need.decided_by, need.is_public) == ("open", scene.town.clerk, True)
    assert need.checks.filter(is_ok=True).count() == CheckItem.objects.count(), "the last answer stands"
    assert clerk.post(act, checked(need)).status_code == 409
    edit = chair.get(reverse("matching_partner:need_edit", args=[need.pk]))
    assert edit.status_code == 302, "what is checked is not rewritten"


def test_from_paper_the_same_items_and_who_typed_them(scene: Scene) -> None:
    """C16, also for a person without an organisation: nobody but the own section reads who it is."""
    clerk = browser(scene.town.clerk)
    new = reverse("matching:offer_new")
    online = set(browser(scene.town.chair).get(reverse("matching_partner:offer_new")).context["form"].fields)
    on_paper = set(clerk.get(new).context["form"].fields)
    assert on_paper - online == {"channel", "org", "person_name", "person_contact"}
    assert online <= on_paper
    given = typed(scene, capacity="2", channel="telephone", person_name="見本 ひとり")
    assert "個人の連絡先を入れてください" in clerk.post(new, given).content.decode()
    assert clerk.post(new, {**given, "person_contact": PHONE}).status_code == 302
    offer = Offer.objects.get()
    assert (offer.entered_by, offer.channel, offer.capacity) == (scene.town.clerk, "telephone", 2)
    assert (offer.ward, offer.who) == (scene.town.ward, "個人")
    listings.check(Offer, offer.pk, by=scene.by, results=scene.fine())
    own, far = (
        browser(one).get(reverse("matching:offer", args=[offer.pk])).content.decode()
        for one in (scene.town.clerk, scene.town.receiver)
    )
    assert PHONE in own
    assert "見本 ひとり" in own
    assert "見本の雪かき" in far
    assert PHONE not in far
    assert "見本 ひとり" not in far
    with pytest.raises(IntegrityError, match="offer_of_somebody"), transaction.atomic():
        Offer.objects.filter(pk=scene.offer().pk).update(org=None)


def test_lists_filters_file_and_paper(scene: Scene) -> None:
    scene.need(title="見本の雪かき", is_micro=True)
    scene.need(title="見本のテント", kind="thing")
    clerk = browser(scene.town.clerk)
    index = reverse("matching:needs")

    def shown(**query: str) -> list[str]:
        page = clerk.get(index, query).content.decode()
        return [title for title in ("見本の雪かき", "見本のテント") if title in page]

    assert shown() == ["見本の雪かき", "見本のテント"]
    assert shown(q="雪") == shown(micro="on") == shown(kind="people") == ["見本の雪かき"]
    assert shown(q="見本町内会", state="open", ward="wakaba") == ["見本の雪かき", "見本のテント"]
    number = Need.objects.get(title="見本のテント").number
    assert shown(q=number) == ["見本のテント"]
    assert shown(ward="midori") == []
    assert "見本のテント" in clerk.get(reverse("matching:needs_print"), {"kind": "thing"}).content.decode()
    far = browser(scene.town.receiver)
    assert "見本の雪かき" in far.get(index).content.decode(), "checked ones may be what another ward needs"
    assert "見本の雪かき" not in far.get(reverse("matching:needs_print")).content.decode()
    assert browser(scene.town.colleague).get(index).status_code == 404


def test_withdrawn_and_taken_back(scene: Scene) -> None:
    offer = scene.offer()
    officer = browser(scene.helpers)
    act = reverse("matching_partner:offer_act", args=[offer.pk, "withdraw"])
    assert officer.post(act, {"withdraw-reason": "都合がつかない"}).status_code == 302
    assert world.fresh(offer).state == "withdrawn"
    back = reverse("matching_partner:offer_act", args=[offer.pk, "restore"])
    assert officer.post(back, {"restore-sure": "on"}).status_code == 302
    assert world.fresh(offer).state == "submitted", "somebody looks at it once more"
    listings.check(Offer, offer.pk, by=scene.by, results=scene.fine())
    matches.propose(scene.need().pk, offer.pk, by=scene.by)
    assert officer.post(act, {"withdraw-reason": "x"}).status_code == 409
    with pytest.raises(Refused, match="仲介中"):
        listings.withdraw(Offer, offer.pk, by=scene.by, right="work", reason="x")


def test_the_clock_ends_what_is_open_too_long(scene: Scene) -> None:
    need, other = scene.need(), scene.need(title="まだ")
    Need.objects.filter(pk=need.pk).update(expires_on=world.in_days(-1))
    assert tasks.expire() == 1
    assert tasks.expire() == 0, "harmless twice"
    assert (world.fresh(need).state, world.fresh(other).state) == ("expired", "open")
    assert need.lines.filter(kind="expired", by=None).count() == 1


def test_a_correction_keeps_the_entry_open(scene: Scene) -> None:
    need = scene.need()
    act = reverse("matching:need_act", args=[need.pk, "change"])
    given = {f"change-{key}": value for key, value in typed(scene, title="直した題名").items()}
    late = {**given, **day("change-expires_on", world.in_days(-2))}
    clerk = browser(scene.town.clerk)
    assert "今日より後にしてください" in clerk.post(act, late).content.decode()
    assert clerk.post(act, given).status_code == 302
    need = world.fresh(need)
    assert (need.title, need.state, need.lines.filter(kind="changed").count()) == ("直した題名", "open", 1)
