"""F4, F17: the pages die in the middle of a filing, or their answer never arrives. All or nothing, and never twice."""

import random
import threading
import time

import pytest
import requests

from tests.faults.mail import FaultyMailServer
from tests.faults.acts import assert_nothing_lost, assert_one_mail_each, new_resident
from tests.faults.conftest import Figure, many, within
from tests.faults.house import House
from tests.faults.middleware import AFTER_COMMIT, BEFORE_COMMIT, HEADER, note_of
from tests.faults.people import Ledger, Receipt
from tests.faults.proxy import LossyLine


def cases_of(house: House, address: str) -> list[str]:
    rows = house.books.ask(
        "SELECT m.receipt_no FROM casework_matter m JOIN correspondence_contactcard c ON c.matter_id = m.id"
        " WHERE c.email = %s",
        address,
    )
    return [row[0] for row in rows]


def kill_at(house: House, point: str) -> threading.Thread:
    """Kill the process of the pages that stands at this point, as soon as it does."""
    note = note_of(house.folder.path, point)
    note.unlink(missing_ok=True)

    def watch() -> None:
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if note.exists() and (pid := note.read_text(encoding="utf-8")):
                house.kill_own(int(pid))
                return
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.mark.parametrize(("point", "kept"), [(BEFORE_COMMIT, 0), (AFTER_COMMIT, 1)])
def test_killed_in_the_middle_of_a_filing(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, point: str, kept: int
) -> None:
    resident = new_resident(house)
    resident.write()
    killer = kill_at(house, point)
    with pytest.raises(requests.ConnectionError):
        resident.send(headers={HEADER: point})
    killer.join()
    assert len(cases_of(house, resident.address)) == kept
    assert house.books.half_written() == {}

    receipt, _ = resident.send_until_acknowledged()
    assert receipt.is_repeat == bool(kept)
    assert cases_of(house, resident.address) == [receipt.number]
    assert receipt.number in resident.open_case(receipt).text.replace("<span>", "").replace("</span>", "")
    ledger.note(receipt)
    house.until(house.books.is_settled, within(40, 120))
    assert_one_mail_each(mail_server, ledger.addresses)
    resident.close()


def test_answer_lost_after_the_commit(house: House, ledger: Ledger) -> None:
    line = LossyLine(int(house.base.rsplit(":", 1)[1]))
    resident = new_resident(house)
    resident.write()
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            resident.send(base=line.base)
    assert line.dropped == 2
    (number,) = cases_of(house, resident.address)
    receipt = ledger.note(resident.send())
    assert (receipt.number, receipt.is_repeat) == (number, True)
    stranger = new_resident(house)
    assert stranger.open_case(receipt).url.endswith("/status/case/")
    stranger.close()
    resident.close()
    line.close()


def test_pages_killed_at_random_while_people_file(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    """Everybody presses until a receipt stands on the screen; whoever dies is started again by its master."""
    residents, presses = [new_resident(house) for _ in range(many(6, 40))], []
    for resident in residents:
        resident.write()
    shown: list[Receipt] = []
    over = threading.Event()

    def file(part: int) -> None:
        for resident in residents[part::3]:
            receipt, tries = resident.send_until_acknowledged(20)
            shown.append(receipt)
            presses.append(tries)

    def kill() -> None:
        dice = random.Random(17)
        while len(killed) < many(3, 25) and not over.wait(dice.uniform(0.3, 1.5)):
            children = house.web_children()
            if len(children) > 1:  # a master that only starts its children again answers nobody
                house.kill_own(dice.choice(children))
                killed.append(1)

    killed: list[int] = []
    filers = [threading.Thread(target=file, args=(part,)) for part in range(3)]
    killer = threading.Thread(target=kill)
    for thread in (*filers, killer):
        thread.start()
    for thread in filers:
        thread.join()
    over.set()
    killer.join()
    for resident in residents:
        resident.close()
    for receipt in shown:
        ledger.note(receipt)
    figure("web processes killed", f"{len(killed)}; {len(shown)} filings took {sum(presses)} presses")
    assert len(shown) == len(residents)
    assert killed
    assert_nothing_lost(house, ledger)
    assert all(cases_of(house, receipt.address) == [receipt.number] for receipt in shown)
    house.until(house.books.is_settled, within(40, 120))
    assert_one_mail_each(mail_server, ledger.addresses)
