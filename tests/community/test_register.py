"""団体台帳: who reads which organisation and which contact, what the database refuses, what stays when it ends."""

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from chiba_ward.access.models import ReadLogEntry
from chiba_ward.casework.refusals import Refused
from chiba_ward.directory.models import Posting
from community.enums import ContactKind, Ending, Visibility
from community.models import CommunityOrg, OrgContact, OrgLine, OrgPlace
from community.selectors import public_orgs
from community.services import handover, orgs
from tests.community import town as world
from tests.community.town import HOME_PHONE, Town, browser


def seen(actor: Any) -> set[int]:
    return set(CommunityOrg.objects.visible_to(actor).values_list("pk", flat=True))


def contacts(actor: Any, org: CommunityOrg) -> set[str]:
    return {row.kind for row in OrgContact.objects.visible_to(actor).filter(org=org)}


def test_each_ward_reads_its_own_and_what_is_active_in_it(town: Town) -> None:
    everything = {town.org.pk, town.paper.pk, town.npo.pk}
    assert seen(town.by) == seen(world.act_as(town.colleague)) == everything
    assert seen(town.there) == {town.npo.pk}, "the NPO has a place in the other ward"
    assert seen(town.chairs) == {town.org.pk}
    OrgPlace.objects.filter(org=town.npo).update(valid_to=world.in_days(0))
    assert seen(town.there) == set()


def test_a_contact_is_shown_to_those_it_is_meant_for(town: Town) -> None:
    orgs.put_contact(
        town.org.pk, by=town.by, kind=ContactKind.EMAIL, value="a@example.test", visibility=Visibility.WARD
    )
    assert contacts(town.by, town.org) == contacts(town.chairs, town.org) == {"phone", "home_phone", "email"}
    assert contacts(world.act_as(town.reception), town.org) == {"phone", "email"}
    assert contacts(town.there, town.org) == set()
    page = browser(town.colleague).get(reverse("community:org", args=[town.org.pk])).content.decode()
    assert "043-999-0002" in page
    assert HOME_PHONE not in page
    assert (
        HOME_PHONE in browser(town.clerk).get(reverse("community:org", args=[town.org.pk])).content.decode()
    )


def test_a_home_number_is_private_until_somebody_consented(town: Town) -> None:
    give = {"kind": ContactKind.HOME_PHONE, "value": HOME_PHONE, "visibility": Visibility.PUBLIC}
    with pytest.raises(Refused, match="同意した日"):
        orgs.put_contact(town.org.pk, by=town.by, **give)
    orgs.put_contact(town.org.pk, by=town.by, **give, consented_on=world.in_days(-1))
    assert town.org.contacts.get(kind="home_phone").visibility == "public"
    with pytest.raises(Refused, match="同意した日"):
        orgs.put_contact(town.org.pk, by=town.by, **{**give, "value": "043-999-7777"})
    with pytest.raises(IntegrityError, match="contact_home_not_public"), transaction.atomic():
        OrgContact.objects.filter(kind="home_phone").update(consented_on=None)


def test_the_database_itself_keeps_a_contact_private(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_orgcontact (org_id, kind, value, updated_at) VALUES (%s, %s, %s, now())"
            " RETURNING visibility",
            [town.paper.pk, "home_address", b"?"],
        )
        assert cursor.fetchone() == ("private",)


