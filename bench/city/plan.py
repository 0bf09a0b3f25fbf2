"""What happened to one consultation, decided by dice whose seed is the chunk's: two loads agree to the letter."""

from dataclasses import dataclass, field
from random import Random

from bench.city.clock import DAY, YEARS, Clock
from bench.city.directory import Desk, Directory, WardRow
from bench.city.words import CONCERNS

# subject -> share, section, partners in the order of likelihood, share that is handed on
SUBJECTS: dict[str, tuple[int, str, tuple[str, ...], float]] = {
    "elder": (26, "korei", ("{}-anshin-1", "{}-anshin-2", "korei-fukushi", "{}-kenko"), 0.34),
    "child": (14, "kodomo", ("{}-kenko", "{}-csw"), 0.12),
    "poverty": (14, "engo", ("jiritsu", "{}-csw", "hogo"), 0.36),
    "disability": (8, "korei", ("kikan", "{}-engo"), 0.24),
    "mental": (9, "kenko", ("marugoto", "kenko-shien"), 0.2),
    "housing": (9, "chiiki", ("{}-csw",), 0.08),
    "community": (8, "chiiki", ("{}-csw",), 0.05),
    "foreigner": (3, "mado", ("gaikokujin",), 0.4),
    "procedure": (7, "mado", ("{}-engo",), 0.04),
    "hikikomori": (2, "kenko", ("hikikomori", "marugoto"), 0.5),
}
NAMES, SHARES = list(SUBJECTS), [share for share, *_ in SUBJECTS.values()]
# (younger than so many days, share that is still open): about three in a hundred of ten years
OPEN_UNTIL = ((2, 0.99), (7, 0.92), (30, 0.72), (90, 0.42), (365, 0.11), (YEARS * 400, 0.006))
URGENCY_DAYS = {"U1": 0, "U2": 1, "U3": 3}
RISK = {"": 3, "U1": 1, "U2": 2, "U3": 3}


@dataclass(slots=True)
class Handover:
    """One つなぎ of a case. Moments are minutes of the clock; `to` is the receiving office."""

    to: Desk
    state: str
    sent: int
    answered: int
    reached: int
    is_urgent: bool


@dataclass(slots=True)
class Case:
    """Moments are minutes of the clock, 0 where it did not happen."""

    number: int
    ward: WardRow | None
    subject: str
    triage: Desk
    desk: Desk
    holder: int  # a place in the desk's postings, -1 for nobody
    state: str
    received: int
    acted: int
    ended: int
    due: int
    urgency: str
    is_waiting: bool
    unread: int
    handovers: list[Handover] = field(default_factory=list)
    messages: int = 0
    notes: int = 0
    is_replied: bool = False
    stands_for: str = ""  # what the bench looks it up by

    @property
    def is_open(self) -> bool:
        return not self.ended


