"""The public pages: what they say, in which language, at what cost; the map and the sheet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from chiba_ward.directory.models import Area, PostalCode, Town, Ward
from chiba_ward.documents import services
from chiba_ward.documents.models import Document
from community.open_data import cards
from community.open_data.enums import DataKind
from community.open_data.models import Boundary, Facility, PublicEvent
from tests.open_data.conftest import TakeIn

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def client(db: None) -> Client:
    return Client()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_page_leads_to_wards_and_districts(client: Client, published: None, district: Area) -> None:
    assert 'href="/districts/"' in page(client, "/")
    index = page(client, "/districts/")
    assert 'href="/districts/chuo/"' in index
    assert f'href="/districts/chuo/{district.pk}/"' in index


def test_the_page_of_a_ward(client: Client, published: None) -> None:
    text = page(client, "/districts/chuo/")
    for words in (
        "見本中央公民館",
        "見本海辺図書館",
        "見本のつどい",
        "215,061人",
        "tel:0430000001",
        "見本市オープンデータ",
    ):
        assert words in text
    assert "見本山辺プラザ" not in text, "of another ward"
    assert "終わった会" not in text
    assert "見本海辺保育所" in page(client, "/districts/chuo/?show=childcare")
    assert "海辺の朝市" in page(client, "/districts/chuo/?show=events")


def test_the_page_of_a_district_shows_its_towns_alone(
    client: Client, published: None, district: Area
) -> None:
    text = page(client, f"/districts/chuo/{district.pk}/")
    assert "見本海辺図書館" in text
    assert "見本中央公民館" not in text
    assert "未計測" in text
    assert "海辺の朝市" in text


def test_what_has_ended_is_gone_from_the_page(client: Client, published: None, take_in: TakeIn) -> None:
    table = (
        "全国地方公共団体コード,ID,名称,所在地_連結表記\n121002,AA02,見本海辺図書館,千葉市中央区海辺2丁目3\n"
    )
    take_in(DataKind.FACILITIES, table.encode())
    assert "043-000-0001" not in page(client, "/districts/chuo/")
    assert Facility.objects.filter(publisher_id="AA01").exists()


@pytest.mark.parametrize(
    "path", ["nowhere/", "chuo/999999/", "nowhere/map.svg", "wakaba/{district}/", "nowhere/events.ics"]
)
def test_unknown_places_are_404(path: str, client: Client, published: None, district: Area) -> None:
    assert client.get(f"/districts/{path.format(district=district.pk)}").status_code == 404


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("海辺", "海辺二丁目"),
        ("海辺２丁目", "海辺二丁目"),
        ("千葉県千葉市中央区海辺二丁目", "海辺二丁目"),
        ("やまべ", "山辺町"),
        ("260-0099", "海辺二丁目"),
        ("２６０００９９", "海辺二丁目"),
    ],
)
def test_a_town_or_a_postal_code_leads_to_the_district(
    words: str, found: str, client: Client, published: None, district: Area, chuo: Ward
) -> None:
    town = Town.objects.get(name="海辺二丁目")
    PostalCode.objects.create(code="2600099", ward=chuo, town_name=town.name, town=town)
    text = page(client, f"/districts/?q={words}")
    assert found in text
    if found == "海辺二丁目":
        assert "海辺地区" in text.split("区と地区の一覧")[0]


def test_nothing_found_says_what_to_do(client: Client, published: None) -> None:
    assert "見つかりませんでした" in page(client, "/districts/?q=火星")


def test_languages(client: Client, published: None) -> None:
    english = page(client, "/en/districts/chuo/")
    assert "Sample Central Hall" in english
    assert '<span lang="ja">見本海辺図書館</span>' in english
    assert "Public places" in english
    assert "みんなが 使える 場所" in page(client, "/ja-easy/districts/chuo/")


def test_the_map_is_a_file_with_the_numbers_of_the_list(client: Client, published: None) -> None:
    assert 'src="/districts/chuo/map.svg?' in page(client, "/districts/chuo/")
    answer = client.get("/districts/chuo/map.svg")
    assert answer["Content-Type"].startswith("image/svg+xml")
    drawing = ElementTree.fromstring(answer.content)
    assert [one.text for one in drawing.iter(f"{SVG}text")] == ["1", "2"]
    assert len(list(drawing.iter(f"{SVG}path"))) == 1
    for word in (b"style", b"<script", b"http:", b"https:"):
        assert word not in answer.content.replace(b"http://www.w3.org/2000/svg", b"")
    shown = ElementTree.fromstring(client.get("/districts/chuo/map.svg?show=events").content)
    assert len(list(shown.iter(f"{SVG}text"))) == 2


def test_a_hostile_name_stays_text_in_the_map(client: Client, published: None) -> None:
    Facility.objects.filter(publisher_id="AA01").update(name="</title><script>alert(1)</script>")
    assert b"<script" not in client.get("/districts/chuo/map.svg").content
    assert "<script>alert" not in page(client, "/districts/chuo/")


def test_without_boundaries_the_list_stands_alone(client: Client, published: None, district: Area) -> None:
    Boundary.objects.all().delete()
    text = page(client, "/districts/chuo/")
    assert "地図はありません" in text
    assert "見本中央公民館" in text
    assert client.get("/districts/chuo/map.svg").status_code == 404


def test_other_modules_add_cards(client: Client, published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    card = cards.Card(
        "mihon", "見本の団体", (cards.CardLine("見本会", "/x/", "毎月"),), ("/more/", "もっと見る")
    )
    monkeypatch.setattr(cards, "_providers", [])
    cards.register(lambda ward, area: iter([card] if area is None else []))
    text = page(client, "/districts/chuo/")
    for words in ("見本の団体", 'href="/x/"', "毎月", "もっと見る"):
        assert words in text


def test_the_cost_does_not_grow_with_what_has_been(
    client: Client, published: None, django_assert_max_num_queries: Any
) -> None:
    """As many questions for three places as for thousands that have ended and dozens on the page."""
    first = Facility.objects.get(publisher_id="AA01")
    many = [
        Facility(
            **{**_copied(first), "publisher_id": f"B{at:05}", "ended_on": "2020-01-01" if at > 60 else None}
        )
        for at in range(3000)
    ]
    Facility.objects.bulk_create(many)
    event = PublicEvent.objects.get(publisher_id="EE03")
    PublicEvent.objects.bulk_create(
        PublicEvent(**{**_copied(event), "publisher_id": f"E{at:05}"}) for at in range(2000)
    )
    client.get("/districts/chuo/")
    with django_assert_max_num_queries(14):
        text = page(client, "/districts/chuo/")
    assert text.count("cw-places__number") == 20
    assert "全63件" in text
    following = page(
        client,
        text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&").join(["/districts/chuo/", ""]),
    )
    assert following.count("cw-places__number") == 20


def _crowd() -> None:
    """More than the sheet can hold, and longer."""
    for model, key in ((Facility, "AA02"), (Facility, "2"), (PublicEvent, "EE02")):
        row = model.objects.get(publisher_id=key)
        long = {**_copied(row), "name": "長い名前" * 50, "name_kana": "ン"}
        model.objects.bulk_create(model(**{**long, "publisher_id": f"C{at}"}) for at in range(30))


def _copied(row: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


# --- 地域カルテ


def test_the_sheet_is_one_page_and_made_once_a_day(
    client: Client, published: None, district: Area, settings: Any, tmp_path: Path, take_in: TakeIn
) -> None:
    settings.MEDIA_ROOT = tmp_path
    _crowd()
    first = client.post("/districts/chuo/sheet/")
    assert client.post("/districts/chuo/sheet/")["Location"] == first["Location"]
    client.post(f"/districts/chuo/{district.pk}/sheet/")
    assert Document.objects.count() == 2
    for document in Document.objects.order_by("created_at"):
        assert services.make(document.pk) == "done"
    made = Document.objects.get(pk=first["Location"].rsplit("/", 1)[1])
    (text,) = _texts(made)
    for words in ("地域カルテ", "215,061", "見本中央公民館", "見本のつどい"):
        assert words in text
    made.blob.close()
    answer = client.get(reverse("documents:download", args=[made.pk]))
    assert b"".join(answer).startswith(b"%PDF")
    take_in(DataKind.EVENTS, "events.csv")
    assert client.post("/districts/chuo/sheet/")["Location"] != first["Location"], "a file was taken in since"


def _texts(document: Document) -> list[str]:
    """Of each page."""
    with document.blob.open() as file:
        return [page.extract_text() for page in PdfReader(file).pages]


@pytest.fixture
def many_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every module had more to say than fits."""

    def cards_of(*_here: Any) -> Iterator[cards.Card]:
        for number in range(6):
            yield cards.Card(f"card{number}", f"札{number}", (cards.CardLine("長い名前" * 20),) * 9)
            yield cards.Card(f"empty{number}", f"空の札{number}", ())

    monkeypatch.setattr(cards, "_providers", [cards_of])


def test_the_sheet_stays_one_page_whatever_modules_add(
    client: Client, published: None, district: Area, settings: Any, tmp_path: Path, many_cards: None
) -> None:
    settings.MEDIA_ROOT = tmp_path
    _crowd()
    for address in ("/districts/chuo/sheet/", f"/districts/chuo/{district.pk}/sheet/"):
        made = Document.objects.get(pk=client.post(address)["Location"].rsplit("/", 1)[1])
        assert services.make(made.pk) == "done"
        made.refresh_from_db()
        (text,) = _texts(made)
        assert "札0" in text
        assert "空の札" not in text


def test_the_sheet_is_asked_for_by_post_alone(client: Client, published: None) -> None:
    assert client.get("/districts/chuo/sheet/").status_code == 405
    assert not Document.objects.exists()
