"""J5 つなぎ: handed on with consent, held, accepted by name, contact, outcome; by account, by link, on paper.

Both sides and the resident see the same state; what is taken back is gone at the next request.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.casework.models import Deadline, DeadlineStep
from chiba_ward.directory.models import Posting, Ward
from consultations.models import Consultation, Referral
from consultations.services import filing, triage
from tests.browser.axe import violations
from tests.browser.conftest import DESKTOP, TELEPHONE, shot

CLERK, HEAD, WORKER = "somu.wakaba", "kacho.somu.wakaba", "anshin.wakaba"
BY_ACCOUNT, BY_LINK, ON_PAPER = (
    "あんしんケアセンター 若葉区第1(デモ)",
    "あんしんケアセンター 若葉区第2(デモ)",
    "若葉区 市民総合窓口課",
)
MAILBOX = {BY_ACCOUNT: "wakaba-anshin-1@demo.example.jp", BY_LINK: "wakaba-anshin-2@demo.example.jp"}
CONCERN, BODY, NAME = "母の物忘れが心配です QQCONCERN", "夜に外へ出てしまいます。QQBODY", "見本 花子QQNAME"
CANARY = "QQ(CONCERN|BODY|NAME)"  # shorter ones stand by chance in a token
Browser = Callable[..., Page]


@dataclass
class Case:
    number: str
    phrase: str
    pk: int

    @property
    def row(self) -> Consultation:
        return Consultation.objects.get(pk=self.pk)

    @property
    def referral(self) -> Referral:
        return Referral.objects.filter(consultation=self.pk).latest("id")


@pytest.fixture
def case(portal: Any, settings: Any) -> Case:
    """A consultation of somebody in 若葉区 that the triage desk has taken; つなぎ leave at once."""
    settings.REFERRAL_HOLD = 0
    portal.drain()
    mail.outbox.clear()  # what the demo city still had to send
    filed = filing.file(
        filing.Filing(
            chief_concern=CONCERN,
            body=BODY,
            ward=Ward.objects.get(slug="wakaba"),
            consulter=filing.Person(name=NAME, kana="ミホン ハナコ"),
            contact={"preferred": "portal"},
        ),
        by=Actor(),
    )
    posting = Posting.objects.active_on().with_duty().get(person__email__startswith=f"{CLERK}@")
    triage.take(filed.consultation.pk, by=actor_of(posting.person, posting))
    return Case(filed.consultation.receipt_no, filed.passphrase, filed.consultation.pk)


@pytest.fixture
def clerk(page: Page, sign_in: Any) -> Page:
    return sign_in(page, CLERK)


@pytest.fixture
def worker(open_browser: Browser, sign_in: Any) -> Page:
    return sign_in(open_browser(), WORKER)


def no_problems(page: Page, name: str) -> None:
    """axe finds nothing and nothing is wider than the screen; a picture to look at."""
    shot(page, f"j5/{name}-{(page.viewport_size or DESKTOP)['width']}")
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


def choose_office(page: Page, case: Case, office: str) -> None:
    page.goto(f"/admin/consultations/case/{case.number}/")
    page.get_by_role("link", name=re.compile("つなぐ|つなぎを作る")).first.click()
    page.get_by_label("名前・すること・区でさがす").fill(office.split(" ")[-1].removesuffix("(デモ)"))
    page.get_by_role("button", name="さがす").click()
    page.locator("label", has_text=office).click()
    page.get_by_label("お願いしたいこと").fill("ご本人に連絡して、使える支援を一緒に考えてください。")
    page.get_by_role("button", name=re.compile("次へ")).click()


def give_consent(page: Page, *items: str) -> None:
    page.get_by_role("link", name="同意を記録する").click()
    for item in items:
        page.get_by_label(item, exact=True).check()
    page.get_by_label("口頭(職員が記録)").check()
    page.get_by_role("button", name="同意を記録する").click()


def hand_on(page: Page, case: Case, office: str) -> None:
    """The four steps up to the preview: consent for three items, two of them chosen."""
    choose_office(page, case, office)
    give_consent(page, "氏名", "相談の要点", "相談の内容")
    page.get_by_label("氏名", exact=True).check()
    page.get_by_label("相談の要点", exact=True).check()
    page.get_by_role("button", name=re.compile("次へ")).click()
    expect(page.get_by_role("heading", name="先方が読むもの（このまま渡ります）")).to_be_visible()


def send(page: Page) -> None:
    page.get_by_label(re.compile("声に出して確かめました")).check()
    page.get_by_role("button", name="送付する").click()
    expect(page.get_by_text("送付の手続きをしました")).to_be_visible()


def fill_day(page: Page, group: str, day: Any) -> None:
    """西暦 year, month, day of a date field."""
    fields = page.get_by_role("group", name=group)
    fields.get_by_label("年号").select_option(label="西暦")
    fields.get_by_label("年", exact=True).fill(str(day.year))
    fields.get_by_label("月", exact=True).fill(str(day.month))
    fields.get_by_label("日", exact=True).fill(str(day.day))


def on_top_of_the_queue(page: Page, case: Case) -> None:
    """No other case than those that came back too stands before it."""
    page.goto("/admin/consultations/")
    rows = page.locator("tbody tr").all_inner_texts()
    place = next(number for number, text in enumerate(rows) if case.number in text)
    assert all("差し戻し" in text for text in rows[: place + 1]), rows[: place + 1]


def mails_to(address: str) -> list[Any]:
    return [one for one in mail.outbox if address in one.to]


def resident(page: Page, case: Case) -> Page:
    page.goto("/status/")
    page.get_by_label("受付番号").fill(case.number)
    page.get_by_label("合言葉").fill(case.phrase)
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("相談のいまの状況")
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("size", [DESKTOP, TELEPHONE], ids=["desk", "telephone"])
def test_handed_on_accepted_contact_and_outcome(
    portal: Any, case: Case, open_browser: Browser, sign_in: Any, script: bool, size: dict[str, int]
) -> None:
    clerk = sign_in(open_browser(script=script, viewport=size), CLERK)
    hand_on(clerk, case, BY_ACCOUNT)
    assert "QQBODY" not in clerk.content()
    clerk.get_by_role("button", name="送付する").click()
    expect(clerk.get_by_role("alert")).to_contain_text("印を付けてください")
    send(clerk)
    assert case.row.owner_office == case.row.desk_office
    portal.drain()
    [waiting] = mails_to(MAILBOX[BY_ACCOUNT])
    assert not re.search(f"{CANARY}|見本", waiting.subject + waiting.body)

    worker = sign_in(open_browser(script=script, viewport=size), WORKER)
    worker.get_by_role("link", name=case.number).click()
    assert not re.search(CANARY, worker.content())
    worker.get_by_role("button", name="内容を開く").click()
    expect(worker.get_by_text("QQCONCERN")).to_be_visible()
    assert "QQBODY" not in worker.content()
    worker.get_by_role("button", name="受理する").click()
    expect(worker.locator("#error-summary")).to_contain_text("担当する人の名前を入力してください")
    worker.get_by_label("担当する人の名前").fill("見本 うけて")
    fill_day(worker, "最初に本人へ連絡する日", timezone.localdate())
    worker.get_by_role("button", name="受理する").click()
    expect(worker.get_by_text("受理しました。送った課と本人に伝わります。")).to_be_visible()
    assert case.row.owner_office == case.referral.to_office

    fill_day(worker, "本人に連絡がついた日", timezone.localdate())
    worker.get_by_role("button", name="連絡がついたと知らせる").click()
    clerk.goto("/admin/consultations/referrals/?tab=going")
    expect(
        clerk.get_by_role("row", name=re.compile(case.number)).get_by_text("本人に連絡がついた")
    ).to_be_visible()
    worker.get_by_label("行ったこと").fill("家を訪ねて、一緒に申請した")
    worker.get_by_role("textbox", name=re.compile("^結果")).fill("見守りが始まった")
    worker.get_by_label("終わる").check()
    worker.get_by_role("button", name="結果を報告する").click()
    expect(worker.get_by_text("ありがとうございました")).to_be_visible()
    assert worker.goto(f"/partner/referrals/{case.referral.pk}/").status == 404  # type: ignore[union-attr]  # it answered

    told = resident(open_browser(script=script, viewport=size), case).locator("main")
    for sentence in (
        "へお願いしました",
        "の担当者が受けました",
        "連絡がついたと知らせがありました",
        "行ったことの報告がありました",
    ):
        expect(told.get_by_text(sentence)).to_be_visible()
    assert "見本 うけて" not in told.inner_text()
    clerk.goto(f"/admin/consultations/case/{case.number}/referrals/1/")
    expect(clerk.get_by_text("見守りが始まった")).to_be_visible()


def test_taken_back_within_the_hold(
    portal: Any, case: Case, clerk: Page, worker: Page, settings: Any
) -> None:
    settings.REFERRAL_HOLD = 300
    hand_on(clerk, case, BY_ACCOUNT)
    send(clerk)
    expect(clerk.get_by_text("まだ送っていません")).to_be_visible()
    no_problems(clerk, "held")
    portal.drain()
    worker.goto("/partner/")
    assert case.number not in worker.content()
    clerk.get_by_role("button", name="つなぎを取り消す").click()
    expect(clerk.get_by_text("つなぎを取り消しました")).to_be_visible()
    settings.REFERRAL_HOLD = 0
    portal.drain()
    worker.goto("/partner/")
    assert case.number not in worker.content()
    assert mails_to(MAILBOX[BY_ACCOUNT]) == []
    assert "お願いしました" not in resident(worker, case).locator("main").inner_text()


def test_a_question_an_answer_and_a_refusal_with_a_better_place(
    portal: Any, case: Case, clerk: Page, worker: Page
) -> None:
    hand_on(clerk, case, BY_ACCOUNT)
    send(clerk)
    portal.drain()
    worker.goto(f"/partner/referrals/{case.referral.pk}/")
    worker.get_by_role("button", name="内容を開く").click()
    no_problems(worker, "partner-opened")
    asking = worker.get_by_role("region", name="送った課に質問する")
    asking.get_by_text("書き込む").click()
    asking.get_by_label("送った課への質問").fill("要介護認定は受けていますか。")
    asking.get_by_label("質問する人の名前").fill("見本 うけて")
    asking.get_by_role("button", name="質問を送る").click()
    expect(worker.get_by_text("返事の期限は止まります")).to_be_visible()

    clerk.goto("/admin/consultations/referrals/?tab=asked")
    clerk.get_by_role("link", name=re.compile(case.number)).click()
    expect(clerk.get_by_text("要介護認定は受けていますか。")).to_be_visible()
    no_problems(clerk, "asked")
    clerk.get_by_label("質問への答え").fill("要介護1です。")
    clerk.get_by_role("button", name="答えを送る").click()

    worker.reload()
    expect(worker.get_by_text("要介護1です。")).to_be_visible()
    refusing = worker.get_by_role("region", name="受理できないと返事する")
    refusing.get_by_text("書き込む").click()
    refusing.get_by_role("button", name="受理できないと返事する").click()
    expect(worker.locator("#error-summary")).to_contain_text("ほかに合う先を選ぶか入力してください")
    refusing = worker.get_by_role("region", name="受理できないと返事する")
    refusing.get_by_label("受理できない理由").fill("圏域の外です")
    refusing.get_by_label("ほかに合う先（名簿から）").select_option(label=f"{BY_LINK}（若葉区）")
    refusing.get_by_role("button", name="受理できないと返事する").click()
    expect(worker.get_by_text("送った課が次の先を探します")).to_be_visible()

    on_top_of_the_queue(clerk, case)
    clerk.goto("/admin/consultations/referrals/?tab=came_back")
    clerk.get_by_role("link", name=re.compile(case.number)).click()
    no_problems(clerk, "declined")
    clerk.get_by_role("link", name="この先につなぐ").click()
    expect(clerk.get_by_label(re.compile(re.escape(BY_LINK)))).to_be_checked()


def test_an_agency_without_accounts_answers_by_link_and_code(
    portal: Any, case: Case, clerk: Page, open_browser: Browser
) -> None:
    hand_on(clerk, case, BY_LINK)
    expect(clerk.get_by_text("メールの案内から受ける")).to_be_visible()
    no_problems(clerk, "preview")
    send(clerk)
    portal.drain()
    [first] = mails_to(MAILBOX[BY_LINK])
    address = re.search(r"/partner/link/[^/\s]+/", first.body)[0]  # type: ignore[index]  # it is there
    assert not re.search(CANARY, first.subject + first.body)

    agency = open_browser(viewport=TELEPHONE)
    agency.goto(address)
    assert not re.search(f"{CANARY}|{case.number}|あんしん", agency.content())
    no_problems(agency, "link")
    agency.get_by_role("button", name="確認コードを送る").click()
    portal.drain()
    code = re.search(r"\d{6}", mails_to(MAILBOX[BY_LINK])[-1].body)[0]  # type: ignore[index]  # it is there

    stranger = open_browser()
    stranger.goto(address)
    assert not re.search(f"{CANARY}|{case.number}|あんしん", stranger.content())
    stranger.goto(f"/partner/referrals/{case.referral.pk}/")
    expect(stranger).to_have_url(re.compile("/account/login/"))

    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    agency.get_by_label("確認コード").fill(wrong)
    agency.get_by_role("button", name="開く").click()
    expect(agency.locator("#error-summary")).to_contain_text("あと4回")
    no_problems(agency, "code-wrong")
    agency.get_by_label("確認コード").fill(code)
    agency.get_by_role("button", name="開く").click()
    expect(agency.get_by_text("QQCONCERN")).to_be_visible()
    no_problems(agency, "opened-by-link")
    agency.get_by_role("button", name="つなぎ票（PDF）を作る").click()
    portal.drain()
    agency.reload()
    expect(agency.locator("body")).to_have_class(re.compile("cw-partner"))
    with agency.expect_download() as download:
        agency.get_by_role("link", name=re.compile("保存|ダウンロード|PDF")).first.click()
    assert download.value.suggested_filename.endswith(".pdf")

    agency.goto(f"/partner/referrals/{case.referral.pk}/")
    agency.get_by_label("担当する人の名前").fill("見本 りんく")
    fill_day(agency, "最初に本人へ連絡する日", timezone.localdate())
    agency.get_by_role("button", name="受理する").click()
    expect(agency.get_by_text("受理しました。")).to_be_visible()
    entry = case.row.matter.timeline.get(kind="referral.accepted")
    assert entry.actor_label == "つなぎ先"


def test_the_resident_takes_the_consent_back(
    portal: Any, case: Case, clerk: Page, worker: Page, open_browser: Browser, complaints: Any
) -> None:
    hand_on(clerk, case, BY_ACCOUNT)
    send(clerk)
    portal.drain()
    worker.goto(f"/partner/referrals/{case.referral.pk}/")
    worker.get_by_role("button", name="内容を開く").click()

    telephone = resident(open_browser(viewport=TELEPHONE, script=False), case)
    consents = telephone.get_by_role("region", name="だれに、何を渡してよいか")
    expect(consents).to_contain_text("相談の内容")
    consents.get_by_role("link", name=re.compile("同意を取り消す")).click()
    expect(telephone.get_by_role("heading", level=1)).to_have_text("同意を取り消しますか")
    expect(telephone.get_by_text("今すぐ内容を見られなくなります")).to_be_visible()
    shot(telephone, "j5/consent-withdraw-375")
    telephone.get_by_role("button", name="同意を取り消す").click()
    expect(
        telephone.get_by_text(f"同意を取り消しました。{BY_ACCOUNT}は、もう内容を見られません。").first
    ).to_be_visible()
    shot(telephone, "j5/consent-withdrawn-375")

    worker.get_by_label("担当する人の名前").fill("おそい人")
    assert worker.goto(f"/partner/referrals/{case.referral.pk}/").status == 404  # type: ignore[union-attr]  # it answered
    on_top_of_the_queue(clerk, case)
    clerk.goto("/admin/consultations/referrals/?tab=came_back")
    expect(clerk.get_by_role("row", name=re.compile(case.number))).to_contain_text("同意の撤回により終了")
    portal.drain()
    assert any("終わりました" in one.subject for one in mails_to(MAILBOX[BY_ACCOUNT]))


def test_a_partner_on_paper(portal: Any, case: Case, clerk: Page) -> None:
    """The sheet with a cover for the FAX carries the same number; the clerk enters what was answered."""
    hand_on(clerk, case, ON_PAPER)
    expect(clerk.get_by_text("電話・FAX・郵便で受ける")).to_be_visible()
    send(clerk)
    portal.drain()
    clerk.goto(f"/admin/consultations/case/{case.number}/referrals/1/")
    expect(clerk.get_by_text("先方はポータルを使っていません")).to_be_visible()
    no_problems(clerk, "paper")
    clerk.get_by_role("button", name="FAX送信票を付けて印刷する").click()
    portal.drain()
    clerk.reload()
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name=re.compile("保存|ダウンロード|PDF")).first.click()
    assert case.number in download.value.suggested_filename

    clerk.goto(f"/admin/consultations/case/{case.number}/referrals/1/")
    answer = clerk.get_by_role("region", name="先方が受理した")
    answer.get_by_label("担当する人の名前").fill("見本 まどぐち")
    fill_day(clerk, "最初に本人へ連絡する日", timezone.localdate())
    answer.get_by_role("button", name="聞いたとおりに記録する").click()
    expect(clerk.locator("#error-summary")).to_contain_text("どう届いたか")
    answer = clerk.get_by_role("region", name="先方が受理した")
    answer.get_by_label("FAX・郵便").check()
    answer.get_by_role("button", name="聞いたとおりに記録する").click()
    expect(clerk.get_by_text("で聞き、")).to_be_visible()
    assert case.referral.accepted_by_name == "見本 まどぐち"


def test_the_head_hears_of_an_answer_that_is_late(
    portal: Any, case: Case, clerk: Page, open_browser: Browser, sign_in: Any
) -> None:
    """The moments of the plan are moved into the past; beat does the rest."""
    hand_on(clerk, case, BY_ACCOUNT)
    send(clerk)
    portal.drain()
    answer = Deadline.objects.running().get(matter=case.pk, kind="referral.answer")
    past = timezone.now() - dt.timedelta(hours=1)
    Deadline.objects.filter(pk=answer.pk).update(due_at=past)
    DeadlineStep.objects.filter(deadline=answer, code__in=["remind", "remind_head"]).update(due_at=past)
    for _ in range(2):
        portal.drain()
    assert len([one for one in mails_to(MAILBOX[BY_ACCOUNT]) if "お返事をお待ち" in one.subject]) == 1
    [late] = [one for one in mail.outbox if "遅れています" in one.subject]
    assert late.to == [f"{HEAD}@demo.example.jp"]
    assert not re.search(f"{CANARY}|あんしん", late.subject + late.body)
    head = sign_in(open_browser(), HEAD)
    head.goto(re.search(r"http\S+", late.body)[0])  # type: ignore[index]  # it is there
    expect(head.get_by_text(f"つなぎ {case.number}-1").first).to_be_visible()
    clerk.goto("/admin/consultations/referrals/?tab=waiting&late=1")
    expect(clerk.get_by_role("row", name=re.compile(case.number))).to_contain_text("返事が遅れています")
    no_problems(clerk, "late")
