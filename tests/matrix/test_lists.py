"""A list, a count, a search or a file shows exactly what opens: no more, no less (DESIGN §2 rule 3, ASSURANCE AC6)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from chiba_ward.casework.my_work import WorkGroup
from chiba_ward.casework.search.terms import SHORTEST_NUMBER
from chiba_ward.compartments import services as compartments
from chiba_ward.correspondence.models import Delivery
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit
from community.circulars.models import CircularGroup, ECircular
from community.matching.models import Match, Need, Offer
from community.models import AnnualReturn, CommunityOrg
from community.open_data.models import DataFile
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.models import Consultation, Referral
from consultations.support.models import Meeting, RoleTask
from tests.matrix.actors import PEOPLE, SIGNED_IN
from tests.matrix.asking import request, undone
from tests.matrix.conftest import Browsers
from tests.matrix.stages import World

NUMBER = r"S-[0-9A-Z]{4}-[0-9A-Z]{4}"
Ids = set[str]
Details = Callable[[], Iterator[tuple[str, str]]]
Opens = Callable[[str, str], bool]
BIG = "size=100"


def cases(name: str) -> Details:
    """Every consultation of the city and the address at which it would open."""

    def found() -> Iterator[tuple[str, str]]:
        for number in all_numbers():
            yield number, reverse(name, args=[number])

    return found


def all_numbers() -> list[str]:
    """Of every case there is, also of those in a compartment."""
    with compartments.everywhere("the lists of the matrix"):
        return list(Consultation.objects.order_by("pk").values_list("matter__receipt_no", flat=True))


def referrals(view: str) -> Details:
    def found() -> Iterator[tuple[str, str]]:
        with compartments.everywhere("the lists of the matrix"):
            rows = list(
                Referral.objects.order_by("pk").values_list(
                    "pk", "consultation__matter__receipt_no", "sequence"
                )
            )
        for pk, number, sequence in rows:
            args = [pk] if view.startswith("partner") else [number, sequence]
            yield f"{number}/{sequence}", reverse(view, args=args)

    return found


@dataclass(frozen=True)
class List:
    """`pages`: the addresses that together hold the whole list. `finds` reads the ids in it. `details`: all rows there
    are, and where each would open. `among`: of what opens, what this list is about."""

    who: frozenset[str]
    pages: tuple[str, ...] | Callable[[], tuple[str, ...]]
    finds: Callable[[str], Ids]
    details: Details
    among: Callable[[World, str, Ids], Ids] = lambda world, person, ids: ids


def numbers(text: str) -> Ids:
    """The numbers that lead somewhere, or stand in a line of a file."""
    return set(re.findall(NUMBER, text))


def pairs(text: str) -> Ids:
    linked = re.findall(rf"case/({NUMBER})/referrals/(\d+)/", text)
    return {f"{number}/{sequence}" for number, sequence in linked}


def lines(text: str) -> Ids:
    """Number and sequence in a line of the file."""
    return {
        f"{number}/{sequence}" for number, sequence in re.findall(rf"^({NUMBER}),(\d+),", text, re.MULTILINE)
    }


def partner_pairs(text: str) -> Ids:
    keys = re.findall(r"/partner/referrals/(\d+)/", text)
    rows = Referral.objects.filter(pk__in=keys).values_list("consultation__matter__receipt_no", "sequence")
    return {f"{number}/{sequence}" for number, sequence in rows.order_by("pk")}


def _of_office(field: str) -> Callable[[World, str, Ids], Ids]:
    def among(world: World, person: str, ids: Ids) -> Ids:
        mine = Referral.objects.filter(**{field: world.by(person).office_id}).order_by("pk")
        keys = mine.values_list("consultation__matter__receipt_no", "sequence")
        return ids & {f"{number}/{sequence}" for number, sequence in keys}

    return among


def _open_to_me(world: World, person: str, ids: Ids) -> Ids:
    """What the office has received and nobody has ended."""
    from consultations.enums import PARTNER_OPEN

    rows = Referral.objects.filter(to_office=world.by(person).office_id, state__in=PARTNER_OPEN).order_by(
        "pk"
    )
    keys = rows.values_list("consultation__matter__receipt_no", "sequence")
    return ids & {f"{number}/{sequence}" for number, sequence in keys}


def _of_my_desk(world: World, person: str, ids: Ids) -> Ids:
    """What is read beyond it, because it is active here as well, is no line of the file."""
    mine = Q(ward=world.by(person).ward_id) | Q(ward__isnull=True)
    return ids & {
        str(pk) for pk in CommunityOrg.objects.filter(mine).order_by("pk").values_list("pk", flat=True)
    }


def who(*kinds: str) -> frozenset[str]:
    return frozenset(name for name, one in PEOPLE.items() if one.who in kinds)


def rows_of(model: Any, view: str) -> Details:
    """Every row of this model and the address at which it would open."""

    def found() -> Iterator[tuple[str, str]]:
        with compartments.everywhere("the lists of the matrix"):
            keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        for pk in keys:
            yield str(pk), reverse(view, args=[pk])

    return found


def keys_at(path: str) -> Callable[[str], Ids]:
    return lambda text: set(re.findall(rf"{path}(\d+)/", text))


def _my_open_tasks(world: World, person: str, ids: Ids) -> Ids:
    mine = RoleTask.objects.open().filter(office=world.by(person).office_id).order_by("pk")
    return ids & {str(pk) for pk in mine.values_list("pk", flat=True)}


WORKERS = who("section", "specialist", "abuse_team")
EXPORTERS = who("section", "specialist")
READERS = WORKERS | who("reception", "area_officer")
RESIDENTS = who("resident") & SIGNED_IN
QUEUE, PLACED, INBOX = (
    "/admin/consultations/",
    "/admin/consultations/referrals/",
    "/admin/consultations/referrals/inbox/",
)


def searches() -> tuple[str, ...]:
    """One search by the shortest beginning of a number that is found, for every number there is."""
    begun = dict.fromkeys(number[: len("S-") + SHORTEST_NUMBER - 1] for number in all_numbers())
    return tuple(f"{QUEUE}?show=all&q={start}&{BIG}" for start in begun)


MEETINGS, TASKS = "/admin/support/meetings/", "/admin/support/tasks/"
LEDGER = "/admin/centre/ledger/"
ORGS, RETURNS = "/admin/community/orgs/", "/admin/community/returns/"
AREAS = "/admin/area-officers/"
AT_DESKS = frozenset({"area officer", "community section", "area officer elsewhere"})


def _not_ended(world: World, person: str, ids: Ids) -> Ids:
    """The 配置表 is of today: who is over and has handed over stands on the page of the successor."""
    return ids & {
        str(pk)
        for pk in AreaAssignment.objects.exclude(state="ended").order_by("pk").values_list("pk", flat=True)
    }


NEEDS, OFFERS, MATCHES = (f"/admin/matching/{name}/" for name in ("needs", "offers", "matches"))
LISTS: dict[str, List] = {
    "area officers": List(
        AT_DESKS | who("coordinator") | frozenset({"triage desk", "head", "triage desk elsewhere"}),
        (AREAS,),
        keys_at(AREAS),
        rows_of(AreaAssignment, "area_officers:assignment"),
        _not_ended,
    ),
    "area notebook": List(
        AT_DESKS,
        (f"{AREAS}visits/?{BIG}",),
        keys_at(f"{AREAS}visits/"),
        rows_of(AreaVisit, "area_officers:visit"),
    ),
    "area promises": List(
        AT_DESKS,
        (f"{AREAS}promises/?state=all&{BIG}",),
        keys_at(f"{AREAS}promises/"),
        rows_of(AreaPromise, "area_officers:promise"),
    ),
    "meetings": List(
        WORKERS,
        (f"{MEETINGS}?tab=all",),
        keys_at(MEETINGS),
        rows_of(Meeting, "support:meeting"),
    ),
    "partner meetings": List(
        who("partner", "bureau"),
        ("/partner/support/meetings/?tab=all",),
        keys_at("/partner/support/meetings/"),
        rows_of(Meeting, "support_partner:meeting"),
    ),
    "tasks": List(WORKERS, (TASKS,), keys_at(TASKS), rows_of(RoleTask, "support:task"), _my_open_tasks),
    "partner tasks": List(
        who("partner", "bureau"),
        ("/partner/support/tasks/",),
        keys_at("/partner/support/tasks/"),
        rows_of(RoleTask, "support_partner:task"),
    ),
    "ledger": List(
        who("abuse_team"),
        (f"{LEDGER}?tab=all", f"{LEDGER}?tab=ended"),
        keys_at("/admin/centre/entries/"),
        rows_of(ProgressEntry, "centre:entry"),
    ),
    "transfers": List(
        who("abuse_team"),
        ("/admin/centre/transfers/?tab=all",),
        keys_at("/admin/centre/transfers/"),
        rows_of(CaseTransfer, "centre:transfer"),
    ),
    "orgs": List(
        READERS,
        (f"{ORGS}?state=all&{BIG}",),
        keys_at(ORGS),
        rows_of(CommunityOrg, "community:org"),
    ),
    "orgs.csv": List(
        AT_DESKS,
        (f"{ORGS}list.csv?state=all",),
        lambda text: {str(int(number)) for number in re.findall(r"^D-(\d+),", text, re.MULTILINE)},
        rows_of(CommunityOrg, "community:org"),
        _of_my_desk,
    ),
    "returns": List(
        AT_DESKS,
        (f"{RETURNS}?tab=waiting&{BIG}", f"{RETURNS}?tab=done&{BIG}"),
        keys_at(RETURNS),
        rows_of(AnnualReturn, "community:return"),
    ),
    "partner orgs": List(
        who("association"),
        ("/partner/community/",),
        keys_at("/partner/community/orgs/"),
        rows_of(CommunityOrg, "community_partner:org"),
    ),
    "needs": List(
        AT_DESKS,
        (f"{NEEDS}?{BIG}",),
        keys_at(NEEDS),
        rows_of(Need, "matching:need"),
    ),
    "offers": List(
        AT_DESKS,
        (f"{OFFERS}?{BIG}",),
        keys_at(OFFERS),
        rows_of(Offer, "matching:offer"),
    ),
    "matches": List(
        AT_DESKS,
        (f"{MATCHES}?{BIG}",),
        keys_at(MATCHES),
        rows_of(Match, "matching:match"),
    ),
    "partner needs": List(
        who("association"),
        ("/partner/matching/",),
        keys_at("/partner/matching/needs/"),
        rows_of(Need, "matching_partner:need"),
    ),
    "partner offers": List(
        who("association"),
        ("/partner/matching/",),
        keys_at("/partner/matching/offers/"),
        rows_of(Offer, "matching_partner:offer"),
    ),
    "partner matches": List(
        who("association"),
        ("/partner/matching/",),
        keys_at("/partner/matching/matches/"),
        rows_of(Match, "matching_partner:match"),
    ),
    "circulars": List(
        who("section", "area_officer"),
        (f"/admin/circulars/?{BIG}",),
        keys_at("/admin/circulars/"),
        rows_of(ECircular, "circulars:show"),
    ),
    "circulars.csv": List(
        who("section", "area_officer"),
        ("/admin/circulars/list.csv",),
        lambda text: {str(int(number)) for number in re.findall(r"^E-(\d+),", text, re.MULTILINE)},
        rows_of(ECircular, "circulars:show"),
    ),
    "partner circulars": List(
        who("association"),
        ("/partner/circulars/",),
        keys_at("/partner/circulars/"),
        rows_of(ECircular, "circulars_partner:show"),
    ),
    "circular groups": List(
        frozenset({"area officer", "community section", "area officer elsewhere"}),
        (f"/admin/circulars/groups/?{BIG}",),
        keys_at("/admin/circulars/groups/"),
        rows_of(CircularGroup, "circulars:group"),
    ),
    "open data": List(
        who("area_officer", "system_admin", "auditor"),
        ("/admin/open-data/",),
        keys_at("/admin/open-data/"),
        rows_of(DataFile, "open_data:file"),
    ),
    "queue": List(READERS, (f"{QUEUE}?show=all&{BIG}",), numbers, cases("staff:case")),
    "search": List(READERS, searches, numbers, cases("staff:case")),
    "queue.csv": List(EXPORTERS, (f"{QUEUE}list.csv?show=all",), numbers, cases("staff:case_print")),
    "queue, printed": List(EXPORTERS, (f"{QUEUE}print/?show=all",), numbers, cases("staff:case_print")),
    "my cases": List(RESIDENTS, ("/my/",), numbers, cases("my_case")),
    "placed": List(
        WORKERS | who("area_officer"),
        (f"{PLACED}?tab=all&{BIG}",),
        pairs,
        referrals("staff:referral_detail"),
        _of_office("from_office"),
    ),
    "placed.csv": List(
        EXPORTERS,
        (f"{PLACED}placed.csv?tab=all",),
        lines,
        referrals("staff:referral_detail"),
        _of_office("from_office"),
    ),
    "inbox": List(
        WORKERS | who("area_officer"),
        (f"{INBOX}?tab=waiting", f"{INBOX}?tab=in_hand"),
        pairs,
        referrals("staff:referral_detail"),
        _open_to_me,
    ),
    "partner inbox": List(
        who("partner", "bureau"),
        ("/partner/?tab=waiting", "/partner/?tab=in_hand"),
        partner_pairs,
        referrals("partner:referral"),
    ),
}
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
