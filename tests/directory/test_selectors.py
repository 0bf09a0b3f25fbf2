"""What the rest of the portal asks: which ward, which office, which desk, which number."""

import datetime as dt

import pytest
from django.test import override_settings
from django.utils.translation import override

from chiba_ward.directory import initial, selectors
from chiba_ward.directory.context_processors import emergency_numbers
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown, EmergencyNumber, Office, PostalCode, Town, Ward
from tests.kept import begin_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows() -> None:
    begin_with(initial.load)


def ward(slug: str) -> Ward:
    return Ward.objects.get(slug=slug)


@pytest.fixture
def zoned_town() -> Town:
    town = Town.objects.create(ward=ward("wakaba"), name="試験町", kana="しけんちょう")
    second = Area.objects.get(kind=AreaKind.CARE_ZONE, name="若葉区 第2圏域(デモ)")
    AreaTown.objects.create(area=second, town=town)
    return town


# --- offices


def test_a_section_is_that_of_the_ward() -> None:
    assert selectors.office_for("KODOMO", ward("midori")).code == "midori-kodomo"


def test_a_city_wide_agency_is_found_from_every_ward() -> None:
    codes = {selectors.office_for("JIRITSU", each).code for each in Ward.objects.order_by("order")}
    assert codes == {"jiritsu"}


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("chuo", "jiso-east"),
        ("wakaba", "jiso-east"),
        ("midori", "jiso-east"),
        ("hanamigawa", "jiso-west"),
        ("inage", "jiso-west"),
        ("mihama", "jiso-west"),
    ],
)
def test_the_child_guidance_centre_is_that_of_the_ward(slug: str, expected: str) -> None:
    assert selectors.office_for("JISO", ward(slug)).code == expected


def test_the_care_centre_is_that_of_the_zone_that_holds_the_town(zoned_town: Town) -> None:
    assert selectors.office_for("ANSHIN", zoned_town.ward, zoned_town).code == "wakaba-anshin-2"
    assert selectors.office_for("ANSHIN", town=zoned_town).code == "wakaba-anshin-2"


def test_without_a_town_a_person_chooses_among_the_care_centres_of_the_ward() -> None:
    assert selectors.office_for("ANSHIN", ward("wakaba")) is None
    found = selectors.offices_for("ANSHIN", ward("wakaba"))
    assert [office.code for office in found] == ["wakaba-anshin-1", "wakaba-anshin-2"]


def test_a_zone_counts_only_while_the_town_belongs_to_it(zoned_town: Town) -> None:
    yesterday = dt.date(2020, 1, 1)
    AreaTown.objects.filter(town=zoned_town).update(valid_to=yesterday)
    assert selectors.office_for("ANSHIN", town=zoned_town) is None
    assert (
        selectors.office_for("ANSHIN", town=zoned_town, day=dt.date(2019, 12, 31)).code == "wakaba-anshin-2"
    )


def test_an_office_before_its_first_day_is_not_found() -> None:
    assert selectors.office_for("MARUGOTO", day=dt.date(2023, 10, 1)) is None
    assert selectors.office_for("MARUGOTO", day=dt.date(2023, 10, 2)).code == "marugoto"


def test_the_desk_is_that_of_the_ward_and_else_of_the_first_ward() -> None:
    assert selectors.triage_desk(ward("mihama")).code == "mihama-somu"
    assert selectors.triage_desk(None).code == "chuo-somu"


def test_a_desk_of_the_whole_city_takes_what_has_no_ward() -> None:
    Office.objects.filter(code="kusei-suishin").update(is_triage_desk=True)
    assert selectors.triage_desk(None).code == "kusei-suishin"
    assert selectors.triage_desk(ward("mihama")).code == "mihama-somu"


def test_without_any_desk_the_portal_says_so() -> None:
    Office.objects.update(is_triage_desk=False)
    with pytest.raises(Office.DoesNotExist):
        selectors.triage_desk(ward("chuo"))


def test_referral_targets_start_in_the_own_ward_and_leave_out_whoever_cannot_take_work() -> None:
    own = Office.objects.get(code="wakaba-kodomo")
    targets = list(selectors.offices_for_referral(own))
    codes = [office.code for office in targets]
    assert own.code not in codes
    assert not {"hq-shimin", "wakaba-kuyakusho", "police"} & set(codes)
    wards = [office.ward.slug if office.ward else "" for office in targets]
    assert wards.index("") == wards.count("wakaba")
    assert set(wards[: wards.count("wakaba")]) == {"wakaba"}
    assert all(office.label for office in targets)


