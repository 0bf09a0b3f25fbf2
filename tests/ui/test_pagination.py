import datetime as dt
from itertools import chain
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.http import QueryDict

from chiba_ward.ui.pagination import KeysetPaginator, capped_count

pytestmark = pytest.mark.django_db
ORDERS = [
    ("pk",),
    ("-pk",),
    ("app_label", "pk"),
    ("-app_label", "-pk"),
    ("-app_label", "pk"),
    ("app_label", "-model", "pk"),
]


@pytest.fixture
def rows() -> Any:
    ContentType.objects.bulk_create(
        ContentType(app_label=f"office{number % 3}", model=f"m{number % 7}x{number}") for number in range(47)
    )
    return ContentType.objects.filter(app_label__startswith="office")


def walk(paginator: KeysetPaginator[Any], direction: str, url: str = "?") -> list[list[int]]:
    pages = []
    while True:
        page = paginator.page(QueryDict(url.lstrip("?")))
        pages.append([row.pk for row in page])
        url = getattr(page, f"{direction}_url")
        if not url:
            return pages


@pytest.mark.parametrize("order", ORDERS)
def test_every_row_comes_once_forwards_and_the_same_pages_backwards(
    rows: Any, order: tuple[str, ...]
) -> None:
    paginator = KeysetPaginator(rows, order, size=10)
    forwards = walk(paginator, "next")
    assert list(chain.from_iterable(forwards)) == list(rows.order_by(*order).values_list("pk", flat=True))
    last = paginator.page(QueryDict())
    while last.next_url:
        url, last = last.next_url, paginator.page(QueryDict(last.next_url[1:]))
    assert walk(paginator, "previous", url) == forwards[::-1]


def test_the_rest_of_the_address_is_kept(rows: Any) -> None:
    page = KeysetPaginator(rows, ["pk"], size=20).page(QueryDict("ward=chuo&tag=a&tag=b&after=x"))
    assert page.next_url.startswith("?ward=chuo&tag=a&tag=b&after=")
    assert page.first_url == "?ward=chuo&tag=a&tag=b"
    assert page.previous_url == ""


@pytest.mark.parametrize(
    "key",
    ["x", "bm9wZQ", "W10", "WyJhIiwiYiJd", "W251bGxd", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTldCg", "9" * 2000],
)
def test_a_spoilt_key_leads_to_the_first_page(rows: Any, key: str) -> None:
    page = KeysetPaginator(rows, ["pk"], size=20).page(QueryDict(f"after={key}"))
    assert [row.pk for row in page] == list(rows.order_by("pk").values_list("pk", flat=True)[:20])


def test_a_page_size_is_taken_only_from_the_offered_ones(rows: Any) -> None:
    paginator = KeysetPaginator(rows, ["pk"], size=50)
    assert len(paginator.page(QueryDict("size=20"))) == 20
    assert len(paginator.page(QueryDict("size=1000000"))) == 47


def test_moments_are_compared_to_the_microsecond() -> None:
    start = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
    for number in range(25):
        moment = start + dt.timedelta(microseconds=number)
        Session.objects.create(session_key=f"key{number:02d}", session_data="", expire_date=moment)
    pages = walk(KeysetPaginator(Session.objects.all(), ["-expire_date", "pk"], size=20), "next")
    assert list(chain.from_iterable(pages)) == [f"key{number:02d}" for number in reversed(range(25))]


def test_an_order_without_a_unique_end_is_refused(rows: Any) -> None:
    with pytest.raises(ValueError, match="pk"):
        KeysetPaginator(rows, ["app_label"])


def test_counting_stops_at_the_limit(rows: Any) -> None:
    assert str(capped_count(rows)) == "47件"
    assert str(capped_count(rows, limit=40)) == "40件以上"
