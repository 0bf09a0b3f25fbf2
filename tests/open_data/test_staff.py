"""The screen of the files: try out, read line by line, decide."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from chiba_ward.casework import file_limits
from chiba_ward.casework.models import FileLimit
from chiba_ward.directory.enums import Role
from chiba_ward.progress.registry import Period, indicators
from community.open_data import demo, forms
from community.open_data.enums import DataKind
from community.open_data.models import DataFile, Facility, PublicEvent
from tests.conftest import SignIn
from tests.open_data.conftest import FILES, TakeIn

NEW = "/admin/open-data/new/"


@pytest.fixture
def officer(as_role: SignIn, take_in: TakeIn) -> Client:
    return as_role(Role.AREA_OFFICER)


def send(client: Client, content: bytes, kind: str = "facilities", source: str = "見本市") -> object:
    file = SimpleUploadedFile("見本.csv", content, content_type="text/csv")
    return client.post(NEW, {"kind": kind, "source": source, "file": file})


def test_from_the_file_to_the_page(officer: Client) -> None:
    answer = send(officer, (FILES / "facilities.csv").read_bytes())
    address = answer["Location"]
    text = officer.get(address).content.decode()
    for words in ("まだ取り込んでいません", "緯度・経度がありません", "見本.csv", "新しい</dt><dd>3件"):
        assert words in text
    assert not Facility.objects.exists()
    assert officer.post(f"{address}take/")["Location"] == address
    assert Facility.objects.count() == 3
    assert "見本中央公民館" in Client().get("/districts/chuo/").content.decode()
    again = officer.post(f"{address}take/")
    assert again.status_code == 422
    assert "もう取り込んだか" in again.content.decode()


def test_a_wrong_file_keeps_what_was_typed(officer: Client) -> None:
    answer = send(officer, b"\x89PNG\r\n\x1a\n" + bytes(100), source="見本市の一覧")
    text = answer.content.decode()
    assert answer.status_code == 422
    for words in ("画像（PNG）", 'value="見本市の一覧"', "selected"):
        assert words in text
    assert not DataFile.objects.exists()


def test_a_wrong_line_cannot_be_taken_in(officer: Client) -> None:
    content = "全国地方公共団体コード,ID,名称\n121002,A1,\n".encode()
    address = send(officer, content)["Location"]
    text = officer.get(address).content.decode()
    assert "取り込めません" in text
    assert f"{address}take/" not in text
    assert officer.post(f"{address}take/").status_code == 422
    assert officer.post(f"{address}discard/").status_code == 302
    assert DataFile.objects.get().state == "discarded"


def test_the_limit_is_a_row(officer: Client) -> None:
    FileLimit.objects.create(kind=forms.LIMIT, max_mb=1)
    file_limits.forget()
    answer = send(officer, b"a" * (1024**2 + 1))
    file_limits.forget()
    assert answer.status_code == 422
    assert "1MBまで" in answer.content.decode()


def test_the_list_is_filtered_and_exported(officer: Client) -> None:
    send(officer, (FILES / "facilities.csv").read_bytes())
    send(officer, (FILES / "events.csv").read_bytes(), kind="events")
    assert officer.get("/admin/open-data/?kind=events").content.decode().count("<tr>") == 2
    assert "この条件のファイルはありません" in officer.get("/admin/open-data/?q=ない").content.decode()
    lines = officer.get("/admin/open-data/list.csv?kind=events").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("見本.csv,イベント一覧,見本市,")


@pytest.mark.parametrize("role", [Role.SECTION, Role.RECEPTION, Role.COORDINATOR])
def test_other_roles_have_no_such_page(role: Role, as_role: SignIn) -> None:
    client = as_role(role)
    for path in ("/admin/open-data/", NEW, "/admin/open_data/facility/"):
        assert client.get(path).status_code == 404


def test_an_auditor_looks_and_does_not_touch(as_role: SignIn, officer: Client) -> None:
    address = send(officer, (FILES / "facilities.csv").read_bytes())["Location"]
    auditor = as_role(Role.AUDITOR)
    text = auditor.get(address).content.decode()
    assert f"{address}take/" not in text
    assert auditor.post(f"{address}take/").status_code == 404
    assert auditor.get("/admin/open_data/publicevent/").status_code == 200


# --- what the figures say


def test_the_indicator_moves_when_a_place_comes(district: object, take_in: TakeIn) -> None:
    def share() -> tuple[int | None, int | None]:
        one = next(one for one in indicators() if one.code == "open_data.districts_with_a_sheet")
        found = one.compute(Period.month(timezone.localdate()))[None]
        return found.numerator, found.denominator

    assert share() == (0, 1)
    take_in(DataKind.FACILITIES, "facilities.csv")
    assert share() == (1, 1)


def test_the_demo_city_is_taken_in_as_files_are(take_in: TakeIn) -> None:
    made = demo.load()
    assert (Facility.objects.count(), PublicEvent.objects.count()) == (24, 24)
    assert made == 48
    assert Facility.objects.filter(town=None).count() == 0
    assert demo.load() == 0
