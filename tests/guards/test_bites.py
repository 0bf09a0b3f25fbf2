"""Each guard of the plugins bites: a tiny view that breaks the rule makes its test fail."""

import pytest
from django.db.models import QuerySet
from django.test import Client

from chiba_ward.directory.models import Ward
from tests.factories import make_ward
from tests.guards import bad_urls
from tests.guards.plugins import headers, markup
from tests.guards.plugins.faults import Fault, expected
from tests.guards.plugins.writes import tables_written

WORDS = {
    "inline-script": "inline script",
    "inline-style": "inline style sheet",
    "style-attribute": "style attribute",
    "handler": "inline handler onclick",
    "javascript-link": "script in an address",
    "foreign-asset": "third-party origin",
    "foreign-script": "third-party origin",
    "two-h1": "2 <h1>",
    "no-h1": "0 <h1>",
    "no-label": "control without a label",
    "empty-label": "control without a label",
    "silent-button": "button without words",
    "same-id": "id 'a' stands 2 times",
    "no-lang": "no lang",
    "no-title": "0 titles",
    "fragment": "a fragment where a whole page is expected",
}


@pytest.fixture
def bad(settings: object, request: pytest.FixtureRequest) -> Client:
    settings.ROOT_URLCONF = "tests.guards.bad_urls"  # type: ignore[attr-defined]  # pytest-django's wrapper
    return Client()


# --- what an answer looks like


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(bad_urls.BROKEN))
def test_a_broken_page_is_a_fault(bad: Client, name: str) -> None:
    with expected(WORDS[name]):
        bad.get(f"/show/{name}/")


@pytest.mark.django_db
def test_a_good_page_passes(bad: Client) -> None:
    assert bad.get("/show/good/").status_code == 200


@pytest.mark.django_db
def test_a_fragment_for_htmx_passes(bad: Client) -> None:
    assert bad.get("/show/fragment/", headers={"HX-Request": "true"}).status_code == 200


def test_every_broken_page_has_a_good_twin() -> None:
    assert list(markup.problems(bad_urls.GOOD)) == []
    assert set(WORDS) == set(bad_urls.BROKEN)


# --- headers


@pytest.mark.django_db
def test_a_page_that_may_be_kept_is_a_fault(bad: Client) -> None:
    with expected("no-store"):
        bad.get("/kept/")


@pytest.mark.django_db
def test_a_loose_policy_is_a_fault(bad: Client) -> None:
    with expected("CSP script-src"):
        bad.get("/loose/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere/", 404), ("/closed/", 302), ("/broken/", 500), ("/show/good/", 200)]
)
def test_every_status_carries_the_headers(bad: Client, path: str, status: int) -> None:
    """The plugin looks at each of them; here it is shown that it had something to look at."""
    bad.raise_request_exception = False
    response = bad.get(path)
    assert response.status_code == status
    assert list(headers.problems(response)) == []
    del response.headers["Content-Security-Policy"]
    assert len(list(headers.problems(response))) == len(headers.STRICT)


# --- pages that the read log does not know of


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/personal/", "/told/0/"])
def test_a_page_of_personal_data_that_is_not_told_is_a_fault(bad: Client, path: str) -> None:
    with expected("readlog.saw(kind, ids)"):
        bad.get(path)


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, 3])
def test_a_page_that_is_told_passes(bad: Client, times: int) -> None:
    assert bad.get(f"/told/{times}/").status_code == 200


# --- GET that writes


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/write/", "/write-apart/"])
def test_a_get_that_writes_is_a_fault(bad: Client, path: str) -> None:
    with expected("writes into directory_ward"):
        bad.get(path)


@pytest.mark.django_db
def test_a_post_may_write(bad: Client) -> None:
    assert bad.post("/write/").status_code == 200


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ('INSERT INTO "a_b" ("x") VALUES (1)', {"a_b"}),
        ("  update only a set x=1", {"a"}),
        ('DELETE FROM "a" WHERE 1=1; UPDATE "b" SET x=1', {"a", "b"}),
        ('WITH x AS (INSERT INTO "a" VALUES (1) RETURNING id) SELECT 1', {"a"}),
        ("SELECT set_config('x', 'y', true); INSERT INTO a VALUES (1)", {"a"}),
        ('SELECT * FROM "a" FOR UPDATE OF "a"', set()),
        ("SELECT 'please update me'", set()),
        ("SAVEPOINT s1", set()),
    ],
)
def test_which_statements_write(sql: str, tables: set[str]) -> None:
    assert tables_written(sql) == tables


# --- undefined variables


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/undefined/", "/swallowed/"])
def test_an_undefined_variable_is_a_fault(bad: Client, path: str) -> None:
    with expected("undefined variable {{ nothing.at_all }}"):
        bad.get(path)


def test_faults_that_were_swallowed_fail_the_test() -> None:
    """`expected` takes them out; otherwise the wrapper around every test raises them."""
    from tests.guards.plugins import faults

    wrapper = faults.pytest_runtest_call(None)  # type: ignore[arg-type]  # not used
    next(wrapper)
    faults.note("x")
    with pytest.raises(Fault, match="x"):
        wrapper.send(None)
    faults._seen.clear()


# --- order


@pytest.fixture
def wards(db: None) -> QuerySet[Ward]:
    for number in range(12):
        make_ward(f"w{number}", f"第{number}区")
    return Ward.objects.filter(slug__startswith="w")


def test_rows_without_an_order_come_shuffled(wards: QuerySet[Ward]) -> None:
    seen = {tuple(wards.order_by().values_list("pk", flat=True)) for _ in range(5)}
    assert len(seen) > 1
    assert {frozenset(order) for order in seen} == {
        frozenset(wards.order_by("pk").values_list("pk", flat=True))
    }


def test_a_slice_without_an_order_is_a_lottery(wards: QuerySet[Ward]) -> None:
    assert len({row.pk for _ in range(12) for row in wards.order_by()[:1]}) > 1


def test_a_named_order_stays(wards: QuerySet[Ward]) -> None:
    named = list(wards.order_by("-pk").values_list("pk", flat=True))
    assert named == sorted(named, reverse=True)
    assert wards.order_by().count() == 12
    assert wards.order_by().filter(pk__in=wards.order_by().values("pk")).exists()
    assert len(set(wards.order_by().values_list("code", flat=True).distinct())) == 12
