"""The lines of one つなぎ: consent, the referral with its items and its clock, and what the timeline says of it."""

from typing import TYPE_CHECKING

from bench.city import words
from bench.city.clock import DAY
from bench.city.plan import Case, Handover
from bench.rows import NULL, sealed

if TYPE_CHECKING:
    from bench.city.cases import Writer

ITEMS = ("name", "phone", "concern", "body")
ANSWERED = ("accepted", "contact_made", "outcome_reported", "declined")
ACCEPTED = ("accepted", "contact_made", "outcome_reported")
REACHED = ("contact_made", "outcome_reported")
ENDED = ("outcome_reported", "declined", "returned", "recalled")
CLOCKS = {"accepted": "referral.contact", "contact_made": "referral.outcome", "declined": "referral.redirect"}
WAITING = ("sent", "acknowledged", "asked_back")


def write(writer: "Writer", case_pk: int, case: Case, place: int) -> None:
    one, lines = case.handovers[place], writer.lines
    consent, referral = lines.new_id("consultations_consentgrant"), lines.new_id("consultations_referral")
    by = case.desk.postings[max(case.holder, 0)]
    lines.add(
        "consultations_consentgrant", consent, case_pk, NULL, one.to.pk, "{" + ",".join(ITEMS) + "}", "oral",
        writer.clock.day(one.sent), NULL, "", by, NULL,
    )  # fmt: skip
    _referral(writer, case_pk, case, one, (consent, referral, place + 1))
    _items(writer, referral)
    if one.state == "asked_back":
        _question(writer, referral, one)
    _clock(writer, case_pk, case, one, referral)
    _story(writer, case_pk, case, one)


def _referral(
    writer: "Writer", case_pk: int, case: Case, one: Handover, ids: tuple[int, int, int]
) -> None:  # fmt: skip
    table, at = "consultations_referral", writer.at
    consent, pk, sequence = ids
    is_done, is_declined = one.state == "outcome_reported", one.state == "declined"
    answered = at(one.answered) if one.state in ANSWERED else NULL
    is_accepted = one.state in ACCEPTED

    def text(column: str, words_of_it: str) -> str:
        return sealed(table, column, pk, words_of_it)

    writer.lines.add(
        table, pk, one.state, case_pk, sequence, "account", case.desk.pk, one.to.pk,
        case.desk.postings[max(case.holder, 0)], at(one.sent), NULL, "本人の同意", text("basis_note", ""), consent,
        text("purpose", writer.dice.choice(words.PURPOSES)), "t" if one.is_urgent else "f", at(one.sent), at(one.sent),
        at(one.answered) if one.state not in ("sent", "recalled", "returned") else NULL, answered,
        "web" if answered != NULL else "", NULL, "見本 うけとる" if is_accepted else "",
        writer.clock.day(one.reached) if is_accepted else NULL,
        text("decline_reason", "対象の区域の外に住んでいる方です") if is_declined else "",
        writer.directory.desks["marugoto"].pk if is_declined else NULL, text("better_place", ""), at(one.reached) if one.state in REACHED else NULL,
        text("outcome_done", "訪問して話を聞いた") if is_done else "",
        text("outcome_result", "支援を始めた") if is_done else "", "f" if is_done else NULL, text("outcome_next", ""),
        at(one.reached) if one.state in ENDED else NULL, case.desk.name, one.to.name,
    )  # fmt: skip


def _items(writer: "Writer", referral: int) -> None:
    table = "consultations_referralitem"
    for place, item in enumerate(ITEMS):
        pk = writer.lines.new_id(table)
        text = sealed(table, "text", pk, words.OPENINGS[place % len(words.OPENINGS)])
        writer.lines.add(table, pk, referral, item, text, NULL, place)


def _question(writer: "Writer", referral: int, one: Handover) -> None:
    table = "consultations_referralquestion"
    pk = writer.lines.new_id(table)
    question = sealed(table, "question", pk, words.QUESTION)
    writer.lines.add(
        table,
        pk,
        referral,
        writer.at(one.answered),
        "見本 うけとる",
        question,
        NULL,
        NULL,
        sealed(table, "answer", pk, ""),
    )


def _clock(writer: "Writer", case_pk: int, case: Case, one: Handover, referral: int) -> None:
    """The clock of the answer, met or running; and the one that runs in the state it is in."""
    met = 0 if one.state in WAITING else one.answered
    writer.promise(case_pk, case, "referral.answer", one.to, one.sent, 3, met, key=referral)
    if kind := CLOCKS.get(one.state):
        is_over = one.state == "declined" and bool(case.ended)
        office = case.desk if one.state == "declined" else one.to
        due = max(one.reached + 10 * DAY, writer.clock.now - 2 * DAY)
        writer.promise(
            case_pk, case, kind, office, one.answered, 5, case.ended if is_over else 0, key=referral, due=due
        )  # fmt: skip


def _story(writer: "Writer", case_pk: int, case: Case, one: Handover) -> None:
    names = {"office": one.to.name, "from_office": case.desk.name}
    holder = max(case.holder, 0)
    writer.line(case_pk, one.sent, "referral.sent", "citizen", names, by=case.desk, holder=holder)
    if one.state in ACCEPTED:
        names |= {"contact_on": "5/15", "contact_on_easy": "5月15日", "contact_on_en": "15 May"}
        writer.line(case_pk, one.answered, "referral.accepted", "citizen", names, by=one.to)
    if one.state in REACHED:
        writer.line(case_pk, one.reached, "referral.contact", "citizen", names, by=one.to)
    if one.state == "outcome_reported":
        writer.line(case_pk, one.reached, "referral.outcome", "citizen", names, by=one.to)
    if one.state in ("declined", "returned"):
        writer.line(case_pk, one.answered, f"referral.{one.state}", "citizen", names, by=one.to)
