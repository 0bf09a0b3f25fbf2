"""安全な連絡: nothing is used that was not asked for, nothing reveals, and 「家に電話しない」 holds everywhere (C4, R6)."""

from typing import Any

import pytest
from django.test import Client

from chiba_ward.correspondence import safe_contact
from chiba_ward.correspondence.enums import Medium
from chiba_ward.correspondence.models import ContactCard, Delivery
from chiba_ward.directory.enums import Role
from chiba_ward.outbox import services as outbox
from tests.consultations import citizen_support as support
from tests.consultations.citizen_support import answer, begin, send, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "monday")]
HOME = {
    "preferred": "portal",
    "phone": "043-000-0001",
    "email": "ie@example.test",
    "cautions": ["no_home_contact"],
}


def contact_screen(client: Client, data: dict[str, Any]) -> Any:
    draft = begin(client)
    for name in ("topic", "story", "place"):
        answer(client, draft, name)
    return answer(client, draft, "contact", data)


def test_do_not_call_home_means_no_button_and_no_message_at_all(
    client: Client, as_role: Any, mailoutbox: list[Any]
) -> None:
    """C4: 「家に電話しない」を選んだ相談に電話番号ボタンが出ず、自動送信が一通も出ない。"""
    from chiba_ward.directory.models import Office

    number, _ = send(client, contact=HOME)
    outbox.run_pending_now()
    assert mailoutbox == []
    assert not Delivery.objects.exclude(medium=Medium.PORTAL).exists()
    clerk = as_role(Role.SECTION, office=Office.objects.get(ward__slug="wakaba"))
    page = clerk.get(f"/admin/consultations/case/{number}/").content.decode()
    assert "043-000-0001" not in page
    assert "tel:043" not in page


def test_a_number_alone_is_no_leave_to_call(client: Client) -> None:
    send(client, contact={"preferred": "portal", "phone": "043-000-0001", "email": "a@example.test"})
    card = ContactCard.objects.get()
    for medium in (Medium.CALL, Medium.EMAIL, Medium.LETTER):
        assert not safe_contact.permitted(card, medium)


@pytest.mark.parametrize(("given", "reason"), [
    ({}, "お返事の受け取り方を選んでください"),
    ({"preferred": "email"}, "メールアドレスを入力してください"),
    ({"preferred": "call"}, "電話番号を入力してください"),
    ({"preferred": "letter"}, "送り先の住所を入力してください"),
    ({"preferred": "call", "phone": "043-000-0001", "cautions": ["no_home_contact"]}, "「このポータルで見る」かメールを選んでください"),
    ({"preferred": "email", "email": "a@example.test", "cautions": ["plain_sender"]}, "区役所の名前を出さないメールを送れません"),
    ({"preferred": "call", "phone": "043-000-0001", "call_from": "12:00", "call_until": "11:00"}, "始まりの時間より後"),
    ({"preferred": "fax"}, "一覧の中から選んでください"),
    ({"preferred": "call", "phone": "12"}, "市外局番から"),
    ({"preferred": "email", "email": "@@"}, "name@example.jp"),
])  # fmt: skip
def test_what_does_not_fit_is_told_beside_the_field(
    client: Client, given: dict[str, Any], reason: str
) -> None:
    response = contact_screen(client, given)
    assert response.status_code == 422
    assert reason in words(response)


def test_the_hours_are_kept(client: Client) -> None:
    send(
        client,
        contact={"preferred": "call", "phone": "043-000-0001", "call_from": "11:00", "call_until": "12:00"},
    )
    card = ContactCard.objects.get()
    assert card.may_call
    assert f"{card.call_from:%H:%M}-{card.call_until:%H:%M}" == "11:00-12:00"


def test_the_mail_can_be_sent_plainly_once_an_address_is_set(
    client: Client, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.PORTAL_PLAIN_MAIL_FROM = "osirase@example.test"
    send(client, contact={"preferred": "email", "email": "a@example.test", "cautions": ["plain_sender"]})
    outbox.run_pending_now()
    (mail,) = mailoutbox
    for word in ("区役所", "相談", "千葉市"):
        assert word not in mail.subject + mail.body + mail.from_email


def test_the_answers_of_a_neighbour_name_nobody(client: Client) -> None:
    number, _ = send(
        client, story={"consultant_kind": "anonymous", "relation": ""}, contact={"preferred": "portal"}
    )
    from consultations.models import Consultation

    case = Consultation.objects.get(matter__receipt_no=number)
    assert not case.parties.filter(name__filled=True).exists()
    assert case.flags == []
    assert support.NUMBER.fullmatch(number)
