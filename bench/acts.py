"""Everything that is measured, with its budget (PERFORMANCE): who asks what, how often the floor, how many statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from django.urls import reverse

from bench.people import ACCEPTOR, KEY_HOLDER, NOBODY
from bench.scene import PHRASE, Scene

Floor = Literal["list", "insert"]


@dataclass(frozen=True)
class Ask:
    """One request. `data` makes it a POST; `shows` must stand in the answer, or a fast error page would win."""

    path: str
    data: dict[str, str] | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 200
    shows: str = ""


Asks = Callable[[Scene, int], Iterator[Ask]]


@dataclass(frozen=True)
class Act:
    """`ratio` times the floor and `sql` statements are the most it may cost; `once`: an ask cannot be repeated.

    `server` unlogged is the same page without the read log."""

    name: str
    person: str
    asks: Asks
    ratio: float
    sql: int
    floor: Floor = "list"
    once: bool = False
    server: Literal["web", "unlogged"] = "web"


def page(address: str, shows: str = "") -> Asks:
    """One page, always the same. `address` is a route's name with a query, or begins with a slash."""

    def asks(scene: Scene, number: int) -> Iterator[Ask]:
        route, _, query = address.partition("?")
        yield Ask(reverse(route) + (f"?{query}" if query else ""), shows=shows)

    return asks


def deep(person: str, share: float, show: str = "") -> Asks:
    def asks(scene: Scene, number: int) -> Iterator[Ask]:
        if key := scene.key_at(person, share, show=show):
            yield Ask(reverse("staff:queue") + key, shows="cw-queue__table")

    return asks


def cases(kind: str) -> Asks:
    def asks(scene: Scene, number: int) -> Iterator[Ask]:
        for receipt_no in getattr(scene, kind):
            yield Ask(reverse("staff:case", args=[receipt_no]), shows=receipt_no)

    return asks


def search(which: str, show: str = "all") -> Asks:
    def asks(scene: Scene, number: int) -> Iterator[Ask]:
        if text := _text(scene, which):
            yield Ask(f"{reverse('staff:queue')}?show={show}&q={quote(text)}", shows="cw-queue")

    return asks


def _text(scene: Scene, which: str) -> str:
    if which == "number":
        return scene.ordinary[0] if scene.ordinary else ""
    if which in dict(scene.words):
        return dict(scene.words)[which]
    return str(scene.sought.get(which, ""))


def file_online(scene: Scene, number: int) -> Iterator[Ask]:
    """The last press of the wizard: 「この内容で送る」, answered by the receipt."""
    for draft, cookies in scene.drafts(number):
        yield Ask(reverse("consult:check", args=[draft]), {}, cookies, shows="cw-receipt")


def file_at_the_counter(scene: Scene, number: int) -> Iterator[Ask]:
    for draft in scene.entries(number):
        yield Ask(reverse("staff:entry_check", args=[draft]), {"read_back": "on"}, shows="受け付けました")


def accept(scene: Scene, number: int) -> Iterator[Ask]:
    parts = {"era": "", "year": scene.soon.year, "month": scene.soon.month, "day": scene.soon.day}
    day = {f"accept-first_contact_on_{part}": str(value) for part, value in parts.items()}
    data = {"accept-accepted_by_name": "見本 うけとる", **day}
    for pk in scene.to_accept(number):
        yield Ask(reverse("partner:act", args=[pk, "accept"]), data, status=302)


def district(scene: Scene, number: int) -> Iterator[Ask]:
    if (area := scene.district) is not None:
        yield Ask(reverse("districts:district", args=["wakaba", area.pk]), shows=area.name)


def ledger(scene: Scene, number: int) -> Iterator[Ask]:
    """既読・紙・未 of a circular: in the large city by association, 10,000 班 and 100,000 households in all."""
    if (circular := scene.circular) is not None:
        yield Ask(reverse("circulars:ledger", args=[circular.pk]), shows="既読")


def proposals(scene: Scene, number: int) -> Iterator[Ask]:
    """A 困りごと with what fits it among the open できること, and why."""
    if (need := scene.need) is not None:
        yield Ask(reverse("matching:need", args=[need.pk]), shows="テーマが同じ")


def open_by_key(scene: Scene, number: int) -> Iterator[Ask]:
    """Number and passphrase, checked: the hash is cheap in the bench and named apart."""
    yield Ask(
        reverse("status:login"), {"number": scene.held_case.receipt_no, "phrase": PHRASE}, status=302
    )  # fmt: skip


