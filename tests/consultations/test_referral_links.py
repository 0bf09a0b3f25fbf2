"""An agency without accounts: the address alone opens nothing; codes are few, short-lived and used once."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from chiba_ward.outbox import services as outbox
from consultations.models import PartnerLink
from consultations.services import referrals
from consultations.services.referrals import links
from tests.consultations import referral_support as support

pytestmark = pytest.mark.django_db
ADDRESS = "link@example.test"


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(support.MONDAY, tick=False) as clock:
        yield clock


def token_of(world: support.World) -> str:
    """As it stands in the latest mail."""
    found = re.search(r"/partner/link/([^/\s]+)/", support.mails_to(ADDRESS)[-1].body)
    assert found
    return found[1]


def ask_code(client: Client, token: str) -> str:
    assert client.post(reverse("partner:send_code", args=[token])).status_code == 302
    outbox.run_pending_now()
    return re.search(r"\d{6}", support.mails_to(ADDRESS)[-1].body)[0]  # type: ignore[index]  # it is there


def start() -> tuple[support.World, object, str]:
    world = support.make_world()
    referral = support.sent(world, world.by_link)
    assert referral.route == "link"
    return world, referral, token_of(world)


def test_link_code_answer(client: Client) -> None:
    world, referral, token = start()
    page = client.get(reverse("partner:link", args=[token])).content.decode()
    assert "確認コードを送る" in page
    assert not [
        word for word in ("金糸雀", "黄雀", "見本社会福祉協議会", world.case.receipt_no) if word in page
    ]
    detail = reverse("partner:referral", args=[referral.pk])
    assert client.get(detail).status_code == 302  # to the sign-in, like every number
    code = ask_code(client, token)
    assert client.post(reverse("partner:code", args=[token]), {"code": code}).url == detail
    assert "金糸雀BODY" in client.get(detail).content.decode()
    answer = {
        "accept-accepted_by_name": "社協 次郎", "accept-first_contact_on_era": "令和", "accept-first_contact_on_year": "8",
        "accept-first_contact_on_month": "5", "accept-first_contact_on_day": "13",
    }  # fmt: skip
    assert client.post(reverse("partner:act", args=[referral.pk, "accept"]), answer).status_code == 302
    assert support.fresh(referral).accepted_by_name == "社協 次郎"
    assert support.fresh(world.case).owner_office == world.by_link


def test_a_forwarded_address_shows_nothing_to_another_browser(client: Client) -> None:
    _, referral, token = start()
    code = ask_code(client, token)
    client.post(reverse("partner:code", args=[token]), {"code": code})
    stranger = Client()
    assert stranger.get(reverse("partner:referral", args=[referral.pk])).status_code == 302
    assert "金糸雀" not in stranger.get(reverse("partner:link", args=[token])).content.decode()
    replay = stranger.post(reverse("partner:code", args=[token]), {"code": code})
    assert replay.status_code == 422
    assert "新しい確認コード" in replay.content.decode()


def test_the_key_opens_one_referral_only(client: Client) -> None:
    world, referral, token = start()
    other = support.sent(world, world.agency)
    code = ask_code(client, token)
    client.post(reverse("partner:code", args=[token]), {"code": code})
    assert client.get(reverse("partner:referral", args=[referral.pk])).status_code == 200
    assert client.get(reverse("partner:referral", args=[other.pk])).status_code == 404
    assert client.get(reverse("staff:case", args=[world.case.receipt_no])).status_code in (302, 404)


def test_five_wrong_codes_close_it_and_the_right_one_comes_too_late(client: Client) -> None:
    _, referral, token = start()
    code = ask_code(client, token)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    url = reverse("partner:code", args=[token])
    for left in (4, 3, 2, 1):
        assert f"あと{left}回" in client.post(url, {"code": wrong}).content.decode()
    assert "使えません" in client.post(url, {"code": wrong}).content.decode()
    assert client.post(url, {"code": code}).status_code == 422
    assert client.get(reverse("partner:referral", args=[referral.pk])).status_code == 302
    again = ask_code(client, token)
    assert client.post(url, {"code": again}).status_code == 302


def test_codes_cannot_be_ordered_without_end(client: Client) -> None:
    _, _, token = start()
    for _ in range(links.CODES_AN_HOUR):
        client.post(reverse("partner:send_code", args=[token]))
    outbox.run_pending_now()
    before = len(support.mails_to(ADDRESS))
    client.post(reverse("partner:send_code", args=[token]))
    outbox.run_pending_now()
    assert len(support.mails_to(ADDRESS)) == before


def test_a_code_lives_ten_minutes(client: Client, clock: object) -> None:
    _, _, token = start()
    code = ask_code(client, token)
    clock.shift(11 * 60)  # type: ignore[attr-defined]  # time-machine's own
    assert client.post(reverse("partner:code", args=[token]), {"code": code}).status_code == 422


def test_full_width_digits_are_read(client: Client) -> None:
    _, _, token = start()
    code = ask_code(client, token).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert client.post(reverse("partner:code", args=[token]), {"code": code}).status_code == 302


def test_an_expired_link_offers_a_new_one_to_the_registered_address(client: Client, clock: object) -> None:
    world, _, token = start()
    link = PartnerLink.objects.get()
    clock.move_to(link.expires_at)  # type: ignore[attr-defined]  # time-machine's own
    clock.shift(60)  # type: ignore[attr-defined]  # time-machine's own
    page = client.get(reverse("partner:link", args=[token])).content.decode()
    assert "新しい案内を送る" in page
    assert client.post(reverse("partner:send_code", args=[token])).url == reverse(
        "partner:link", args=[token]
    )
    client.post(reverse("partner:renew", args=[token]))
    outbox.run_pending_now()
    renewed = token_of(world)
    assert renewed != token
    assert client.get(reverse("partner:link", args=[token])).status_code == 404
    assert "確認コードを送る" in client.get(reverse("partner:link", args=[renewed])).content.decode()


def test_recall_closes_link_and_session(client: Client) -> None:
    world, referral, token = start()
    code = ask_code(client, token)
    client.post(reverse("partner:code", args=[token]), {"code": code})
    referrals.recall(referral.pk, by=world.sender)
    assert client.get(reverse("partner:referral", args=[referral.pk])).status_code == 404
    assert client.get(reverse("partner:link", args=[token])).status_code == 404


def test_the_database_holds_neither_token_nor_code(client: Client) -> None:
    from chiba_ward.correspondence.models import Notice
    from chiba_ward.outbox.models import OutboxEntry

    _, _, token = start()
    code = ask_code(client, token)
    rows = [*PartnerLink.objects.values(), *Notice.objects.values(), *OutboxEntry.objects.values()]
    assert not [row for row in rows if token in str(row)]
    assert not [row for row in Notice.objects.values_list("context", flat=True) if code in str(row)]
    assert len(token) >= 43  # 256 bits


def test_unknown_tokens_are_404(client: Client) -> None:
    for name in ("link", "code", "send_code", "renew"):
        url = reverse(f"partner:{name}", args=["x" * 43])
        response = client.get(url) if name in ("link", "code") else client.post(url)
        assert response.status_code == 404
