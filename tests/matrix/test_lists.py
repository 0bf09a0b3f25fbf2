"""A list, a count, a search or a file shows exactly what opens: no more, no less (DESIGN §2 rule 3, ASSURANCE AC6)."""

import re
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse

from chiba_ward.casework.my_work import WorkGroup
from chiba_ward.correspondence.models import Delivery
from tests.matrix.asking import request, undone
from tests.matrix.conftest import Browsers
from tests.matrix.lists import (
    BIG,
    INBOX,
    LISTS,
    PLACED,
    QUEUE,
    READERS,
    WORKERS,
    numbers,
    pairs,
    partner_pairs,
    who,
)
from tests.matrix.stages import World

Opens = Callable[[str, str], bool]

CASES = [(name, person) for name, one in LISTS.items() for person in sorted(one.who)]


@pytest.fixture(scope="module")
def opens(browsers: Browsers) -> Opens:
    """Whether the page opens before this person: asked once for all lists, as everything that a test does is undone."""

    @cache
    def asked(person: str, path: str) -> bool:
        return request(browsers(person), "get", path).opens

    return asked


@pytest.mark.parametrize(("name", "person"), CASES, ids=[f"{name}-{person}" for name, person in CASES])
def test_the_list_is_what_opens(
    name: str, person: str, world: World, browsers: Browsers, opens: Opens
) -> None:
    one, client = LISTS[name], browsers(person)
    with undone():
        pages = one.pages() if callable(one.pages) else one.pages
        listed = set().union(*(one.finds(_page(client, page)) for page in pages))
        opened = {key for key, path in one.details() if opens(person, path)}
    expected = one.among(world, person, opened)
    assert listed - opened == set(), "the list shows what does not open"
    assert listed == expected, f"missing in the list: {sorted(expected - listed)}"


def _page(client: Client, path: str) -> str:
    answer = request(client, "get", path)
    assert answer.status == 200, path
    return answer.text


@pytest.mark.parametrize("person", sorted(READERS))
def test_a_search_finds_no_foreign_words(person: str, world: World, browsers: Browsers, opens: Opens) -> None:
    """Words, names and numbers of every stage: found if and only if the row opens."""
    from tests.matrix.cells import STAGES

    client, wrong = browsers(person), []
    with undone():
        for stage in STAGES["consultation"].values():
            with world.everywhere():
                number = world.row("consultation", stage.name).receipt_no
            found = numbers(_page(client, f"{QUEUE}?show=all&q={stage.canary}"))
            is_open = opens(person, reverse("staff:case", args=[number]))
            if found != ({number} if is_open else set()):
                wrong.append(f"{stage.name}: found {found}, opens {is_open}")
    assert not wrong, "\n".join(wrong)


# --- letters, calls, what did not arrive

PAPER = {
    "letters": (r'name="selected" value="(\d+)"', {"medium": "letter"}),
    "calls": (r"/calls/(\d+)/", {"medium": "call"}),
    "failures": (r"/failures/(\d+)/", {"state": "failed"}),
}


@pytest.mark.parametrize("person", sorted(WORKERS | who("reception")))
@pytest.mark.parametrize("paper", PAPER)  # not `page`, which is a fixture of the browser tests
def test_paper_and_telephone_are_those_that_may_be_settled(
    paper: str, person: str, world: World, browsers: Browsers
) -> None:
    client, (pattern, fields) = browsers(person), PAPER[paper]
    with undone():
        listed = set(re.findall(pattern, _page(client, f"/admin/correspondence/{paper}/")))
        settled = {
            str(row.pk)
            for row in Delivery.objects.filter(handled_at=None, **fields)
            .exclude(state="queued")
            .order_by("pk")
            if _may_settle(client, row)
        }
    assert listed == settled


def _may_settle(client: Client, row: Delivery) -> bool:
    """An empty form is refused in words where the row is there, and is 404 where it is not."""
    name = "call_log" if row.medium == "call" and row.state == "to_call" else "failure_act"
    return request(client, "post", reverse(f"correspondence:{name}", args=[row.pk])).status != 404


# --- the day's work

COUNTERS = {
    "consultations.": lambda text: numbers(_table(text)),
    "referral.": lambda text: pairs(text) | partner_pairs(text),
}


def _table(page: str) -> str:
    """The list itself: a heading or a message may name a number too."""
    return page[page.find("<tbody") :] if "<tbody" in page else ""


@pytest.mark.parametrize(
    "person", sorted(READERS | who("auditor", "system_admin", "coordinator", "disaster_hq"))
)
def test_the_days_work_counts_and_names_what_opens(person: str, world: World, browsers: Browsers) -> None:
    client = browsers(person)
    with undone():
        first = client.get("/admin/")
        groups = (*first.context["work_groups"], *first.context["done_groups"])
        wrong = [what for group in groups for what in _of_group(client, group)]
    assert not wrong, "\n".join(wrong)


def _of_group(client: Client, group: WorkGroup) -> Iterator[str]:
    """What does not open, and a count that is not that of the list."""
    for item in group.items:
        if item.url and not request(client, "get", item.url).opens:
            yield f"{group.title}: {item.label} does not open"
    finds = next((find for start, find in COUNTERS.items() if group.key.startswith(start)), None)
    if group.url and finds:
        joint = "&" if "?" in group.url else "?"
        listed = finds(_page(client, f"{group.url}{joint}{BIG}"))
        if len(listed) != group.count:
            yield f"{group.title}: {group.count} counted, {len(listed)} in the list"


@pytest.mark.parametrize("person", sorted(READERS | who("partner", "bureau", "auditor", "system_admin")))
def test_no_page_names_a_foreign_row(person: str, world: World, browsers: Browsers) -> None:
    """The first pages of everybody, with every stage in the city: no word of a row that does not open."""
    from tests.matrix.cells import STAGES, sees

    pages = [
        "/admin/",
        "/partner/",
        QUEUE,
        PLACED,
        INBOX,
        *(f"/admin/correspondence/{name}/" for name in PAPER),
    ]
    client = browsers(person)
    with undone():
        text = "\n".join(request(client, "get", page).text for page in pages)
    foreign = [
        stage.name
        for name in ("consultation", "referral")
        for stage in STAGES[name].values()
        if not sees(stage, person) and stage.canary in text
    ]
    assert not foreign
