"""The clerks' pages: own office only, buttons that ask the same rule, GET writes nothing."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from chiba_ward.correspondence import notices, trouble
from chiba_ward.correspondence.models import CallAttempt, ContactCard, Delivery, NoticeTemplate
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from chiba_ward.documents import services as documents
from chiba_ward.outbox import services as outbox
from chiba_ward.outbox.models import OutboxEntry
from tests.correspondence.support import make_card, make_matter, pushed
from tests.factories import make_office, make_posting

PAGES = ("correspondence:print_queue", "correspondence:calls", "correspondence:failures")


@pytest.fixture
def clerk(office: Office, as_role: Any) -> Client:
    client: Client = as_role(Role.SECTION, office=office)
    return client


@pytest.fixture
def stranger(as_role: Any, office: Office) -> Client:
    client: Client = as_role(Role.SECTION, office=make_office("別の課"))
    return client


def owed(office: Office, shape: str, **card: Any) -> Delivery:
    matter = make_matter()
    make_card(matter, shape, **card)
    notices.tell_citizen(matter, "consultation.received", office=office)
    return pushed(matter)[0]


def bounced(office: Office, **card: Any) -> Delivery:
    delivery = owed(office, "email", **card)
    outbox.run_pending_now()
    delivery.refresh_from_db()
    assert trouble.mark_bounced(delivery.message_id)
    return delivery


def page(client: Client, name: str, status: int = 200) -> str:
    response = client.get(reverse(name))
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_empty_page_says_what_would_stand_there(clerk: Client, name: str) -> None:
    html = page(clerk, name)
    assert "ありません" in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [Role.PARTNER, Role.ASSOCIATION, Role.BUREAU])
def test_partners_find_nothing_here(as_role: Any, name: str, role: Role) -> None:
    assert page(as_role(role), name, 404)


def test_residents_find_nothing_here(resident_client: Client) -> None:
    for name in PAGES:
        page(resident_client, name, 404)


def test_other_offices_see_and_do_nothing(
    office: Office, clerk: Client, stranger: Client, media: Path
) -> None:
    letter, call, mail = owed(office, "letter"), owed(office, "call"), bounced(office)
    for delivery, name in zip((letter, call, mail), PAGES, strict=True):
        number = delivery.notice.matter.receipt_no
        assert number in page(clerk, name)
        assert number not in page(stranger, name)
    answers = [
        stranger.post(reverse("correspondence:call_log", args=[call.pk]), {f"c{call.pk}-result": "reached"}),
        stranger.post(reverse("correspondence:failure_act", args=[mail.pk]), {"how": "close"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    documents.make(letter.document_id)
    for action in ("pdf", "printed"):
        stranger.post(reverse("correspondence:print_queue"), {"action": action, "selected": [letter.pk]})
    assert Delivery.objects.to_print().get() == letter
    assert not CallAttempt.objects.exists()
    assert Delivery.objects.troubled().get() == mail


@pytest.mark.slow
def test_letters_from_queue_to_post(office: Office, clerk: Client, media: Path, tmp_path: Path) -> None:
    letter = owed(office, "letter")
    url = reverse("correspondence:print_queue")
    early = clerk.post(url, {"action": "pdf", "selected": [letter.pk]}, follow=True)
    assert "まだ作成中です" in early.content.decode()
    documents.make(letter.document_id)
    answer = clerk.post(url, {"action": "pdf", "selected": [letter.pk]})
    assert answer["Content-Type"] == "application/pdf"
    (tmp_path / "letters.pdf").write_bytes(answer.content)
    assert len(PdfReader(tmp_path / "letters.pdf").pages) == 1
    assert (
        "1 通を、発送済みにしました。"
        in clerk.post(url, {"action": "printed", "selected": [letter.pk]}, follow=True).content.decode()
    )
    letter.refresh_from_db()
    assert letter.settled_by is not None
    assert "印刷する手紙はありません" in page(clerk, "correspondence:print_queue")


@pytest.mark.parametrize(
    "data", [{}, {"action": "burn"}, {"action": "printed"}, {"action": "pdf", "selected": ["x", "9" * 30]}]
)
def test_print_queue_with_bad_input_says_what_to_do(clerk: Client, data: dict[str, Any]) -> None:
    answer = clerk.post(reverse("correspondence:print_queue"), data, follow=True)
    assert answer.status_code == 200
    assert "選" in "".join(str(message) for message in answer.context["messages"])


def test_call_page_shows_number_script_and_prohibitions(office: Office, clerk: Client) -> None:
    call = owed(office, "call", name="見本 花子", forbidden="夫には話さない")
    html = page(clerk, "correspondence:calls")
    assert "tel:0430000000" in html
    assert "夫には話さない" in html
    assert "ご本人か確かめる" in html
    url = reverse("correspondence:call_log", args=[call.pk])
    clerk.post(url, {f"c{call.pk}-result": "absent", f"c{call.pk}-note": "明日また"})
    assert "1回目 不在" in page(clerk, "correspondence:calls")
    wrong = clerk.post(url, {f"c{call.pk}-note": "残るメモ"})
    assert wrong.status_code == 422
    assert "電話の結果を選んでください" in wrong.content.decode()
    assert "残るメモ" in wrong.content.decode()


def test_c4_no_telephone_button_after_no_home_contact(office: Office, clerk: Client) -> None:
    owed(office, "call")
    ContactCard.objects.update(no_home_contact=True)
    html = page(clerk, "correspondence:calls")
    assert "tel:" not in html
    assert "043-000-0000" not in html
    assert "電話の結果を記録する" not in html
    assert "家には連絡しない" in html


def test_number_is_hidden_outside_the_hours(office: Office, clerk: Client) -> None:
    never = dt.time(0, 0)
    owed(office, "call", call_from=never, call_until=dt.time(0, 0, 0, 1))
    html = page(clerk, "correspondence:calls")
    assert "いまは電話できません" in html
    assert "043-000-0000" not in html


def test_failures_offer_only_what_is_safe(office: Office, clerk: Client, mailoutbox: list[Any]) -> None:
    mail = bounced(office)
    html = page(clerk, "correspondence:failures")
    assert 'value="email"' in html
    assert 'value="call"' not in html
    assert "電話での連絡は希望されていません" in html
    url = reverse("correspondence:failure_act", args=[mail.pk])
    refused = clerk.post(url, {"how": "call"}, follow=True).content.decode()
    assert "電話での連絡は希望されていません" in refused
    assert "対応済みにしました" in clerk.post(url, {"how": "close"}, follow=True).content.decode()
    assert "すでに対応しています" in clerk.post(url, {"how": "close"}, follow=True).content.decode()


def test_number_of_queries_does_not_grow(
    office: Office, clerk: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        owed(office, "letter")
    page(clerk, "correspondence:print_queue")
    with django_assert_max_num_queries(20):
        page(clerk, "correspondence:print_queue")


# --- standard texts


@pytest.fixture
def head(office: Office, as_role: Any) -> Client:
    client: Client = as_role(Role.SECTION, office=office, is_head=True)
    return client


def test_preview_shows_and_writes_nothing(head: Client) -> None:
    row = NoticeTemplate.objects.get(key="consultation.received", language="ja")
    url = reverse("correspondence:template_preview", args=[row.pk])
    assert "S-7K4M-925F" in head.get(url).content.decode()
    html = head.post(url, {"subject": "新しい件名", "body": "{number} {name}"}).content.decode()
    assert "新しい件名" in html
    assert "「{name}」は使えません" in html
    fragment = head.post(
        url, {"subject": "<script>", "body": "{number}"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "<h1" not in fragment
    assert "&lt;script&gt;" in fragment
    row.refresh_from_db()
    assert row.subject.startswith("受け付けました")
    assert head.get(reverse("correspondence:template_preview", args=[0])).status_code == 404


def test_admin_refuses_words_that_are_not_permitted(head: Client) -> None:
    row = NoticeTemplate.objects.get(key="reply.thanks", language="ja")
    url = reverse("admin:correspondence_noticetemplate_change", args=[row.pk])
    fields = {"label": row.label, "subject": row.subject, "is_reply": "on"}
    assert "いまの文をプレビューする" in head.get(url).content.decode()
    wrong = head.post(url, {**fields, "body": "{category}"})
    assert "「{category}」は使えません" in wrong.content.decode()
    assert head.post(url, {**fields, "body": "ありがとうございます。{number}"}).status_code == 302
    row.refresh_from_db()
    assert row.body == "ありがとうございます。{number}"


def test_operator_revives_dead_letters(office: Office, as_role: Any, clerk: Client) -> None:
    owed(office, "email")
    OutboxEntry.objects.update(dead_at="2026-11-23T00:00:00+09:00")
    url = reverse("admin:outbox_outboxentry_changelist")
    operator = as_role(Role.SYSTEM_ADMIN)
    assert clerk.get(url).status_code in (403, 404)
    assert "correspondence.mail" in operator.get(url, {"state": "dead"}).content.decode()
    assert not operator.get(url, {"state": "done"}).context["cl"].queryset.exists()
    entry = OutboxEntry.objects.get()
    operator.post(url, {"action": "retry", "_selected_action": [entry.pk]})
    entry.refresh_from_db()
    assert entry.dead_at is None


def test_own_posting_is_named_as_who_posted(office: Office, sign_in: Any, media: Path) -> None:
    posting = make_posting(Role.SECTION, office=office)
    letter = owed(office, "letter")
    documents.make(letter.document_id)
    sign_in(posting.person).post(
        reverse("correspondence:print_queue"), {"action": "printed", "selected": [letter.pk]}
    )
    letter.refresh_from_db()
    assert letter.settled_by == posting
