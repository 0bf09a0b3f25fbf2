"""Lists of others: line by line, in the codes that spreadsheets write, adding and extending alone."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from chiba_ward.disclosure import gate
from chiba_ward.disclosure.importers import UnreadableError, take_in
from chiba_ward.disclosure.models import DisclosureHold
from tests.consultations.citizen_support import words
from tests.consultations.staff_support import House, by
from tests.disclosure.conftest import ADDRESS, KANA, NAME, PHONE, WOMAN

pytestmark = pytest.mark.django_db
HEAD = "氏名,フリガナ,電話番号,住所,種類,申出日,期限,記録"
GOOD = f"{NAME},{KANA},{PHONE},{ADDRESS},支援措置,2026-04-01,2027-03-31,第12号"
WRONG = "名無し,,,,支援措置,きのう,,"
LIST = f"{HEAD}\r\n{GOOD}\r\n{WRONG}\r\n\r\n別の 人,ベツノ ヒト,,,知らない種類,2026-04-01,,"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_every_readable_line_is_taken_in(house: House, encoding: str) -> None:
    report = take_in(LIST.encode(encoding), by=by(house.clerk), is_trial=False)
    assert report.counts["新しく登録"] == 1
    assert report.counts["読めなかった行"] == 2
    wrong = [(line.number, line.column) for line in report.lines if line.reason]
    assert wrong == [(3, "申出日"), (5, "種類")]
    assert gate.is_held(WOMAN)


def test_a_trial_leaves_no_trace(house: House) -> None:
    report = take_in(LIST.encode(), by=by(house.clerk), is_trial=True)
    assert report.counts["新しく登録"] == 1
    assert not DisclosureHold.objects.exists()


def test_twice_is_once(house: House) -> None:
    for _ in range(2):
        report = take_in(LIST.encode(), by=by(house.clerk), is_trial=False)
    assert report.counts["更新"] == 1
    assert DisclosureHold.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"\x81", "名前,住所\r\nA,B".encode()])
def test_a_file_that_is_none_says_what_to_do(house: House, content: bytes) -> None:
    with pytest.raises(UnreadableError):
        take_in(content, by=by(house.clerk), is_trial=False)


def test_on_the_screen(house: House, sign_in: Any) -> None:
    client = sign_in(house.clerk.person)
    page = client.post(reverse("hold:import"), {"file": SimpleUploadedFile("a.csv", LIST.encode("cp932"))})
    assert "まだ何も残していません" in words(page)
    assert "3行目 申出日" in words(page)
    assert not DisclosureHold.objects.exists()
    done = client.post(
        reverse("hold:import"), {"file": SimpleUploadedFile("a.csv", LIST.encode("cp932")), "take": "1"}
    )
    assert "取り込みました" in words(done)
    assert gate.is_held(WOMAN)
    broken = client.post(reverse("hold:import"), {"file": SimpleUploadedFile("a.csv", b"\x81")})
    assert broken.status_code == 422
    assert "文字コード" in words(broken)


def test_by_the_command(house: House, tmp_path: Path) -> None:
    file, out = tmp_path / "list.csv", StringIO()
    file.write_bytes(LIST.encode("cp932"))
    call_command("import_holds", file, office=house.desk.code, dry_run=True, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["dry_run"], told["counts"]["新しく登録"]) == (True, 1)
    assert told["rejected"][0]["line"] == 3
    assert NAME not in out.getvalue()
    assert not DisclosureHold.objects.exists()
    out = StringIO()
    call_command("import_holds", file, office=house.desk.code, stdout=out)
    assert "3行目 申出日" in out.getvalue()
    assert gate.is_held(WOMAN)
    for arguments in ((tmp_path / "none.csv", house.desk.code), (file, "nowhere")):
        with pytest.raises(CommandError):
            call_command("import_holds", arguments[0], office=arguments[1], stdout=out)
