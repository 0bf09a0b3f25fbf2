"""F13: two clocks at once, or none for an hour. Every reminder leaves once, and what was missed is caught up."""

from tests.faults.acts import file_many
from tests.faults.conftest import Figure, many, within
from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Ledger

DUE = """
UPDATE casework_deadlinestep s SET due_at = now() - interval '1 hour'
FROM casework_deadline d, casework_matter m
WHERE d.id = s.deadline_id AND m.id = d.matter_id AND d.kind = 'consultation.take'
  AND s.code = 'escalate_supervisor' AND m.receipt_no = ANY(%s)
"""
FIRED = """
SELECT count(*) FROM casework_timelineentry t JOIN casework_matter m ON m.id = t.matter_id
WHERE t.kind = 'consultation.escalated' AND m.receipt_no = %s
"""
TOLD = """
SELECT count(*) FROM correspondence_notice n JOIN casework_matter m ON m.id = n.matter_id
WHERE n.template_key = 'escalation.untaken' AND m.receipt_no = %s
"""
HEADS = """
SELECT count(*) FROM directory_posting p JOIN directory_post o ON o.id = p.post_id JOIN directory_office f ON f.id = o.office_id
WHERE o.is_head AND f.code = 'wakaba-somu' AND p.starts_on <= current_date AND (p.ends_on IS NULL OR p.ends_on >= current_date)
"""


def fire(house: House, ledger: Ledger) -> float:
    """The seconds until every case of the ledger was escalated."""
    numbers = ledger.numbers
    return house.until(
        lambda: all(house.books.one(FIRED, number) for number in numbers), within(40, 150), pause=0.2
    )


def test_two_clocks_and_none(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    file_many(house, ledger, many(4, 20))
    house.start("beat2")
    try:
        house.books.ask(DUE, ledger.numbers)
        took = fire(house, ledger)
        house.until(house.books.is_settled, within(40, 150))
    finally:
        house.kill("beat2")
    heads = house.books.one(HEADS)
    assert heads >= 1
    assert [house.books.one(FIRED, number) for number in ledger.numbers] == [1] * len(ledger.numbers)
    assert [house.books.one(TOLD, number) for number in ledger.numbers] == [heads] * len(ledger.numbers)
    figure("two clocks", f"{len(ledger.numbers)} steps fired once each, {took:.1f} s")

    house.kill("beat")
    later = Ledger()
    file_many(house, later, many(4, 20))
    house.books.ask(DUE, later.numbers)
    house.start("beat")
    took = fire(house, later)
    house.until(house.books.is_settled, within(40, 150))
    assert [house.books.one(FIRED, number) for number in later.numbers] == [1] * len(later.numbers)
    figure("no clock, then one", f"{len(later.numbers)} missed steps caught up, once each, {took:.1f} s")
