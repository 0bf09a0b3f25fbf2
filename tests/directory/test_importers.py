"""Postal codes, towns and districts: the real postal data, and files as they come from offices."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chiba_ward.directory import initial, selectors
from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.importers import import_area_towns, import_postal_codes, import_towns
from chiba_ward.directory.models import Area, AreaTown, PostalCode, Town, Ward
from chiba_ward.directory.tables import UnreadableTable
from tests.kept import begin_with

pytestmark = pytest.mark.django_db
TOWN_HEAD = "lg_code,ward,town,koaza,lat,lng,residential\n"


@pytest.fixture(autouse=True)
def rows() -> None:
    begin_with(initial.load)


def file(folder: Path, text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def names() -> set[str]:
    return {str(town) for town in Town.objects.order_by("pk")}


# --- postal codes: the installed data itself


def test_the_postal_codes_of_all_six_wards_come_in() -> None:
    report = import_postal_codes()
    per_ward = Counter(PostalCode.objects.order_by("pk").values_list("ward__slug", flat=True))
    assert report.created["郵便番号"] == PostalCode.objects.count() == sum(per_ward.values())
    assert PostalCode.objects.values("code").distinct().count() >= 270
    assert set(per_ward) == set(Ward.objects.values_list("slug", flat=True))
    assert min(per_ward.values()) >= 25
    assert report.created["町丁"] == Town.objects.count() > 200


def test_known_codes_lead_to_ward_and_town() -> None:
    import_postal_codes()
    for code, ward, town in [("260-0026", "中央区", "千葉港"), ("261-0004", "美浜区", "高洲")]:
        (place,) = selectors.ward_and_town_for_postal_code(code)
        assert (place.ward.name, place.town and place.town.name) == (ward, town)
    assert selectors.towns_of(Ward.objects.get(slug="chuo"), "ちばみなと").get().name == "千葉港"


def test_one_code_with_two_towns_gives_both() -> None:
    import_postal_codes()
    places = selectors.ward_and_town_for_postal_code("2600822")
    assert {place.town_name for place in places} == {"蘇我", "蘇我町"}


def test_the_floors_of_a_building_belong_to_its_town() -> None:
    import_postal_codes()
    (place,) = selectors.ward_and_town_for_postal_code("2617110")
    assert (place.ward.slug, place.town_name) == ("mihama", "中瀬")
    assert not Town.objects.filter(name__contains="ビジネスガーデン").exists()


def test_importing_postal_codes_again_changes_nothing() -> None:
    import_postal_codes()
    before = list(PostalCode.objects.order_by("pk").values_list("pk", "code", "town"))
    report = import_postal_codes()
    assert (report.created, report.unchanged) == ({}, len(before))
    assert list(PostalCode.objects.order_by("pk").values_list("pk", "code", "town")) == before


def test_a_dry_run_counts_and_writes_nothing() -> None:
    out = StringIO()
    call_command("import_postal_codes", "--dry-run", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["created"]["郵便番号"] > 270
    assert (report["dry_run"], report["written"]) == (True, False)
    assert not PostalCode.objects.exists()
    assert not Town.objects.exists()


# --- towns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_list_of_towns_in_each_encoding_of_an_office(encoding: str, tmp_path: Path) -> None:
    text = TOWN_HEAD + "12101,中央区,千葉港,,35.6,140.1,\r\n12104,若葉区,桜木一丁目,,,,\r\n\r\n"
    report = import_towns(file(tmp_path, text, encoding))
    assert names() == {"中央区千葉港", "若葉区桜木一丁目"}
    assert (report.created, report.rejected) == ({"町丁": 2}, [])
    assert not Town.objects.filter(needs_verification=False).exists()


def test_the_headings_of_the_original_list_are_known_too(tmp_path: Path) -> None:
    text = "都道府県コード,市区町村コード,市区町村名,大字町丁目名,大字町丁目名カナ\n12,12101,千葉市中央区,千葉港,チバミナト\n"
    import_towns(file(tmp_path, text))
    assert Town.objects.get().kana == "ちばみなと"


def test_broken_lines_are_told_one_by_one_and_nothing_is_taken_in(tmp_path: Path) -> None:
    text = TOWN_HEAD + "12101,中央区,千葉港\n12207,松戸市,松戸,,,,\n,中央区,空,,,,\n12101,中央区,,,,,\n"
    report = import_towns(file(tmp_path, text + f"12101,中央区,{'長' * 81},,,,\n"))
    assert [(one.line, one.column) for one in report.rejected] == [
        (3, "市区町村コード"),
        (4, "市区町村コード"),
        (5, "町丁名"),
        (6, "町丁名"),
    ]
    assert "12207" in report.rejected[0].reason
    assert "空欄" in report.rejected[1].reason
    assert not report.written
    assert not Town.objects.exists()


def test_the_command_fails_loudly_and_a_script_can_read_why(tmp_path: Path) -> None:
    path = file(tmp_path, TOWN_HEAD + "12101,中央区,千葉港,,,,\n99999,なし区,無,,,,\n")
    out = StringIO()
    with pytest.raises(CommandError, match="一行も取り込んでいません"):
        call_command("import_towns", str(path), "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["rejected"] == [
        {"line": 3, "column": "市区町村コード", "reason": "千葉市の区のコードではありません: 99999"}
    ]
    assert report["written"] is False
    assert not Town.objects.exists()


def test_a_town_named_twice_is_taken_once_and_mentioned(tmp_path: Path) -> None:
    report = import_towns(file(tmp_path, TOWN_HEAD + "12101,中央区,千葉港,,,,\n12101,中央区,千葉港,,,,\n"))
    assert [(one.line, one.column) for one in report.doubtful] == [(3, "町丁名")]
    assert Town.objects.count() == 1


def test_line_numbers_survive_a_line_break_within_a_cell(tmp_path: Path) -> None:
    text = TOWN_HEAD + '12101,中央区,千葉港,"一\n二",,,\n99999,なし区,無,,,,\n'
    assert [one.line for one in import_towns(file(tmp_path, text)).rejected] == [4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "見出しがありません: lg_code、town"),
        ("区,町\n中央区,千葉港\n".encode(), "見出しがありません"),
        ("lg_code,town\n12101,千葉港\n".encode("utf-16"), "文字コード"),
        (b"lg_code,town\n12101,\xff\xfe\xfa\n", "文字コード"),
        (b'lg_code,town\n12101,"' + b"x" * 200_000 + b"\n", "CSVとして読めません"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_way_out(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableTable, match=reason):
        import_towns(path)
    assert not Town.objects.exists()


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"ファイルを開けません: none\.csv"):
        call_command("import_towns", str(tmp_path / "none.csv"), stdout=StringIO())


def test_towns_divided_into_chome_replace_the_coarse_town_of_the_postal_code(tmp_path: Path) -> None:
    import_postal_codes()
    Town.objects.get(ward__slug="wakaba", name="桜木")
    text = TOWN_HEAD + "12104,若葉区,桜木一丁目,,,,\n12104,若葉区,桜木二丁目,,,,\n"
    report = import_towns(file(tmp_path, text))
    assert report.created == {"町丁": 2, "丁目に分かれて終了した町丁": 1}
    wakaba = Ward.objects.get(slug="wakaba")
    current = selectors.towns_of(wakaba, "桜木").values_list("name", flat=True)
    assert {"桜木一丁目", "桜木二丁目"} <= set(current)
    assert "桜木" not in current
    code = PostalCode.objects.get(ward=wakaba, town_name="桜木").code
    (place,) = selectors.ward_and_town_for_postal_code(code)
    assert [town.name for town in place.towns] == ["桜木一丁目", "桜木二丁目"]
    assert import_postal_codes().created == {}


# --- districts and other partitions


@pytest.fixture
def towns() -> None:
    wakaba = Ward.objects.get(slug="wakaba")
    for name in ("桜木一丁目", "桜木二丁目", "都賀"):
        Town.objects.create(ward=wakaba, name=name)


def membership() -> set[tuple[str, str]]:
    return set(AreaTown.objects.values_list("area__name", "town__name"))


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_district_takes_in_towns_and_all_their_chome(encoding: str, tmp_path: Path) -> None:
    text = "区,町丁名,地区名,開始日\n若葉区,桜木,若葉第1地区(デモ),2026-04-01\n若葉区,都賀,若葉第2地区(デモ),2026/04/01\n"
    report = import_area_towns(file(tmp_path, text, encoding), AreaKind.DISTRICT)
    assert report.created == {"地区・圏域": 2, "町丁の所属": 3}
    assert membership() == {
        ("若葉第1地区(デモ)", "桜木一丁目"),
        ("若葉第1地区(デモ)", "桜木二丁目"),
        ("若葉第2地区(デモ)", "都賀"),
    }


@pytest.mark.usefixtures("towns")
def test_care_zones_filled_from_a_file_route_to_their_centre(tmp_path: Path) -> None:
    path = file(tmp_path, "区,町丁名,圏域名\n若葉区,桜木,若葉区 第1圏域(デモ)\n")
    call_command("import_area_towns", str(path), "--kind", "care_zone", stdout=StringIO())
    town = Town.objects.get(name="桜木二丁目")
    assert selectors.office_for("ANSHIN", town=town).code == "wakaba-anshin-1"


@pytest.mark.usefixtures("towns")
def test_each_wrong_line_of_a_district_list_is_told_and_nothing_is_taken_in(tmp_path: Path) -> None:
    lines = [
        "区,町丁名,名称,開始日",
        "若葉区,都賀,第1地区(デモ),2026-04-01",
        "みどり区,都賀,第1地区(デモ),",
        "若葉区,ない町,第1地区(デモ),",
        "若葉区,桜木一丁目,,",
        "若葉区,桜木一丁目,第1地区(デモ),令和8年",
        "若葉区,都賀,第2地区(デモ),2026-05-01",
    ]
    before = Area.objects.count()
    report = import_area_towns(file(tmp_path, "\n".join(lines)), AreaKind.DISTRICT)
    assert [(one.line, one.column) for one in report.rejected] == [
        (3, "区"),
        (4, "町丁名"),
        (5, "名称"),
        (6, "開始日"),
        (7, "町丁名"),
    ]
    assert "同じ種類の別の地区に含まれています" in report.rejected[-1].reason
    assert not AreaTown.objects.exists()
    assert Area.objects.count() == before


@pytest.mark.usefixtures("towns")
def test_importing_a_district_list_again_changes_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, "区,町丁名,名称\n若葉区,桜木,第1地区(デモ)\n")
    import_area_towns(path, AreaKind.DISTRICT)
    again = import_area_towns(path, AreaKind.DISTRICT)
    assert (again.created, again.unchanged) == ({}, 2)
