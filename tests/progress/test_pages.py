"""/progress/: who sees which wards, definitions and as-of, and the PDF with its bar."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.directory.enums import Role
from chiba_ward.documents import services as documents
from chiba_ward.documents.enums import DocumentState
from chiba_ward.documents.models import Document
from chiba_ward.progress import services
from tests.consultations.staff_support import House, make_house
from tests.factories import make_posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(tmp_path: Path, settings: Any) -> House:
    settings.MEDIA_ROOT = tmp_path / "media"
    make_house("wakaba")
    house = make_house("midori")
    for _ in range(12):
        house.case()
    services.snapshot()
    return house


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("progress:index"), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.BUREAU, Role.AUDITOR])
def test_who_compares_all_wards(house: House, as_role: Any, role: Role) -> None:
    html = page(as_role(role))
    assert 'scope="col">緑区' in html
    assert html.count('<th scope="col">') >= 4


def test_a_wards_staff_see_their_own_and_the_city(house: House, sign_in: Any) -> None:
    html = page(sign_in(house.clerk.person))
    assert html.count('<th scope="col">緑区') == html.count('<th scope="col">市全体')
    assert '<th scope="col">Wakaba' not in html
    assert "報告書（PDF）を作る" not in html


def test_partners_and_residents_see_none(house: House, as_role: Any, resident_client: Client) -> None:
    for client in (as_role(Role.PARTNER), as_role(Role.ASSOCIATION), resident_client):
        assert client.get(reverse("progress:index")).status_code == 404
        assert client.post(reverse("progress:report")).status_code == 404


def test_definitions_moment_and_hidden_cells_are_explained(house: House, as_role: Any) -> None:
    html = page(as_role(Role.COORDINATOR))
    for words in ("数え方", "に集計", "10件未満", "つなぎ完結率", "いま対応中"):
        assert words in html
    assert html.count("<h1") == 1


def test_a_period_without_numbers_says_when_they_come(house: House, as_role: Any) -> None:
    from chiba_ward.progress.models import IndicatorValue

    IndicatorValue.objects.all().delete()
    assert "まだ集計していません" in page(as_role(Role.COORDINATOR), period="last")


def test_the_report_is_owed_made_and_readable(house: House, sign_in: Any) -> None:
    coordinator = make_posting(Role.COORDINATOR, office=house.desk)
    client: Client = sign_in(coordinator.person)
    answer = client.post(reverse("progress:report"), {"period": "month"}, follow=True)
    assert "PDFを作る順番を待っています" in answer.content.decode()
    document = Document.objects.get(kind="progress_report")
    assert documents.make(document.pk) == DocumentState.DONE
    document.refresh_from_db()
    assert (document.state, document.progress) == (DocumentState.DONE, 100)
    response = client.get(reverse("documents:download", args=[document.pk]))

    text = "".join(
        sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(b"".join(response.streaming_content))).pages
    )
    for words in ("集計時点", "つなぎ完結率", "数え方"):
        assert words in text.replace("\n", "")
    assert sign_in(house.clerk.person).get(reverse("documents:show", args=[document.pk])).status_code == 404


def test_the_page_costs_at_most_ten_questions(house: House, as_role: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_role(Role.COORDINATOR)
    page(client)
    with CaptureQueriesContext(connection) as asked:
        page(client)
    assert len(asked) <= 10, [query["sql"][:100] for query in asked]
