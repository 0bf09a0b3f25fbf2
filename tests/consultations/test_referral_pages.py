"""The screens of both sides: four steps, answers, bad input with everything that was typed kept."""

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from chiba_ward.access.actor import actor_of
from chiba_ward.casework.enums import Audience
from chiba_ward.directory.enums import OfficeKind, Role
from chiba_ward.documents import services as documents
from chiba_ward.documents.models import Document
from consultations.enums import ReferralState
from consultations.models import ConsentGrant, Consultation, Referral
from consultations.services import referrals
from tests.consultations import referral_support as support
from tests.factories import make_office, make_posting

pytestmark = pytest.mark.django_db
S = ReferralState


@pytest.fixture
def world() -> support.World:
    return support.make_world()


@pytest.fixture
def clerk(world: support.World, sign_in: Any) -> Client:
    return sign_in(world.clerk.person)


@pytest.fixture
def worker(world: support.World, sign_in: Any) -> Client:
    return sign_in(world.worker.person)


def staff(name: str, row: Any, *more: Any) -> str:
    if isinstance(row, Referral):
        return reverse(f"staff:{name}", args=[row.consultation.receipt_no, row.sequence, *more])
    return reverse(f"staff:{name}", args=[row.receipt_no, *more])


def era(prefix: str, day: dt.date) -> dict[str, str]:
    return {
        f"{prefix}_era": "",
        f"{prefix}_year": str(day.year),
        f"{prefix}_month": str(day.month),
        f"{prefix}_day": str(day.day),
    }


def test_four_steps_from_the_case_to_the_partner(world: support.World, clerk: Client) -> None:
    new = staff("referral_new", world.case)
    found = clerk.get(new, {"q": "あんしん"}).content.decode()
    assert "あんしんケアセンター見本" in found
    assert "見本診療所" not in found
    step = clerk.post(new, {"to_office": world.agency.pk, "purpose": "訪問をお願いします", "route": ""})
    referral = Referral.objects.get()
    assert step.url == staff("referral_ground", referral)
    assert "使う同意" not in clerk.get(step.url).content.decode(), (
        "none is on record, so there is none to choose"
    )

    consent = {"items": ["concern", "name"], "method": "oral", **era("obtained_on", timezone.localdate())}
    assert clerk.get(staff("consent_new", referral)).status_code == 200
    step = clerk.post(staff("consent_new", referral), consent)
    assert step.url == staff("referral_items", referral)
    page = clerk.get(step.url).content.decode()
    assert 'id="take-body" name="take-body" disabled' in page
    step = clerk.post(step.url, {"take-concern": "on", "text-concern": "母の物忘れ"})
    preview = clerk.get(step.url)
    assert "母の物忘れ" in preview.content.decode()
    assert "金糸雀CONCERN" not in preview.content.decode()

    send = staff("referral_send", referral)
    unchecked = clerk.post(send, {"seen": preview.context["digest"]})
    assert unchecked.status_code == 422
    assert "印を付けてください" in unchecked.content.decode()
    for _ in range(2):
        assert clerk.post(send, {"seen": preview.context["digest"], "checked": "on"}).status_code == 302
    assert support.fresh(referral).state == S.HELD
    detail = clerk.get(staff("referral_detail", referral)).content.decode()
    assert "まだ送っていません" in detail
    assert "つなぎを取り消す" in detail


def test_bad_input_of_the_first_steps_stays_on_the_screen(world: support.World, clerk: Client) -> None:
    new = staff("referral_new", world.case)
    page = clerk.post(new, {"to_office": 999_999, "purpose": "お願い<script>"})
    assert page.status_code == 422
    assert "お願い&lt;script&gt;" in page.content.decode()
    assert "一覧の中から選んでください" in page.content.decode()
    page = clerk.post(new, {"to_office": world.agency.pk, "purpose": "あ" * 1_000_000})
    assert "500文字以内" in page.content.decode()
    clerk.post(new, {"to_office": world.agency.pk, "purpose": "お願い"})
    referral = Referral.objects.get()
    page = clerk.post(staff("referral_ground", referral), {"basis": "consent"})
    assert page.status_code == 422
    assert "同意を記録する」で記録するか" in page.content.decode()
    assert list(page.context["form"].errors) == ["basis"]
    page = clerk.post(staff("referral_ground", referral), {"basis": "law", "basis_note": ""})
    assert "同意によらない理由を入力" in page.content.decode()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    page = clerk.post(
        staff("consent_new", referral),
        {"items": ["concern"], "method": "written", **era("obtained_on", tomorrow)},
    )
    assert "今日までの日" in page.content.decode()
    page = clerk.post(
        staff("consent_new", referral),
        {"items": ["concern"], "method": "written", **era("obtained_on", timezone.localdate())},
    )
    assert "保管場所を入力" in page.content.decode()
    assert not ConsentGrant.objects.exists()


def test_a_longer_text_is_refused_beside_its_item_and_kept(world: support.World, clerk: Client) -> None:
    referral = support.drafted(world)
    page = clerk.post(
        staff("referral_items", referral),
        {"take-concern": "on", "text-concern": support.CONCERN + "書き足し"},
    )
    assert page.status_code == 422
    assert "書き足し" in page.content.decode()
    assert "元の文より長く" in page.content.decode()


