"""Indicators that move when a record changes and hide small numbers; the map; what residents read."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, OfficeVersion
from chiba_ward.progress import masking
from chiba_ward.progress.registry import CITY, Period
from community.area_officers import indicators, maps, rules, selectors
from community.area_officers.cards import public_card
from community.area_officers.enums import Gap
from community.area_officers.models import VisitRule
from community.area_officers.services import assignments, hand_over
from community.open_data.enums import DataKind
from community.open_data.services import data_files
from tests.area_officers import section as world
from tests.area_officers.section import Section

RING = [[140.15, 35.58], [140.2, 35.58], [140.2, 35.64], [140.15, 35.58]]


def this_year() -> Period:
    return Period.year(world.in_days(0))


def values(section: Section, compute: Any) -> tuple[Any, Any]:
    found = compute(this_year())
    return tuple((found[key].numerator, found[key].denominator) for key in (section.town.ward.pk, CITY))  # type: ignore[return-value]


def test_the_figures_move_with_the_records(section: Section) -> None:
    assert values(section, indicators.covered) == ((0, 1), (0, 2))
    found = world.appointed(section)
    assert values(section, indicators.covered) == ((1, 1), (1, 2))
    assert values(section, indicators.unvisited) == ((1, 1), (2, 2))
    world.noted(found, occasion="telephone")
    assert values(section, indicators.visited) == ((0, 1), (0, 2))
    for _ in range(3):
        world.noted(found)
    assert values(section, indicators.visited) == ((3, 1), (3, 2))
    assert indicators.visited(this_year())[CITY].value == Decimal("1.5")
    assert values(section, indicators.unvisited) == ((0, 1), (1, 2))
    assert values(section, indicators.handed_over) == ((0, 0), (0, 0))
    world.ends(section.officer, world.in_days(0))
    assert values(section, indicators.covered) == ((0, 1), (0, 2))
    assert values(section, indicators.handed_over) == ((0, 1), (0, 1))
    hand_over.submit(found.pk, by=section.by, answers={}, **world.paper_words())
    assert values(section, indicators.handed_over) == ((1, 1), (1, 1))


def test_a_few_districts_are_hidden(section: Section) -> None:
    world.appointed(section)
    assert masking.hidden(indicators.covered(this_year())) >= {section.town.ward.pk, CITY}


def test_after_how_many_days_is_a_row(section: Section) -> None:
    found = world.appointed(section)
    world.noted(found, on=world.in_days(-40))
    assert selectors.coverage([section.area])[0].gaps == ()
    assert indicators._unvisited_words()["name"] == "90日訪問のない地区の割合"
    VisitRule.objects.create(from_day=world.in_days(-1), days=30)
    assert selectors.coverage([section.area])[0].gaps == (Gap.UNVISITED,)
    for rule in VisitRule.objects.order_by("pk"):
        rule.delete()
    assert rules.interval().days is None
    assert indicators.unvisited(this_year()) == {}


def test_the_map_shows_what_the_list_does(section: Section) -> None:
    lines = selectors.coverage([section.area])
    assert maps.maps_of(lines) == []
    shape = {"type": "Polygon", "coordinates": [RING]}
    names = {"ward": "若葉区", "district": section.area.name}
    content = json.dumps(
        {"type": "FeatureCollection", "features": [{"properties": names, "geometry": shape}]}
    ).encode()
    data_files.import_at_once(DataKind.BOUNDARIES, content, name="境界.geojson", source="見本")
    (one,) = maps.maps_of(lines)
    assert (one.shapes[0].number, one.shapes[0].is_gap) == (1, True)
    assert "主担当がいない" in one.shapes[0].words
    page = world.browser(section.lead).get("/admin/area-officers/").content.decode()
    assert f"<title>1 {section.area.name}（" in page


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_residents_read_the_section_and_a_name_only_where_it_may_be_told(
    section: Section, client: Any, language: str
) -> None:
    OfficeVersion.objects.filter(office=section.lead.post.office).update(telephone="043-999-7777")

    def card() -> Any:
        with translation.override(language):
            return next(iter(public_card(section.town.ward, section.area)))

    assert card().lines == ()
    assert "地域" in card().empty or language == "en"
    found = world.appointed(section)
    (one,) = card().lines
    assert "043-999-7777" in one.note
    assert str(section.officer.person) not in one.note
    page = client.get(f"/districts/wakaba/{section.area.pk}/", headers={"accept-language": language})
    page = client.get(page.headers["Location"]) if page.status_code == 302 else page
    assert "043-999-7777" in page.content.decode()
    assert str(section.officer.person) not in page.content.decode()
    assignments.show_name(found.pk, by=section.by, is_named=True)
    assert str(section.officer.person) in card().lines[0].note
    assert list(public_card(section.town.ward, None)) == []
    assert Area.objects.filter(kind=AreaKind.DISTRICT).count() == 2
