"""F10: the mail server is gone, refuses for a while, or drops the line after it took the mail."""

import pytest

from tests.faults.acts import assert_nothing_lost, assert_one_mail_each, file_many, letters_to
from tests.faults.conftest import Figure, many, within
from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Ledger


@pytest.mark.parametrize("mode", ["rcpt451", "data451", "gone"])
def test_refusal_for_a_while(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure, mode: str
) -> None:
    """Tried again until it is taken; filing does not notice."""
    if mode == "gone":
        mail_server.go_away()
    mail_server.mode = mode
    seconds = file_many(house, ledger, many(2, 10))
    tried = "SELECT count(*) FROM outbox_outboxentry WHERE kind = 'correspondence.mail' AND done_at IS NULL AND attempts > 0"
    house.until(lambda: house.books.one(tried) >= len(ledger.receipts), 40)
    assert not any(letters_to(mail_server)[address] for address in ledger.addresses)
    mail_server.mode = "accept"
    if mode == "gone":
        mail_server.come_back()
    took = house.until(house.books.is_settled, within(30, 400))
    assert_nothing_lost(house, ledger)
    assert_one_mail_each(mail_server, ledger.addresses)
    figure(
        f"{mode}, then well again", f"all sent once {took:.1f} s later; slowest receipt {max(seconds):.2f} s"
    )


@pytest.mark.parametrize("mode", ["drop", "hang"])
def test_line_that_ends_with_the_mail_taken(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure, mode: str
) -> None:
    """Nobody knows whether it went: it is flagged, stands in a clerk's list, and is not sent a second time."""
    mail_server.mode = mode
    file_many(house, ledger, 1)
    took = house.until(house.books.is_settled, within(30, 120))
    mail_server.mode = "accept"
    (address,) = ledger.addresses
    assert house.books.mail_states(address) == ["maybe_sent"]
    assert letters_to(mail_server)[address] == 1
    figure(f"{mode} with the mail taken", f"1 flagged 「送信されたか不明」, 0 repeated, {took:.1f} s")
