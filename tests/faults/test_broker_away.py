"""F1, F2: the broker is away, or comes back with an empty memory. Filing and signing in need PostgreSQL alone."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters

from tests.faults.acts import assert_nothing_lost, assert_one_mail_each, file_many, new_resident, papers_of
from tests.faults.conftest import Figure, many, spread, within
from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Clerk, Ledger, Receipt

# A press may once meet a broker that hangs (about a second); refused connections cost nothing.
PROMPT = 3.0


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def sign_in_both_ways(house: House, number: int) -> tuple[Clerk, list[float]]:
    """Through the real door with the second factor, and by the demo door; the seconds of each."""
    person = house.people["second_factor"][number]
    real, demo, seconds = Clerk(house.base), Clerk(house.base), []
    started = time.monotonic()
    page = real.sign_in_with_code(person["email"], person["password"], code_for(person["secret"]))
    seconds.append(time.monotonic() - started)
    assert page.url.endswith("/admin/"), page.url
    started = time.monotonic()
    page = demo.sign_in_as(house.people["people"]["somu.wakaba"]["user"])
    seconds.append(time.monotonic() - started)
    assert page.url.endswith("/admin/"), page.url
    real.close()
    return demo, seconds


def look_up_and_answer(house: House, clerk: Clerk, receipt: Receipt) -> float:
    """The resident looks the case up, a clerk takes and answers it, the resident reads the answer."""
    resident = new_resident(house)
    started = time.monotonic()
    page = resident.open_case(receipt)
    seconds = time.monotonic() - started
    assert receipt.number in page.text.replace("</span>", "").replace("<span>", "")
    clerk.act(clerk.show(receipt.number), "take")
    answer = "お返事です。窓口でお待ちしています。"
    assert clerk.reply(receipt.number, answer).url.endswith(f"/case/{receipt.number}/")
    assert answer in resident.get("/status/case/").text
    resident.close()
    clerk.close()
    return seconds


def test_everything_goes_on_without_a_broker(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    how_many = many(5, 30)
    clerk, signed_in = sign_in_both_ways(house, 0)
    clerk.close()
    with_broker = file_many(house, ledger, how_many)
    figure("last press to receipt, with a broker", spread(with_broker))
    figure("sign-in (second factor, demo), with a broker", f"{signed_in[0]:.2f} s, {signed_in[1]:.2f} s")

    house.stop_broker()
    without = file_many(house, ledger, how_many, pdf=True)
    clerk, signed_in = sign_in_both_ways(house, 1)
    looked_up = look_up_and_answer(house, clerk, ledger.receipts[-1])
    figure("last press to receipt, broker stopped", spread(without))
    figure("sign-in (second factor, demo), broker stopped", f"{signed_in[0]:.2f} s, {signed_in[1]:.2f} s")
    figure("look-up, broker stopped", f"{looked_up:.2f} s")
    assert max(without) < PROMPT
    assert house.books.owed() >= how_many

    house.start("broker")
    took = house.until(house.books.is_settled, within(60, 120))
    figure("broker back, everything done after", f"{took:.1f} s")
    assert house.restarts == [], "nobody ends because the broker was away"
    assert_nothing_lost(house, ledger)
    assert_one_mail_each(mail_server, ledger.addresses[:-1])
    assert_one_mail_each(mail_server, ledger.addresses[-1:], each=2)  # the receipt, and that an answer waits
    papers = [papers_of(house, number) for number in ledger.numbers]
    assert papers == [[]] * how_many + [[("done", 1)]] * how_many
    assert house.books.dead() == 0


def test_a_broker_that_lost_its_memory_loses_nothing(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    for name in ("worker", "documents"):
        house.kill(name)
    file_many(house, ledger, many(4, 30), pdf=True)
    assert house.books.owed() >= len(ledger.receipts)
    house.wipe_broker()
    for name in ("broker", "worker", "documents"):
        house.start(name)
    took = house.until(house.books.is_settled, within(60, 180))
    figure(
        "killed and emptied broker, everything done after", f"{took:.1f} s for {len(ledger.receipts)} cases"
    )
    assert_nothing_lost(house, ledger)
    assert_one_mail_each(mail_server, ledger.addresses)
    assert all([state for state, _ in papers_of(house, number)] == ["done"] for number in ledger.numbers)
