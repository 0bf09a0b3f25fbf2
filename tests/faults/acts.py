"""What several tests do: file so many, see that every mail and paper arrived once."""

import time
from collections import Counter
from itertools import count

from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Ledger, Resident

_next = count(1)


def new_resident(house: House) -> Resident:
    return Resident(house.base, f"r{next(_next)}")


def file_many(house: House, ledger: Ledger, how_many: int, *, pdf: bool = False) -> list[float]:
    """File through the real screens; the seconds between the last press and the receipt."""
    seconds = []
    for _ in range(how_many):
        resident = new_resident(house)
        resident.write()
        started = time.monotonic()
        ledger.note(resident.send())
        seconds.append(time.monotonic() - started)
        if pdf:
            resident.ask_for_pdf()
        resident.close()
    return seconds


def letters_to(mail_server: FaultyMailServer) -> Counter[str]:
    """How many mails each address has got."""
    return Counter(address for envelope in list(mail_server.taken) for address in envelope.rcpt_tos)


def assert_nothing_lost(house: House, ledger: Ledger) -> None:
    """Every receipt that a resident holds stands in the database."""
    missing = set(ledger.numbers) - house.books.matters()
    assert not missing, f"acknowledged and not there: {sorted(missing)}"


def assert_one_mail_each(mail_server: FaultyMailServer, addresses: list[str], each: int = 1) -> None:
    taken = letters_to(mail_server)
    wrong = {address: taken[address] for address in addresses if taken[address] != each}
    assert not wrong, f"mails per address, {each} expected: {wrong}"


def papers_of(house: House, number: str) -> list[tuple[str, int]]:
    """State and attempts of the paper receipts of a matter."""
    rows = house.books.ask(
        "SELECT d.state, d.attempts FROM documents_document d JOIN casework_matter m ON m.id = d.matter_id"
        " WHERE m.receipt_no = %s AND d.blob <> ''",
        number,
    )
    return [(row[0], row[1]) for row in rows]