class Planner:
    """Decides for the case number `i` of `total`; the more there are, the closer together they lie."""

    def __init__(self, directory: Directory, clock: Clock, total: int) -> None:
        self.directory, self.clock, self.total = directory, clock, total

    def case(self, i: int, dice: Random) -> Case:
        received = self._received(i, dice)
        age = (self.clock.now - received) / DAY
        ward = None if dice.random() < 0.01 else dice.choice(self.directory.wards)
        slug = ward.slug if ward else "chuo"
        subject = dice.choices(NAMES, SHARES)[0]
        triage = self.directory.desks[f"{slug}-somu"]
        desk = self.directory.desks[f"{slug}-{SUBJECTS[subject][1]}"]
        urgency = dice.choices(("U1", "U2", "U3"), (4, 18, 78))[0]
        case = Case(
            i, ward, subject, triage, desk, -1, "received", received, 0, 0, 0, urgency, False, 0
        )  # fmt: skip
        is_open = dice.random() < next(share for days, share in OPEN_UNTIL if age < days)
        if is_open and (dice.random() < (0.75 if age < 2 else 0.25 if age < 7 else 0.0) or ward is None):
            self._untouched(case, dice)
        elif is_open:
            self._running(case, dice, slug)
        else:
            self._finished(case, dice, slug)
        return case

    def _received(self, i: int, dice: Random) -> int:
        day = int(i / self.total * self.clock.now) // DAY
        minute = day * DAY + min(DAY - 1, max(0, int(dice.gauss(13 * 60, 190))))
        return min(minute, self.clock.now - dice.randint(1, 120))

    def _untouched(self, case: Case, dice: Random) -> None:
        case.desk = case.triage
        if dice.random() < 0.8:
            case.urgency = ""
        case.due = self.clock.closing_after(case.received, 1)

    def _acted(self, case: Case, dice: Random) -> None:
        case.acted = min(case.received + int(dice.expovariate(1 / 400)) + 5, self.clock.now)
        case.holder = dice.randrange(len(case.desk.postings)) if dice.random() < 0.93 else -1
        case.notes = dice.choices((0, 1, 2, 5), (40, 30, 20, 10))[0]
        case.is_replied = dice.random() < 0.72
        case.messages = dice.choices((0, 1, 2, 4), (55, 25, 14, 6))[0] if case.is_replied else 0

    def _running(self, case: Case, dice: Random, slug: str) -> None:
        self._acted(case, dice)
        case.state = dice.choices(
            ("triaged", "in_progress", "monitoring"), (15, 62, 23) if case.holder >= 0 else (100, 0, 0)
        )[0]
        case.is_waiting = case.state == "in_progress" and dice.random() < 0.1
        case.unread = dice.choices((0, 1, 2), (93, 5, 2))[0] if case.messages else 0
        look = self.clock.now + dice.randint(-4, 22) * DAY
        case.due = self.clock.closing_after(max(look, case.received), 0)
        if case.state == "in_progress":
            self._hand_on(case, dice, slug, is_running=True)

    def _finished(self, case: Case, dice: Random, slug: str) -> None:
        self._acted(case, dice)
        case.ended = case.due = min(case.acted + int(dice.expovariate(1 / (12 * DAY))) + 30, self.clock.now)
        case.state = "withdrawn" if dice.random() < 0.03 else "closed"
        self._hand_on(case, dice, slug, is_running=False)

    def _hand_on(self, case: Case, dice: Random, slug: str, *, is_running: bool) -> None:
        _, _, partners, share = SUBJECTS[case.subject]
        if case.holder < 0 or dice.random() > share:
            return
        to = self.directory.desks[partners[min(int(dice.expovariate(1.4)), len(partners) - 1)].format(slug)]
        case.handovers.append(self._handover(case, dice, to, is_running=is_running))
        if is_running:
            state = case.handovers[0].state
            case.state = {"contact_made": "connected", "declined": "in_progress", "held": "in_progress"}.get(
                state, "referred"
            )
            case.is_waiting, case.due = False, self.clock.closing_after(case.acted, 5)

    def _handover(self, case: Case, dice: Random, to: Desk, *, is_running: bool) -> Handover:
        sent = min(case.acted + dice.randint(10, 3 * DAY), (case.ended or self.clock.now) - 1)
        answered = min(sent + dice.randint(30, 2 * DAY), case.ended or self.clock.now)
        reached = min(answered + dice.randint(30, 4 * DAY), case.ended or self.clock.now)
        if is_running:
            states: tuple[str, ...] = (
                "sent",
                "acknowledged",
                "asked_back",
                "accepted",
                "contact_made",
                "declined",
            )
            state = dice.choices(states, (24, 14, 5, 26, 23, 8))[0]
        else:
            states = ("outcome_reported", "declined", "returned", "recalled")
            state = dice.choices(states, (80, 11, 5, 4))[0]
        return Handover(to, state, max(sent, 1), answered, reached, dice.random() < 0.06)


def concern_of(case: Case, dice: Random) -> str:
    return dice.choice(CONCERNS[case.subject])
