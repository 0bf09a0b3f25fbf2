"""The first rows: complete for every ward, honest about what nobody has checked, and never overwriting."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command

from chiba_ward.directory import initial
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import (
    Area,
    Calendar,
    CalendarHours,
    EmergencyNumber,
    Office,
    OfficeVersion,
    Post,
    Ward,
)

pytestmark = pytest.mark.django_db
WARD_ROUTES = {"SOMU", "CHIIKI", "MADO", "KOREI", "KODOMO", "KENKO", "ENGO", "CSW", "ANSHIN"}
CITY_ROUTES = {
    "MARUGOTO", "KIKAN", "JIRITSU", "HIKI", "JISO_E", "JISO_W", "DV", "CCIA", "SHOHI", "LINK", "BOSAI",
    "KANKYO", "DOBOKU", "EXT110", "EXT119",
}  # fmt: skip


@pytest.fixture
def counts() -> dict[str, int]:
    return initial.load()


def test_six_wards_carry_their_codes_and_only_sourced_populations(counts: dict[str, int]) -> None:
    codes = list(Ward.objects.values_list("code", "slug"))
    assert codes == [
        ("121011", "chuo"),
        ("121029", "hanamigawa"),
        ("121037", "inage"),
        ("121045", "wakaba"),
        ("121053", "midori"),
        ("121061", "mihama"),
    ]
    assert list(Ward.objects.exclude(population=None).values_list("slug", "population")) == [("chuo", 215061)]
    assert Ward.objects.get(slug="chuo").population_on == dt.date(2023, 10, 1)


def check_digit(code: str) -> str:
    """検査数字 of a 団体コード: weights 6 to 2, modulus 11."""
    total = sum(int(digit) * weight for digit, weight in zip(code[:5], range(6, 1, -1), strict=True))
    return str((11 - total % 11) % 10)


def test_ward_codes_have_the_right_check_digit(counts: dict[str, int]) -> None:
    assert all(ward.code[5] == check_digit(ward.code) for ward in Ward.objects.order_by("order"))


def test_every_ward_has_every_routing_code(counts: dict[str, int]) -> None:
    for ward in Ward.objects.order_by("order"):
        routes = set(Office.objects.existing_on().filter(ward=ward).values_list("routing_code", flat=True))
        assert routes - {""} == WARD_ROUTES
    city = set(Office.objects.existing_on().filter(ward=None).values_list("routing_code", flat=True))
    assert city >= CITY_ROUTES


def test_every_office_where_work_can_lie_has_a_head_to_escalate_to(counts: dict[str, int]) -> None:
    headless = Office.objects.with_posts().exclude(posts__is_head=True).values_list("code", flat=True)
    assert set(headless) == {"joho-system", "kansa"}
    sections = Office.objects.exclude(ward=None).filter(kind__in=["section", "health_welfare"])
    for office in sections.order_by("code"):
        assert office.is_triage_desk or office.escalates_to.code == f"{office.ward.slug}-somu"
        assert office.parent.code == f"{office.ward.slug}-kuyakusho"


def test_posts_stand_where_the_roles_belong(counts: dict[str, int]) -> None:
    def offices(role: Role) -> set[str]:
        return set(Post.objects.filter(role=role).values_list("office__routing_code", flat=True))

    assert offices(Role.RECEPTION) == {"SOMU"}
    assert offices(Role.SPECIALIST) == {"KENKO"}
    assert offices(Role.ABUSE_TEAM) == {"KODOMO", "KOREI"}
    assert offices(Role.AREA_OFFICER) == {"CHIIKI"}
    assert Post.objects.get(role=Role.COORDINATOR).office.code == "chuo-somu"
    assert Post.objects.get(role=Role.AUDITOR).office.code == "kansa"
    assert Post.objects.get(role=Role.SYSTEM_ADMIN).office.code == "joho-system"
    assert Post.objects.filter(office__routing_code="KODOMO", role=Role.ABUSE_TEAM, is_head=True).count() == 6


def test_each_ward_has_one_desk_for_what_has_no_owner(counts: dict[str, int]) -> None:
    desks = Office.objects.filter(is_triage_desk=True).values_list("code", flat=True)
    assert sorted(desks) == sorted(f"{slug}-somu" for slug in Ward.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("model", [Ward, Calendar, OfficeVersion, EmergencyNumber, Area])
def test_a_row_without_a_dated_source_says_that_it_needs_checking(
    model: type, counts: dict[str, int]
) -> None:
    unmarked = model.objects.filter(needs_verification=False).order_by("pk")
    assert all(row.source and row.verified_on for row in unmarked)
    assert model.objects.filter(needs_verification=True).exists()


def test_every_telephone_number_of_an_office_is_to_be_checked_before_use(counts: dict[str, int]) -> None:
    with_telephone = OfficeVersion.objects.exclude(telephone="")
    assert not with_telephone.filter(needs_verification=False).exists()
    assert set(with_telephone.values_list("telephone", flat=True)) == {
        "043-221-2111", "043-221-2102", "043-245-5782", "043-277-8820", "043-277-8821", "043-206-8002",
        "043-245-5750", "043-245-4894", "110", "119",
    }  # fmt: skip


def test_invented_care_centres_and_zones_say_so(counts: dict[str, int]) -> None:
    centres = OfficeVersion.objects.filter(office__routing_code="ANSHIN")
    assert centres.count() == 12
    assert not centres.exclude(name__endswith="(デモ)").exists()
    assert not Area.objects.exclude(name__endswith="(デモ)").exists()


def test_always_shown_numbers_are_the_three_for_danger(counts: dict[str, int]) -> None:
    shown = EmergencyNumber.objects.filter(is_always_shown=True).values_list("number", flat=True)
    assert list(shown) == ["110", "119", "189"]


def test_opening_hours_of_the_calendars(counts: dict[str, int]) -> None:
    ward_office = Calendar.objects.get(code="kuyakusho")
    assert list(ward_office.hours.values_list("weekday", flat=True)) == [0, 1, 2, 3, 4]
    assert {(h.opens, h.closes) for h in ward_office.hours.order_by("pk")} == {
        (dt.time(8, 30), dt.time(17, 30))
    }
    assert Calendar.objects.get(code="marugoto").hours.count() == 6
    always = Calendar.objects.get(code="always")
    assert (always.hours.count(), always.closed_on_holidays, always.year_end_from) == (7, False, "")


def test_loading_again_adds_nothing(counts: dict[str, int]) -> None:
    assert counts["区"] == 6
    assert not any(initial.load().values())


def test_loading_again_leaves_what_people_changed() -> None:
    initial.load()
    office = Office.objects.get(code="wakaba-kodomo")
    office.versions.update(name="若葉区 こども家庭センター", telephone="043-000-0000")
    office.posts.filter(is_head=False).delete()
    Calendar.objects.filter(code="kuyakusho").update(name="区役所(9時から)")
    CalendarHours.objects.filter(calendar__code="kuyakusho").update(opens=dt.time(9))
    EmergencyNumber.objects.filter(code="jiso-east").update(number="043-111-1111")
    Office.objects.filter(code="marugoto").update(escalates_to=None)

    assert not any(initial.load().values())

    assert office.versions.get().name == "若葉区 こども家庭センター"
    assert office.posts.get().is_head
    assert {h.opens for h in Calendar.objects.get(name="区役所(9時から)").hours.order_by("pk")} == {
        dt.time(9)
    }
    assert EmergencyNumber.objects.get(code="jiso-east").number == "043-111-1111"
    assert Office.objects.get(code="marugoto").escalates_to is None


def test_only_the_missing_row_comes_back() -> None:
    initial.load()
    EmergencyNumber.objects.get(code="consumer-188").delete()
    made = {kind: number for kind, number in initial.load().items() if number}
    assert made == {"緊急の連絡先": 1}


def test_the_command_tells_what_it_made_and_that_nothing_was_missing() -> None:
    first, second = StringIO(), StringIO()
    call_command("load_initial_directory", stdout=first)
    call_command("load_initial_directory", stdout=second)
    assert "chiba_ward.directory: 区 6、" in first.getvalue()
    assert "consultations: " in first.getvalue()
    told = dict(line.split(": ") for line in second.getvalue().splitlines())
    assert (told["chiba_ward.directory"], told["consultations"]) == ("追加なし", "追加なし")
