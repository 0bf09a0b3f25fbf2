"""What the database refuses, and who bears which name and right on which day (C12)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from chiba_ward.access.models import User
from chiba_ward.directory import initial
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown, Office, OfficeVersion, Post, Posting, Town, Ward
from chiba_ward.directory.services import move_person, rename_office
from tests.kept import begin_with

pytestmark = pytest.mark.django_db
TOKYO = ZoneInfo("Asia/Tokyo")
APRIL = dt.date(2027, 4, 1)


@pytest.fixture(autouse=True)
def rows() -> None:
    begin_with(initial.load)


@pytest.fixture
def person() -> User:
    return User.objects.create_user("demo@example.jp", name="試験 太郎(デモ)")


@pytest.fixture
def post() -> Post:
    return Post.objects.get(office__code="wakaba-korei", is_head=True)


def messages_of(row: object) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        row.full_clean()  # type: ignore[attr-defined]  # any model
    return refused.value.messages


# --- names


def test_a_record_of_march_prints_the_name_of_march() -> None:
    for ward in Ward.objects.order_by("order"):
        office = Office.objects.get(code=f"{ward.slug}-chiiki")
        assert office.name_on(dt.date(2023, 3, 31)) == f"{ward.name} 地域振興課"
        assert office.name_on(dt.date(2023, 4, 1)) == f"{ward.name} 地域づくり支援課"


def test_names_of_a_day_come_without_a_query_per_office(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # the fixture's own type is private
        labels = set(
            Office.objects.named(dt.date(2023, 3, 31))
            .filter(routing_code="CHIIKI")
            .values_list("label", flat=True)
        )
    assert labels == {f"{name} 地域振興課" for name in Ward.objects.values_list("name", flat=True)}


def test_two_names_on_one_day_are_refused_in_japanese_and_by_the_database() -> None:
    office = Office.objects.get(code="wakaba-kodomo")
    second = OfficeVersion(office=office, name="若葉区 こども家庭センター", valid_from=APRIL)
    assert messages_of(second) == ["同じ日に二つの名称は持てません。前の名称の終了日を先に入れてください。"]
    with pytest.raises(IntegrityError, match="office_version_one_name_a_day"), transaction.atomic():
        second.save()


def test_a_name_may_begin_on_the_day_the_other_ends() -> None:
    office = Office.objects.get(code="wakaba-kodomo")
    office.versions.update(valid_to=APRIL)
    OfficeVersion.objects.create(office=office, name="若葉区 こども家庭センター", valid_from=APRIL)
    assert office.name_on(APRIL - dt.timedelta(days=1)) == "若葉区 こども家庭課"


@pytest.mark.parametrize("last", [dt.date(2027, 3, 31), APRIL])
def test_an_end_before_the_start_is_refused_in_japanese(last: dt.date) -> None:
    office = Office.objects.get(code="wakaba-kodomo")
    office.versions.all().delete()
    wrong = OfficeVersion(office=office, name="逆さ", valid_from=APRIL, valid_to=last)
    assert messages_of(wrong) == ["終了日は開始日より後にしてください。"]
    with pytest.raises(DatabaseError), transaction.atomic():
        wrong.save()


def test_renaming_closes_the_old_name_and_carries_the_telephone_over() -> None:
    office = Office.objects.get(code="marugoto")
    rename_office(office, "福祉総合相談センター", APRIL, source="改称の通知")
    before, after = office.versions.order_by("valid_from")
    assert (before.name, before.valid_to) == ("福祉まるごとサポートセンター", APRIL)
    assert (after.name, after.valid_from, after.valid_to) == ("福祉総合相談センター", APRIL, None)
    assert (after.telephone, after.needs_verification) == ("043-245-5782", True)


def test_renaming_is_refused_where_a_later_name_is_already_entered() -> None:
    office = Office.objects.get(code="marugoto")
    rename_office(office, "福祉総合相談センター", APRIL, source="改称の通知")
    for day in (APRIL, APRIL - dt.timedelta(days=1)):
        with pytest.raises(ValidationError, match="すでに入っています"):
            rename_office(office, "別の名称", day, source="誤り")
    assert office.versions.count() == 2


def test_renaming_is_refused_before_the_office_existed() -> None:
    office = Office.objects.get(code="marugoto")
    office.versions.update(valid_to=dt.date(2025, 4, 1))
    with pytest.raises(ValidationError, match="この日に有効な名称がありません"):
        rename_office(office, "別の名称", APRIL, source="誤り")


# --- postings


def test_the_same_person_twice_in_one_post_is_refused_in_japanese(person: User, post: Post) -> None:
    Posting.objects.create(person=person, post=post, starts_on=dt.date(2026, 4, 1))
    second = Posting(person=person, post=post, starts_on=APRIL)
    assert messages_of(second) == ["同じ人が同じ職に、重なる期間で発令されています。"]
    with pytest.raises(IntegrityError, match="posting_not_twice"), transaction.atomic():
        second.save()


def test_an_ended_posting_may_be_given_again(person: User, post: Post) -> None:
    Posting.objects.create(person=person, post=post, starts_on=dt.date(2026, 4, 1), ends_on=APRIL)
    Posting(person=person, post=post, starts_on=APRIL).full_clean()


def test_a_posting_that_ends_before_it_begins_is_refused_in_japanese(person: User, post: Post) -> None:
    wrong = Posting(person=person, post=post, starts_on=APRIL, ends_on=APRIL)
    assert messages_of(wrong) == ["終了日は発令日より後にしてください。"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-03-31 23:59:59", "old"),
        ("2027-04-01 00:00:00", "new"),
    ],
)
def test_rights_change_at_midnight_in_tokyo(moment: str, expected: str, person: User, post: Post) -> None:
    old = Posting.objects.create(person=person, post=post, starts_on=dt.date(2026, 4, 1), ends_on=APRIL)
    elsewhere = Post.objects.get(office__code="midori-korei", is_head=True)
    new = Posting.objects.create(person=person, post=elsewhere, starts_on=APRIL)
    with time_machine.travel(dt.datetime.fromisoformat(moment).replace(tzinfo=TOKYO), tick=False):
        assert list(person.postings.active_on()) == [{"old": old, "new": new}[expected]]


def test_moving_ends_one_posting_and_begins_the_other_on_the_same_day(person: User, post: Post) -> None:
    old = Posting.objects.create(person=person, post=post, starts_on=dt.date(2026, 4, 1))
    target = Post.objects.get(office__code="midori-korei", is_head=True)
    new = move_person(old, APRIL, target)
    assert new is not None
    assert (new.post, new.starts_on, new.kind) == (target, APRIL, old.kind)
    assert list(person.postings.active_on(APRIL)) == [new]
    assert list(person.postings.active_on(APRIL - dt.timedelta(days=1))) == [old]


def test_a_move_that_cannot_begin_does_not_end_anything(person: User, post: Post) -> None:
    old = Posting.objects.create(person=person, post=post, starts_on=dt.date(2026, 4, 1))
    target = Post.objects.get(office__code="midori-korei", is_head=True)
    Posting.objects.create(person=person, post=target, starts_on=dt.date(2026, 10, 1))
    with pytest.raises(ValidationError, match="重なる期間"):
        move_person(old, APRIL, target)
    old.refresh_from_db()
    assert old.ends_on is None


def test_an_ended_posting_cannot_be_moved_again(person: User, post: Post) -> None:
    ended = Posting.objects.create(
        person=person, post=post, starts_on=dt.date(2025, 4, 1), ends_on=dt.date(2026, 4, 1)
    )
    with pytest.raises(ValidationError, match="前に終わっています"):
        move_person(ended, APRIL)


# --- partitions


def test_a_town_is_in_one_area_of_a_kind_and_in_any_number_of_kinds() -> None:
    ward = Ward.objects.get(slug="wakaba")
    town = Town.objects.create(ward=ward, name="試験町")
    first, second = Area.objects.filter(ward=ward, kind=AreaKind.CARE_ZONE).order_by("name")
    school = Area.objects.create(kind=AreaKind.SCHOOL, ward=ward, name="試験中学校区(デモ)")
    AreaTown.objects.create(area=first, town=town)
    AreaTown.objects.create(area=school, town=town)
    again = AreaTown(area=second, town=town)
    assert messages_of(again) == ["この町丁は、同じ期間に同じ種類の別の地区に含まれています。"]
    with pytest.raises(IntegrityError, match="area_town_one_per_kind"), transaction.atomic():
        again.save()


def test_the_kind_of_a_membership_is_always_that_of_its_area() -> None:
    """Bulk writes pass by `clean`: the database itself keeps the copy right."""
    ward = Ward.objects.get(slug="wakaba")
    town = Town.objects.create(ward=ward, name="試験町")
    area = Area.objects.filter(ward=ward, kind=AreaKind.CARE_ZONE).order_by("name").first()
    AreaTown.objects.bulk_create([AreaTown(area=area, town=town, kind=AreaKind.SCHOOL)])
    assert AreaTown.objects.get(town=town).kind == AreaKind.CARE_ZONE


def test_one_town_name_once_in_a_ward_is_said_in_japanese() -> None:
    ward = Ward.objects.get(slug="wakaba")
    Town.objects.create(ward=ward, name="試験町")
    assert messages_of(Town(ward=ward, name="試験町")) == ["同じ区に同じ名前の町丁が登録されています。"]
