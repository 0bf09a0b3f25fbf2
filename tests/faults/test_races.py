"""Several people press at the same moment, over HTTP: one wins, the others read why, nothing happens twice."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.faults.acts import assert_one_mail_each, file_many, letters_to, new_resident
from tests.faults.conftest import Figure, many, within
from tests.faults.house import House
from tests.faults.mail import FaultyMailServer
from tests.faults.people import Clerk, Ledger, Resident, Visitor

LINES = """
SELECT count(*) FROM casework_timelineentry t JOIN casework_matter m ON m.id = t.matter_id
WHERE m.receipt_no = %s AND t.kind = %s
"""
CASE = """
SELECT c.state, o.code, p.person_id FROM consultations_consultation c JOIN casework_matter m ON m.id = c.matter_id
JOIN directory_office o ON o.id = c.desk_office_id LEFT JOIN directory_posting p ON p.id = c.assignee_id
WHERE m.receipt_no = %s
"""


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment; the results in order. What an act raises is raised here."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def same_browser(resident: Resident) -> Resident:
    """A second line with the same cookies: a double click does not wait for the first answer."""
    twin = Resident(resident.base, resident.address.partition("@")[0])
    twin.session.cookies.update(resident.session.cookies)
    twin.check = resident.check
    return twin


@pytest.fixture
def clerks(house: House) -> Iterator[tuple[Clerk, Clerk]]:
    """Two colleagues of one section."""
    pair = Clerk(house.base), Clerk(house.base)
    for clerk, name in zip(pair, ("somu.wakaba", "kacho.somu.wakaba"), strict=True):
        clerk.sign_in_as(house.people["people"][name]["user"])
    yield pair
    for clerk in pair:
        clerk.close()


def users(house: House, *names: str) -> list[int]:
    return [house.people["people"][name]["user"] for name in names]


def test_ten_presses_of_one_draft(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, figure: Figure
) -> None:
    rounds, asked_again = many(1, 5), 0
    for _ in range(rounds):
        resident = new_resident(house)
        resident.write()
        twins = [same_browser(resident) for _ in range(10)]
        receipts = together(*[twin.send for twin in twins])
        shown = {(receipt.number, receipt.phrase) for receipt in receipts if receipt}
        asked_again += sum(receipt is None for receipt in receipts)
        assert len(shown) == 1, receipts
        receipt = ledger.note(resident.send())
        assert {(receipt.number, receipt.phrase)} == shown
        assert sum(receipt is not None and not receipt.is_repeat for receipt in receipts) <= 1
        assert house.books.cases_of(resident.address) == [receipt.number]
        assert resident.open_case(receipt).url.endswith("/status/case/")
        for visitor in (*twins, resident):
            visitor.close()
    house.until(house.books.is_settled, within(30, 120))
    assert_one_mail_each(mail_server, ledger.addresses)
    figure(
        "ten presses at once", f"{rounds} x one case; {asked_again} of {rounds * 10} saw another page first"
    )


def test_two_clerks_take_one_case(house: House, ledger: Ledger, clerks: tuple[Clerk, Clerk]) -> None:
    file_many(house, ledger, many(2, 10))
    for number in ledger.numbers:
        pages = [clerk.show(number) for clerk in clerks]
        answers = together(*[press(clerk, page, "take") for clerk, page in zip(clerks, pages, strict=True)])
        assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 422]), answers
        state, _, person = house.books.ask(CASE, number)[0]
        winner = [answer.status_code for answer in answers].index(200)
        assert (state, person) == ("in_progress", users(house, "somu.wakaba", "kacho.somu.wakaba")[winner])
        assert house.books.one(LINES, number, "consultation.taken") == 1


def test_two_clerks_close_and_assign_one_case(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, clerks: tuple[Clerk, Clerk]
) -> None:
    file_many(house, ledger, many(2, 10))
    for number in ledger.numbers:
        clerks[0].act(clerks[0].show(number), "take")
        pages = [clerk.show(number) for clerk in clerks]
        answers = together(
            press(clerks[0], pages[0], "close", outcome="advised"),
            press(clerks[1], pages[1], "close", outcome="advised"),
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 409], [200, 422]), answers
        assert house.books.ask(CASE, number)[0][0] == "closed"
        assert house.books.one(LINES, number, "consultation.closed") == 1
    house.until(house.books.is_settled, within(30, 120))
    assert_one_mail_each(mail_server, ledger.addresses, each=2)  # received, closed

    given = Ledger()
    file_many(house, given, many(2, 10))
    offices = [
        house.people["people"][name]["postings"][0]["office"] for name in ("korei.wakaba", "engo.wakaba")
    ]
    for number in given.numbers:
        pages = [clerk.show(number) for clerk in clerks]
        answers = together(
            *[
                press(clerk, page, "assign", office=office)
                for clerk, page, office in zip(clerks, pages, offices, strict=True)
            ]
        )
        codes = [answer.status_code for answer in answers]
        assert codes.count(200) == 1, codes
        assert set(codes) <= {200, 404, 409, 422}
        winner = ("wakaba-korei", "wakaba-engo")[codes.index(200)]
        assert house.books.ask(CASE, number)[0][1] == winner
        assert house.books.one(LINES, number, "consultation.assigned") == 1
        running = (
            "SELECT count(*) FROM casework_deadline d JOIN casework_matter m ON m.id = d.matter_id WHERE m.receipt_no = %s"
            " AND d.kind = 'consultation.take' AND d.met_at IS NULL AND d.cancelled_at IS NULL"
        )
        assert house.books.one(running, number) == 1


def press(
    clerk: Clerk, page: requests.Response, name: str, **answers: object
) -> Callable[[], requests.Response]:
    return lambda: clerk.act(page, name, **answers)


def test_accept_recall_and_withdrawn_consent(
    house: House, mail_server: FaultyMailServer, ledger: Ledger, clerks: tuple[Clerk, Clerk], figure: Figure
) -> None:
    """Whatever comes first, the withdrawn consent has the last word: the partner sees nothing any more."""
    file_many(house, ledger, many(3, 15))
    staged = json.loads(house.run("tests.faults.stage", *ledger.numbers))
    partner = Clerk(house.base)
    partner.sign_in_as(house.people["people"]["anshin.wakaba"]["user"])
    ends: list[str] = []
    for one in staged:
        number, referral = str(one["number"]), one["referral"]
        path = f"/admin/consultations/case/{number}"
        opened = partner.press(partner.get(f"/partner/referrals/{referral}/"), {}, to="/open/")
        recalling = clerks[0].get(f"{path}/referrals/{one['sequence']}/")
        withdrawing = clerks[1].get(f"{path}/consents/{one['consent']}/withdraw/")
        answers = together(
            lambda page=opened: partner.press(page, accepting(), to="/accept/"),
            lambda page=recalling: clerks[0].press(page, {"reason": "宛先を間違えた"}, to="/recall/"),
            lambda page=withdrawing: withdraw(clerks[1], page),
        )
        assert {answer.status_code for answer in answers} <= {200, 404, 409, 422}
        ends.append(check_ended(house, partner, one))
    house.until(house.books.is_settled, within(30, 120))
    partner.close()
    taken = letters_to(mail_server)
    for number, address in zip(ledger.numbers, ledger.addresses, strict=True):
        told = "SELECT count(*) FROM correspondence_notice n JOIN casework_matter m ON m.id = n.matter_id"
        expected = house.books.one(f"{told} WHERE m.receipt_no = %s AND n.recipient_kind = 'citizen'", number)
        assert taken[address] == expected
    figure(
        "accept, recall and withdrawal at once",
        f"ended {', '.join(f'{ends.count(end)} {end}' for end in sorted(set(ends)))}",
    )


def accepting() -> dict[str, str]:
    day = dt.datetime.now(ZoneInfo("Asia/Tokyo")).date() + dt.timedelta(days=2)
    parts = {"0": "", "1": str(day.year), "2": str(day.month), "3": str(day.day)}
    return {
        "accept-accepted_by_name": "見本 てるみ",
        **{f"accept-first_contact_on_{place}": value for place, value in parts.items()},
    }


def withdraw(clerk: Visitor, page: requests.Response) -> requests.Response:
    return clerk.post(page.url)


def check_ended(house: House, partner: Clerk, one: dict[str, int | str]) -> str:
    number, referral = one["number"], one["referral"]
    (state,) = house.books.ask("SELECT state FROM consultations_referral WHERE id = %s", referral)[0]
    assert state in ("recalled", "revoked"), state
    assert house.books.one(
        "SELECT withdrawn_at IS NOT NULL FROM consultations_consentgrant WHERE id = %s", one["consent"]
    )
    assert partner.get(f"/partner/referrals/{referral}/").status_code == 404
    accepted = house.books.one(LINES, number, "referral.accepted")
    assert accepted <= 1
    assert house.books.one(LINES, number, "consent.withdrawn") == 1
    running = (
        "SELECT d.kind FROM casework_deadline d JOIN casework_matter m ON m.id = d.matter_id WHERE m.receipt_no = %s"
        " AND d.kind LIKE 'referral.%%' AND d.met_at IS NULL AND d.cancelled_at IS NULL"
    )
    assert house.books.ask(running, number) == [("referral.redirect",)]  # the sender owes another way
    desk, owner = house.books.ask(
        "SELECT desk_office_id, owner_office_id FROM consultations_consultation c JOIN casework_matter m"
        " ON m.id = c.matter_id WHERE m.receipt_no = %s",
        number,
    )[0]
    assert desk == owner
    return f"{state}{' after acceptance' if accepted else ''}"