def test_the_partner_answers_on_the_screen(world: support.World, worker: Client) -> None:
    referral = support.sent(world)
    inbox = worker.get(reverse("partner:inbox")).content.decode()
    assert world.case.receipt_no in inbox
    assert "届いています" in inbox
    worker.post(reverse("partner:open", args=[referral.pk]))
    opened = worker.get(reverse("partner:referral", args=[referral.pk])).content.decode()
    assert "内容を開きました" in opened
    assert "先方" not in opened, "whoever reads it is that party"
    act = reverse("partner:act", args=[referral.pk, "accept"])
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    page = worker.post(
        act, {"accept-accepted_by_name": "𠮷田 花󠄁子", **era("accept-first_contact_on", yesterday)}
    )
    assert page.status_code == 422
    body = page.content.decode()
    assert "今日からあとの日" in body
    assert "𠮷田 花󠄁子" in body
    assert 'id="error-summary"' in body
    assert (
        worker.post(
            act, {"accept-accepted_by_name": "𠮷田", **era("accept-first_contact_on", timezone.localdate())}
        ).status_code
        == 302
    )
    assert "𠮷田" in worker.get(reverse("partner:inbox"), {"tab": "in_hand", "who": "𠮷田"}).content.decode()
    assert worker.get(reverse("partner:inbox"), {"tab": "in_hand", "number": "XXXX"}).context["rows"] == []

    contact = reverse("partner:act", args=[referral.pk, "contact"])
    assert (
        "14:30"
        in worker.post(
            contact, {**era("contact-on", timezone.localdate()), "contact-at": "いつか"}
        ).content.decode()
    )
    assert worker.post(contact, era("contact-on", timezone.localdate())).status_code == 302
    outcome = reverse("partner:act", args=[referral.pk, "outcome"])
    fields = {
        "outcome-outcome_done": "訪問",
        "outcome-outcome_result": "申請した",
        "outcome-outcome_continues": "yes",
    }
    assert "次にすることと時期" in worker.post(outcome, fields).content.decode()
    for _ in range(2):
        done = worker.post(outcome, {**fields, "outcome-outcome_next": "来月"})
        assert done.url == reverse("partner:inbox")
    register = worker.get(reverse("partner:inbox"), {"tab": "done"}).content.decode()
    assert world.case.receipt_no in register
    assert "金糸雀" not in register
    assert worker.get(reverse("partner:referral", args=[referral.pk])).status_code == 404


def test_declining_asks_for_reason_and_place_beside_the_fields(world: support.World, worker: Client) -> None:
    referral = support.sent(world)
    worker.post(reverse("partner:open", args=[referral.pk]))
    act = reverse("partner:act", args=[referral.pk, "decline"])
    body = worker.post(act, {"decline-decline_reason": ""}).content.decode()
    assert "受理できない理由を入力してください" in body
    assert "ほかに合う先を選ぶか入力" in body
    assert (
        worker.post(
            act, {"decline-decline_reason": "圏域の外", "decline-better_office": world.by_link.pk}
        ).status_code
        == 302
    )
    assert support.fresh(referral).better_office == world.by_link


def test_a_question_goes_to_the_sender_and_comes_back(
    world: support.World, worker: Client, clerk: Client
) -> None:
    referral = support.sent(world)
    worker.post(reverse("partner:open", args=[referral.pk]))
    worker.post(
        reverse("partner:act", args=[referral.pk, "ask"]),
        {"ask-question": "介護度は", "ask-asked_by": "受手"},
    )
    detail = clerk.get(staff("referral_detail", referral)).content.decode()
    assert "介護度は" in detail
    assert clerk.post(staff("referral_reply", referral), {"answer": ""}).status_code == 422
    assert clerk.post(staff("referral_reply", referral), {"answer": "要介護1"}).status_code == 302
    assert "要介護1" in worker.get(reverse("partner:referral", args=[referral.pk])).content.decode()


def test_the_sender_enters_what_was_faxed(world: support.World, clerk: Client) -> None:
    referral = support.sent(world, world.on_paper)
    accept = staff("referral_answer", referral, "accept")
    fields = {"accept-accepted_by_name": "医師", **era("accept-first_contact_on", timezone.localdate())}
    assert "どう届いたかを選んで" in clerk.post(accept, fields).content.decode()
    assert clerk.post(accept, {**fields, "accept-channel": "post"}).status_code == 302
    assert support.fresh(referral).answer_entered_by == world.clerk


def test_a_section_of_the_house_has_the_same_list(world: support.World, sign_in: Any) -> None:
    office = make_office("健康課", ward=world.ward, kind=OfficeKind.HEALTH_WELFARE)
    nurse = make_posting(Role.SPECIALIST, office=office)
    referral = support.sent(world, office)
    client = sign_in(nurse.person)
    assert world.case.receipt_no in client.get(reverse("staff:referral_inbox")).content.decode()
    detail = client.get(staff("referral_detail", referral)).content.decode()
    assert "金糸雀BODY" not in detail
    client.post(staff("referral_open", referral))
    assert "金糸雀BODY" in client.get(staff("referral_detail", referral)).content.decode()
    fields = {"accept-accepted_by_name": "保健", **era("accept-first_contact_on", timezone.localdate())}
    assert client.post(staff("referral_answer", referral, "accept"), fields).status_code == 302
    assert Consultation.objects.visible_to(actor_of(nurse.person, nurse)).get() == world.case


