"""Which lists, counts and files there are, before whom, how their rows are found in them, and where each row would open."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from chiba_ward.casework.search.terms import SHORTEST_NUMBER
from chiba_ward.compartments import services as compartments
from community.area_officers.models import AreaAssignment, AreaPromise, AreaVisit
from community.circulars.models import CircularGroup, ECircular
from community.matching.models import Match, Need, Offer
from community.models import AnnualReturn, CommunityOrg
from community.open_data.models import DataFile
from consultations.centre.models import CaseTransfer, ProgressEntry
from consultations.models import Consultation, Referral
from consultations.support.models import Meeting, RoleTask
from regional_issues.models import CitizenDialogue, LocalIssue
from tests.matrix.actors import PEOPLE, SIGNED_IN
from tests.matrix.stages import World

NUMBER = r"S-[0-9A-Z]{4}-[0-9A-Z]{4}"
Ids = set[str]
Details = Callable[[], Iterator[tuple[str, str]]]
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
    "local issues": List(
        who("section", "area_officer"),
        (f"/admin/issues/?{BIG}",),
        keys_at("/admin/issues/"),
        rows_of(LocalIssue, "issues:show"),
    ),
    "dialogues": List(
        frozenset({"area officer", "community section", "area officer elsewhere"}),
        (f"/admin/issues/dialogues/?{BIG}",),
        keys_at("/admin/issues/dialogues/"),
        rows_of(CitizenDialogue, "issues:dialogue"),
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
