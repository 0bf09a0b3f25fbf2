"""Two wards with towns, a district, and files as a city would hand them over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chiba_ward.directory.enums import AreaKind
from chiba_ward.directory.models import Area, AreaTown, Town, Ward
from community.open_data.enums import DataKind
from community.open_data.importers import Report
from community.open_data.services import data_files
from tests.factories import LONG_AGO, make_ward

FILES = Path(__file__).with_name("files")
TakeIn = Callable[..., Report]


@pytest.fixture
def chuo(db: None) -> Ward:
    ward = make_ward("chuo", "中央区", code="121011", population=215061, population_on=LONG_AGO)
    for name in ("見本町", "見本町一丁目", "海辺二丁目"):
        Town.objects.create(ward=ward, name=name, kana=name)
    return ward


@pytest.fixture
def wakaba(db: None) -> Ward:
    ward = make_ward("wakaba", "若葉区", code="121045")
    Town.objects.create(ward=ward, name="山辺町", kana="やまべちょう")
    return ward


@pytest.fixture
def district(chuo: Ward) -> Area:
    """It holds 海辺二丁目 and nothing else."""
    area = Area.objects.create(kind=AreaKind.DISTRICT, ward=chuo, name="海辺地区", valid_from=LONG_AGO)
    town = Town.objects.get(name="海辺二丁目")
    AreaTown.objects.create(area=area, town=town, kind=area.kind, valid_from=LONG_AGO)
    return area


@pytest.fixture
def take_in(chuo: Ward, wakaba: Ward) -> TakeIn:
    """`take_in(kind, file name or bytes)` -> the report."""

    def taken(kind: DataKind, given: str | bytes) -> Report:
        content = (FILES / given).read_bytes() if isinstance(given, str) else given
        return data_files.import_at_once(kind, content, name="mihon.csv", source="見本市オープンデータ")

    return taken


@pytest.fixture
def published(take_in: TakeIn) -> None:
    """One file of each kind."""
    take_in(DataKind.BOUNDARIES, "boundaries.geojson")
    take_in(DataKind.FACILITIES, "facilities.csv")
    take_in(DataKind.CHILDCARE, "childcare_old.csv")
    take_in(DataKind.EVENTS, "events.csv")