LIST = 2.0, 8
SEARCH = 4.0, 10
CASE = 2.5, 12
INBOX = 2.0, 10
QUEUE, SHOWN = "staff:queue", "cw-queue__table"
FILTERS = (
    "due=urgent", "whose=none", "whose=mine", "due=overdue", "due=today", "due=unread", "due=waiting",
    "state=in_progress", "state=referred", "urgency=U1", "urgency=U3", "field={elder}", "flag=third_party",
    "ward={wakaba}", "channel=telephone", "show=ended", "show=all",
)  # fmt: skip


SOUGHT = (
    "rare", "middle", "frequent", "fragment", "nowhere", "name", "family_name", "one_sign", "kana", "phone",
    "last_four", "address", "number",
)  # fmt: skip


def filtered(condition: str) -> Asks:
    def asks(scene: Scene, number: int) -> Iterator[Ask]:
        yield Ask(f"{reverse(QUEUE)}?{_with_ids(condition)}", shows="cw-queue")

    return asks


def _with_ids(condition: str) -> str:
    from chiba_ward.directory.models import Ward
    from consultations.models import Field

    if "{elder}" in condition:
        return condition.format(elder=Field.objects.get(code="elder").pk)
    return (
        condition.format(wakaba=Ward.objects.get(slug="wakaba").pk) if "{wakaba}" in condition else condition
    )


UNLOGGED = (
    "status.page",
    "triage.first",
    "search.middle",
    "case.ordinary",
    "inbox.partner.waiting",
    "coordinator.month",
)


def _acts() -> Iterator[Act]:
    acts = list(_pages())
    yield from acts
    for act in acts:
        if act.name in UNLOGGED:
            yield replace(act, name=f"{act.name}, without the read log", server="unlogged")


def _pages() -> Iterator[Act]:
    yield Act("file.online", NOBODY, file_online, 10, 10, "insert", once=True)
    yield Act("file.counter", "section", file_at_the_counter, 10, 10, "insert", once=True)
    yield Act("status.page", KEY_HOLDER, page("status:case", "cw-timeline"), 2, 8)
    yield Act("status.key", NOBODY, open_by_key, 2, 8)
    yield Act("triage.first", "section", page(QUEUE, SHOWN), *LIST)
    yield Act("triage.half", "section", deep("section", 0.5), *LIST)
    yield Act("triage.end", "section", deep("section", 1.0), *LIST)
    yield Act("triage.all.half", "section", deep("section", 0.5, "all"), *LIST)
    yield Act("triage.all.end", "section", deep("section", 1.0, "all"), *LIST)
    for condition in FILTERS:
        yield Act(
            f"triage.{condition.replace('{', '').replace('}', '')}", "section", filtered(condition), *LIST
        )
    for person in ("reception", "triage desk", "head"):
        yield Act(f"triage.first as {person}", person, page(QUEUE, "cw-queue"), *LIST)
    yield Act("triage.all as triage desk", "triage desk", page(f"{QUEUE}?show=all", SHOWN), *LIST)
    for which in SOUGHT:
        yield Act(f"search.{which}", "section", search(which), *SEARCH)
    yield Act("search.frequent, open", "section", search("frequent", "open"), *SEARCH)
    yield Act("case.ordinary", "section", cases("ordinary"), *CASE)
    yield Act("case.ended", "section", cases("ended"), *CASE)
    yield Act("case.long", "section", cases("long"), *CASE)
    yield Act("case.untouched", "triage desk", cases("untouched"), *CASE)
    yield Act("referral.accept", ACCEPTOR, accept, 15, 16, "insert", once=True)
    for tab in ("waiting", "in_hand", "done"):
        yield Act(f"inbox.partner.{tab}", "partner", page(f"partner:inbox?tab={tab}"), *INBOX)
    yield Act("inbox.bureau", "bureau", page("partner:inbox"), *INBOX)
    yield Act("inbox.section", "section", page("staff:referral_inbox"), *INBOX)
    yield Act("placed.section", "section", page("staff:referrals_placed"), *INBOX)
    yield Act("placed.section, all", "section", page("staff:referrals_placed?tab=all"), *INBOX)
    for person in ("section", "reception", "triage desk", "head"):
        yield Act(f"work.{person}", person, page("admin:index"), *INBOX)
    yield Act("coordinator.month", "coordinator", page("progress:index"), 3, 10)
    yield Act("coordinator.year", "coordinator", page("progress:index?period=year"), 3, 10)
    yield Act("ward page", "section", page("progress:index"), 3, 10)
    yield Act("letters", "triage desk", page("correspondence:print_queue"), *INBOX)
    yield Act("calls", "triage desk", page("correspondence:calls"), *INBOX)
    yield Act("district page", NOBODY, district, 3, 14)
    yield Act("circular.ledger", "community desk", ledger, 3, 10)
    yield Act("matching.proposals", "community desk", proposals, 5, 20)  # with the form to mend it
    yield Act("my cases", "resident", page("my_cases"), *INBOX)


ACTS = tuple(_acts())
