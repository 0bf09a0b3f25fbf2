"""F3: a worker is killed in the middle of a mail or of a PDF. Each is done once, or is flagged for a person to look at."""

import time

from tests.faults.acts import assert_nothing_lost, file_many, letters_to, new_resident, papers_of
from tests.faults.conftest import Figure, many, within
from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Ledger


def test_mail_worker_killed_while_the_mail_is_under_way(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    """The server hangs with the body in hand and the worker dies: nobody knows, so it is said and never repeated."""
    mail_server.mode = "hang"
    file_many(house, ledger, 1)
    (address,) = ledger.addresses
    house.until(lambda: letters_to(mail_server)[address] == 1, 15)
    house.kill("worker")
    mail_server.mode = "accept"
    house.start("worker")
    took = house.until(house.books.is_settled, within(40, 240))
    assert house.books.mail_states(address) == ["maybe_sent"]
    assert letters_to(mail_server)[address] == 1
    figure(
        "mail under way when its worker died", f"1 flagged 「送信されたか不明」, settled after {took:.1f} s"
    )


def test_mail_workers_killed_again_and_again(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    """Killed at any moment: each mail once, or flagged; a flagged one is never sent twice."""
    house.kill("worker")
    file_many(house, ledger, many(6, 60))
    for pause in (0.03, 0.05, 0.07)[: many(1, 3)]:
        house.start("worker")
        before = sum(letters_to(mail_server).values())
        house.until(
            lambda seen=before: sum(letters_to(mail_server).values()) > seen or not house.books.owed(), 40
        )
        time.sleep(pause)
        house.kill("worker")
    house.start("worker")
    took = house.until(house.books.is_settled, within(60, 300))
    assert_nothing_lost(house, ledger)
    taken = letters_to(mail_server)
    states = {address: house.books.mail_states(address) for address in ledger.addresses}
    assert all(state in (["sent"], ["maybe_sent"]) for state in states.values()), states
    assert all(taken[address] == 1 for address, state in states.items() if state == ["sent"])
    assert all(taken[address] <= 1 for address in ledger.addresses), taken
    unknown = sum(state == ["maybe_sent"] for state in states.values())
    assert unknown <= 2 * many(1, 3)  # each kill meets at most the mail of each of the two processes
    figure("kills among mails", f"{len(states) - unknown} sent once, {unknown} flagged, {took:.1f} s")


def test_document_worker_killed_while_it_makes_a_paper(house: House, ledger: Ledger, figure: Figure) -> None:
    resident = new_resident(house)
    resident.write()
    receipt = ledger.note(resident.send())
    resident.ask_for_pdf()
    resident.close()
    working = (
        "SELECT count(*) FROM documents_document d JOIN casework_matter m ON m.id = d.matter_id"
        " WHERE m.receipt_no = %s AND d.state = 'working'"
    )
    house.until(lambda: house.books.one(working, receipt.number), 20, pause=0.005)
    house.kill("documents")
    assert house.books.one(working, receipt.number) == 1, "the paper was ready before the kill"
    house.start("documents")
    took = house.until(house.books.is_settled, within(60, 400))
    assert papers_of(house, receipt.number) == [("done", 2)]
    figure(
        "PDF under way when its worker died", f"made once, in its second try, {took:.1f} s after the restart"
    )