def test_redirecting_and_withdrawing_from_the_detail(world: support.World, clerk: Client) -> None:
    referral = support.sent(world)
    referrals.decline(referral.pk, by=world.partner, reason="満員", better_office=world.by_link)
    detail = clerk.get(staff("referral_detail", referral)).content.decode()
    assert f"?to={world.by_link.pk}" in detail
    page = clerk.get(staff("referral_new", world.case), {"to": world.by_link.pk}).content.decode()
    assert f'value="{world.by_link.pk}" ' in page
    assert clerk.post(staff("referral_keep", referral)).status_code == 302

    second = support.sent(world)
    withdraw = reverse("staff:consent_withdraw", args=[world.case.receipt_no, second.consent_id])
    assert "今すぐ終わり" in clerk.get(withdraw).content.decode()
    clerk.post(withdraw)
    assert support.fresh(second).state == S.REVOKED
    assert clerk.get(withdraw).status_code == 404


def test_nothing_is_written_by_looking(world: support.World, clerk: Client, worker: Client) -> None:
    referral = support.sent(world)
    before = list(world.case.matter.timeline.values_list("pk", flat=True))
    worker.get(reverse("partner:referral", args=[referral.pk]))
    worker.get(reverse("partner:inbox"))
    clerk.get(staff("referral_detail", referral))
    assert support.fresh(referral).state == S.SENT
    assert list(world.case.matter.timeline.values_list("pk", flat=True)) == before
    for name in ("recall", "keep", "link", "send", "sheet"):
        assert clerk.get(staff(f"referral_{name}", referral)).status_code == 405


def test_pages_have_one_heading_and_no_inline_code(
    world: support.World, clerk: Client, worker: Client
) -> None:
    draft = support.drafted(world)
    pages = [
        staff(name, draft)
        for name in (
            "referral_addressee",
            "referral_ground",
            "consent_new",
            "referral_items",
            "referral_preview",
            "referral_detail",
        )
    ]
    referral = support.sent(world)
    worker.post(reverse("partner:open", args=[referral.pk]))
    theirs = [
        reverse("partner:inbox"),
        reverse("partner:referral", args=[referral.pk]),
        reverse("partner:finished"),
    ]
    ours = [
        *pages,
        staff("referral_detail", referral),
        reverse("staff:referrals_placed"),
        reverse("staff:referral_inbox"),
    ]
    for client, urls in ((clerk, ours), (worker, theirs)):
        for url in urls:
            body = client.get(url).content.decode()
            assert body.count("<h1") == 1, url
            assert " style=" not in body, url
            assert "onclick" not in body, url


def test_prints_with_the_same_number(
    world: support.World, clerk: Client, worker: Client, tmp_path: Any, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    referral = support.sent(world)
    worker.post(reverse("partner:open", args=[referral.pk]))
    clerk.post(staff("referral_sheet", referral), {"cover": "fax"})
    worker.post(reverse("partner:sheet", args=[referral.pk]))
    clerk.post(reverse("staff:consent_print", args=[world.case.receipt_no, referral.consent_id]))
    draft = support.drafted(world)
    clerk.post(staff("referral_consent_form", draft))
    texts = []
    for document in Document.objects.order_by("created_at"):
        assert documents.make(document.pk) == "done"
        made = Document.objects.get(pk=document.pk)
        with made.blob.open() as file:
            pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages]
        if document.params.get("cover") == "fax":
            assert "FAX送信票" in pages[0]
            assert "金糸雀" not in pages[0]
            assert "黄雀" not in pages[0]
        texts.append("".join(pages).replace("\n", ""))
    faxed, theirs, recorded, blank = texts
    for text in texts:
        assert world.case.receipt_no in text
        assert "1/" in text
    assert "FAX送信票" in faxed
    assert "FAX送信票" not in theirs
    assert "受理します" in theirs
    assert "金糸雀BODY" in theirs
    assert "金糸雀BODY" not in recorded + blank
    mine = Document.objects.filter(kind="referral_sheet").latest("created_at")
    url = reverse("documents:download", args=[mine.pk])
    download = worker.get(url)
    assert download.status_code == 200
    assert b"".join(download.streaming_content).startswith(b"%PDF")
    referrals.withdraw_consent(referral.consent_id, by=world.sender)
    assert worker.get(url).status_code == 404


def test_the_resident_sees_the_same_state(world: support.World) -> None:
    referral = support.accepted(world)
    entry = world.case.matter.timeline.filter(kind="referral.accepted").get()
    assert entry.audience == Audience.CITIZEN
    assert "受手" not in str(entry.data)
    assert support.fresh(referral).accepted_by_name == "受手 一郎"