def test_referral_targets_cost_one_query(django_assert_num_queries: object) -> None:
    own = Office.objects.select_related("ward").get(code="wakaba-kodomo")
    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture's own type is private
        assert [
            (office.label, office.ward and office.ward.name) for office in selectors.offices_for_referral(own)
        ]


# --- places


def test_a_postal_code_leads_to_ward_and_town_with_or_without_a_hyphen() -> None:
    town = Town.objects.create(ward=ward("chuo"), name="千葉港", kana="ちばみなと")
    PostalCode.objects.create(code="2600026", ward=ward("chuo"), town_name="千葉港", town=town)
    for written in ("2600026", "260-0026"):
        (place,) = selectors.ward_and_town_for_postal_code(written)
        assert (place.ward.slug, place.town_name, place.town) == ("chuo", "千葉港", town)


def test_a_postal_code_of_several_towns_gives_the_choice() -> None:
    for name in ("都町", "都町一丁目", "都町二丁目", "都町公園"):
        Town.objects.create(ward=ward("chuo"), name=name)
    PostalCode.objects.create(code="2600001", ward=ward("chuo"), town_name="都町")
    (place,) = selectors.ward_and_town_for_postal_code("2600001")
    assert place.town is None
    assert {town.name for town in place.towns} == {"都町", "都町一丁目", "都町二丁目"}


@pytest.mark.parametrize("code", ["", "1000001", "abc", "260002", "26000261"])
def test_a_code_outside_the_city_or_none_at_all_leads_nowhere(code: str) -> None:
    assert selectors.ward_and_town_for_postal_code(code) == []


def test_a_code_of_a_whole_ward_has_no_town() -> None:
    PostalCode.objects.create(code="2600000", ward=ward("chuo"), town_name="")
    (place,) = selectors.ward_and_town_for_postal_code("2600000")
    assert (place.ward.slug, place.town_name, place.towns) == ("chuo", "", ())


def test_towns_are_found_by_the_beginning_of_name_or_reading() -> None:
    chuo = ward("chuo")
    Town.objects.create(ward=chuo, name="千葉港", kana="ちばみなと")
    Town.objects.create(ward=chuo, name="都町", kana="みやこちょう")
    Town.objects.create(ward=chuo, name="千葉寺町", kana="ちばでらちょう", valid_to=dt.date(2020, 1, 1))
    Town.objects.create(ward=ward("inage"), name="千草台", kana="ちぐさだい")
    assert [town.name for town in selectors.towns_of(chuo, "千葉")] == ["千葉港"]
    assert [town.name for town in selectors.towns_of(chuo, "みや")] == ["都町"]
    assert selectors.towns_of(chuo).count() == 2


# --- emergency numbers


def numbers(*topics: str) -> list[str]:
    return [row.number for row in selectors.emergency_numbers(topics)]


def test_without_a_topic_only_the_three_for_danger() -> None:
    assert numbers() == ["110", "119", "189"]


@pytest.mark.parametrize(
    ("topic", "number"),
    [
        ("dv", "043-206-8002"),
        ("dv", "#8008"),
        ("suicide_risk", "0120-061-338"),
        ("abuse_child", "043-277-8820"),
        ("minor", "0120-189-783"),
        ("medical_power", "#7119"),
    ],
)
def test_a_topic_adds_the_numbers_that_answer_it(topic: str, number: str) -> None:
    assert number in numbers(topic)
    assert number not in numbers()


def test_a_topic_that_no_number_answers_adds_nothing() -> None:
    assert numbers("third_party", "life") == numbers()


def test_the_numbers_are_read_once_a_minute(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture's own type is private
        for _ in range(5):
            numbers("dv")


def test_after_the_minute_an_edit_shows() -> None:
    numbers()
    EmergencyNumber.objects.filter(code="police").update(number="110-x")
    assert "110" in numbers()
    with override_settings(DIRECTORY_CACHE_SECONDS=0):
        assert "110-x" in numbers()


@pytest.mark.parametrize(("language", "label"), [("ja", "警察"), ("en", "Police")])
def test_a_number_is_named_in_the_readers_language(language: str, label: str) -> None:
    with override(language):
        assert selectors.emergency_numbers()[0].label == label


def test_a_page_that_shows_no_number_asks_for_none(rf: object, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # the fixture's own type is private
        context = emergency_numbers(rf.get("/"))  # type: ignore[attr-defined]  # the fixture's own type is private
    assert [row.number for row in context["emergency_numbers"]] == ["110", "119", "189"]