def test_the_numbers_are_sealed(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM community_orgcontact")
        assert all(HOME_PHONE.encode() not in bytes(row[0]) for row in cursor.fetchall())


def test_there_is_one_name(town: Town) -> None:
    """With an office the name is dated there; without, it stands in the entry."""
    assert town.org.own_name == ""
    assert town.paper.own_name == "見本紙町内会"
    assert str(town.org) == "見本町内会"
    with pytest.raises(IntegrityError, match="org_has_one_name"), transaction.atomic():
        CommunityOrg.objects.filter(pk=town.org.pk).update(own_name="もう一つの名前")
    given = {
        "kind": "neighbourhood",
        "kana": "ミホン",
        "activity": "",
        "files_return": True,
        "began_on": None,
    }
    orgs.change(town.org.pk, by=town.by, name="新見本町内会", ward=town.ward, fields=[], **given)
    org = world.fresh(town.org)
    assert str(org) == "新見本町内会"
    assert org.name_on(world.in_days(-1)) == "見本町内会", "what was printed yesterday bears yesterday's name"
    assert CommunityOrg.objects.named().get(pk=org.pk).label == "新見本町内会"
    with pytest.raises(Refused, match="もう変えられません"):
        orgs.change(town.org.pk, by=town.by, name="三つめ", ward=town.ward, fields=[], **given)


def test_another_ward_changes_nothing(town: Town) -> None:
    with pytest.raises(CommunityOrg.DoesNotExist):
        orgs.confirm(town.npo.pk, by=town.there, on=world.in_days(0))
    with pytest.raises(Refused, match="自分の区"):
        world.entered(town.there, "よその団体", "ヨソ", town.ward)
    client = browser(town.receiver)
    assert client.get(reverse("community:org", args=[town.npo.pk])).status_code == 200
    assert client.get(reverse("community:org", args=[town.org.pk])).status_code == 404
    assert client.post(reverse("community:act", args=[town.npo.pk, "confirm"])).status_code == 404


def test_what_ended_stays_readable_and_shuts_its_door(town: Town) -> None:
    chair, today = town.chair, world.in_days(0)
    client = browser(chair)
    assert client.get("/partner/community/").status_code == 200
    with pytest.raises(Refused, match="合併先"):
        orgs.end(town.org.pk, by=town.by, on=today, ending=Ending.MERGED)
    orgs.end(town.org.pk, by=town.by, on=today, ending=Ending.MERGED, merged_into=town.paper)
    assert client.get("/partner/community/").status_code == 404
    assert Posting.objects.get(pk=chair.pk).ends_on == today
    page = browser(town.clerk).get(reverse("community:org", args=[town.org.pk])).content.decode()
    assert "見本町内会" in page
    assert "合併" in page
    assert not CommunityOrg.objects.active().filter(pk=town.org.pk).exists()
    with pytest.raises(IntegrityError, match="org_ended_in_a_way"), transaction.atomic():
        CommunityOrg.objects.filter(pk=town.org.pk).update(ending="")


def test_a_term_that_is_to_come_is_settled_before_the_end(town: Town) -> None:
    handover.hand_over(
        town.org.pk, by=town.by, post="会長", name="見本 次", email="tsugi@example.test", on=world.in_days(30)
    )
    with pytest.raises(Refused, match="任期"):
        orgs.end(town.org.pk, by=town.by, on=world.in_days(0), ending=Ending.DISSOLVED)


def test_places_and_resources_are_ended_not_deleted(town: Town) -> None:
    client, page = browser(town.clerk), reverse("community:org", args=[town.paper.pk])
    act = reverse("community:act", args=[town.paper.pk, "place"])
    given = {"place-area": str(town.far_district.pk), **world.day("place-since", world.in_days(-20))}
    assert client.post(act, given).status_code == 302
    again = client.post(act, given)
    assert again.status_code == 422
    assert "すでに登録されています" in again.content.decode()
    place = town.paper.places.get()
    ending = {"place_end-place": str(place.pk), **world.day("place_end-on", world.in_days(0))}
    assert client.post(reverse("community:act", args=[town.paper.pk, "place_end"]), ending).status_code == 302
    assert world.fresh(place).valid_to == world.in_days(0)
    act = reverse("community:act", args=[town.paper.pk, "resource"])
    client.post(act, {"resource-kind": "place", "resource-text": "集会所検印"})
    assert "集会所検印" in client.get(page).content.decode()
    resource = town.paper.resources.get()
    end = reverse("community:act", args=[town.paper.pk, "resource_end"])
    client.post(end, {"resource_end-resource": str(resource.pk)})
    shown = client.get(page).content.decode()
    assert "集会所検印" not in shown
    assert town.paper.resources.count() == 1


def test_neither_or_both_places_are_refused_beside_the_field(town: Town) -> None:
    act = reverse("community:act", args=[town.paper.pk, "place"])
    answer = browser(town.clerk).post(act, world.day("place-since", world.in_days(0)))
    assert answer.status_code == 422
    assert "どちらか一つを選んでください" in answer.content.decode()


def test_what_is_refused_stays_typed(town: Town) -> None:
    act = reverse("community:act", args=[town.paper.pk, "contact"])
    bad = {"contact-kind": "phone", "contact-value": "検印12", "contact-visibility": "ward"}
    answer = browser(town.clerk).post(act, bad)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="検印12"' in text
    assert "電話番号は市外局番から" in text


def test_the_history_is_kept_and_names_nobody(town: Town) -> None:
    lines = list(town.org.lines.order_by("pk").values_list("kind", flat=True))
    assert lines == ["created", "door", "handed_over", "contact", "contact"]
    assert not any(HOME_PHONE in line.detail or world.CHAIR in line.detail for line in OrgLine.objects.all())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        OrgLine.objects.filter(org=town.org).update(detail="x")


def test_a_new_one_by_the_screen(town: Town) -> None:
    client = browser(town.officer)
    given = {
        "name": "見本新団体",
        "kana": "みほんしんだんたい",
        "kind": "npo",
        "ward": "wakaba",
        "activity": "",
    }
    made = client.post(reverse("community:new"), given)
    assert made.status_code == 302
    org = CommunityOrg.objects.get(own_name="見本新団体")
    assert (org.kana, org.ward, org.files_return) == ("ミホンシンダンタイ", town.ward, False)
    empty = client.post(reverse("community:new"), {**given, "name": ""})
    assert empty.status_code == 422
    assert 'value="みほんしんだんたい"' in empty.content.decode()
    assert browser(town.colleague).get(reverse("community:new")).status_code == 404


def test_residents_get_what_is_public_and_nothing_else(town: Town) -> None:
    found = public_orgs(town.district)
    assert [(one.name, one.kind, one.activity) for one in found] == [("見本町内会", "町内自治会", "清掃")]
    assert found[0].contacts == (("団体の電話", "043-999-0002"),)
    assert found[0].confirmed_on == world.in_days(0)
    orgs.end(town.org.pk, by=town.by, on=world.in_days(0), ending=Ending.DISSOLVED)
    assert public_orgs(town.district) == []


def test_the_list_is_searched_and_filtered_by_its_address(town: Town) -> None:
    CommunityOrg.objects.filter(pk=town.paper.pk).update(confirmed_on=world.in_days(-366))
    client = browser(town.clerk)

    def names(query: str) -> set[str]:
        text = client.get(f"/admin/community/orgs/?{query}").content.decode()
        return {name for name in ("見本町内会", "見本紙町内会", "見本NPO") if f">{name}<" in text}

    assert names("") == {"見本町内会", "見本紙町内会", "見本NPO"}
    assert (
        names("q=紙町")
        == names("q=みほんかみ")
        == names(f"q={town.paper.number.lower()}")
        == {"見本紙町内会"}
    )
    assert names("stale=on") == {"見本紙町内会"}
    assert (
        names("kind=npo") == names(f"district={town.far_district.pk}") == names("ward=midori") == {"見本NPO"}
    )
    assert names("ward=wakaba") == {"見本町内会", "見本紙町内会", "見本NPO"}
    assert names("state=ended") == set()
    assert names(f"district={town.district.pk}") == {"見本町内会"}
    text = client.get("/admin/community/orgs/?q=ない名前").content.decode()
    assert "この条件の団体はありません" in text


def test_the_file_and_the_paper_hold_the_filtered_rows_without_contacts(town: Town) -> None:
    client = browser(town.clerk)
    text = client.get("/admin/community/orgs/list.csv?kind=npo").content.decode("utf-8-sig")
    assert "見本NPO" in text
    assert "見本町内会" not in text
    whole = client.get("/admin/community/orgs/list.csv").content.decode("utf-8-sig")
    assert "043-999" not in whole
    assert ReadLogEntry.objects.filter(verb="export", kind="community_org").exists()
    paper = client.get("/admin/community/orgs/print/?kind=npo").content.decode()
    assert "見本NPO" in paper
    assert "見本紙町内会" not in paper
    assert browser(town.reception).get("/admin/community/orgs/list.csv").status_code == 404


def test_confirming_moves_the_day_forward_only(town: Town) -> None:
    CommunityOrg.objects.update(confirmed_on=world.in_days(-400))
    orgs.confirm(town.paper.pk, by=town.beside, on=world.in_days(-10))
    orgs.confirm(town.paper.pk, by=town.beside, on=world.in_days(-20))
    assert world.fresh(town.paper).confirmed_on == world.in_days(-10)
    with pytest.raises(Refused, match="今日まで"):
        orgs.confirm(town.paper.pk, by=town.by, on=world.in_days(1))
