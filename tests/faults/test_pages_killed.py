"""F4, F17: the pages die in the middle of a filing, or their answer never arrives. All or nothing, and never twice."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.faults.acts import assert_nothing_lost, assert_one_mail_each, new_resident
from tests.faults.conftest import Figure, many, within
from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.middleware import AFTER_COMMIT, BEFORE_COMMIT, HEADER, note_of
from tests.faults.people import Ledger, Resident
from tests.faults.proxy import LossyLine


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
    assert len(house.books.cases_of(resident.address)) == kept
    assert house.books.half_written() == {}

    receipt, _ = resident.send_until_acknowledged()
    assert receipt.is_repeat == bool(kept)
    assert house.books.cases_of(resident.address) == [receipt.number]
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
    (number,) = house.books.cases_of(resident.address)
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
    residents = [new_resident(house) for _ in range(many(6, 40))]
    for resident in residents:
        resident.write()
    over = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        killer = pool.submit(kill_some, house, over, many(3, 25))
        answers = list(pool.map(Resident.send_until_acknowledged, residents))
        over.set()
    for resident, (receipt, _) in zip(residents, answers, strict=True):
        assert house.books.cases_of(resident.address) == [ledger.note(receipt).number]
        resident.close()
    killed, presses = killer.result(), sum(tries for _, tries in answers)
    assert killed
    assert_nothing_lost(house, ledger)
    house.until(house.books.is_settled, within(40, 120))
    assert_one_mail_each(mail_server, ledger.addresses)
    figure("web processes killed", f"{killed}; {len(answers)} filings took {presses} presses")


def kill_some(house: House, over: threading.Event, most: int) -> int:
    """Kill a process of the pages every now and then; how many were killed."""
    dice, killed = random.Random(17), 0
    while killed < most and not over.wait(dice.uniform(0.1, 1.2)):
        children = house.web_children()
        if len(children) > 1:  # a master that only starts its children again answers nobody
            house.kill_own(dice.choice(children))
            killed += 1
    return killed
