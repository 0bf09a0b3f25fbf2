"""The four screens: nothing is skipped, nothing typed is lost, danger is answered first (J1, C18)."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chiba_ward.casework import drafts
from chiba_ward.casework.models import Draft, DraftFile
from consultations.models import Consultation
from tests.consultations import citizen_support as support
from tests.consultations.citizen_support import ANSWERS, answer, begin, picture, send, walk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city", "monday")]


def test_the_start_page_promises_a_day_and_says_that_the_office_is_open(client: Client) -> None:
    shown = words(client.get("/consult/"))
    assert "いま送ると、5月14日（木）までにお返事します。" in shown
    assert "いま、区役所は閉まっています" not in shown


def test_not_knowing_is_a_full_answer(client: Client) -> None:
    """わからない: the topic, the ward; the case still has a desk that owns it."""
    number, _ = send(client, place={"ward": "unknown", "town_name": "", "address": ""})
    case = Consultation.objects.get(matter__receipt_no=number)
    assert case.ward is None
    assert case.topic
    assert case.topic.code == "unknown"
    assert case.desk_office.is_triage_desk


def test_nobody_skips_ahead(client: Client) -> None:
    draft = begin(client)
    assert client.get(f"{draft}/contact/")["Location"] == f"{draft}/topic/"
    assert client.get(f"{draft}/check/")["Location"] == f"{draft}/topic/"
    assert client.get(f"{draft}/elsewhere/").status_code == 404


def test_a_step_opens_again_with_what_was_answered(client: Client) -> None:
    draft = walk(client)
    assert "母の介護のこと" in client.get(f"{draft}/story/").content.decode()
    shown = words(client.get(f"{draft}/check/"))
    for said in ("家族のこと", "母の介護のこと", "若葉区", "都賀", "このポータルで見る"):
        assert said in shown


def test_the_draft_of_another_browser_is_not_opened(client: Client) -> None:
    draft = walk(client)
    other = Client()
    response = other.get(f"{draft}/story/", follow=True)
    assert "母の介護" not in words(response)
    assert "書きかけが見つかりません" in words(response)


class TestAddress:
    def test_one_town_fills_ward_and_town(self, client: Client) -> None:
        draft = begin(client)
        for name in ("topic", "story"):
            answer(client, draft, name)
        press = {"postal_code": "２６４ー００２５", "find_address": "1", "address": "1-2-3"}
        assert client.post(f"{draft}/place/", press).status_code == 302
        page = client.get(f"{draft}/place/").content.decode()
        assert 'value="都賀"' in page
        assert 'value="wakaba" id="id_ward_1" checked' in page.replace(' class="cw-input"', "")
        assert 'value="1-2-3"' in page

    @pytest.mark.parametrize(("code", "choice", "ward", "town"), [
        ("2600001", "chuo|若松町", "chuo", "若松町"),
        ("2640026", "wakaba|西都賀", "wakaba", "西都賀"),
    ])  # fmt: skip
    def test_several_towns_are_offered_to_choose(
        self, client: Client, code: str, choice: str, ward: str, town: str
    ) -> None:
        draft = begin(client)
        for name in ("topic", "story"):
            answer(client, draft, name)
        client.post(f"{draft}/place/", {"postal_code": code, "find_address": "1"})
        assert choice in client.get(f"{draft}/place/").content.decode()
        response = answer(client, draft, "place", {"postal_code": code, "found": choice})
        assert response.status_code == 302, words(response)
        answer(client, draft, "contact")
        number, _ = support.taken_home(client.post(f"{draft}/check/"))
        case = Consultation.objects.get(matter__receipt_no=number)
        assert case.ward
        assert case.ward.slug == ward
        assert case.parties.get(kind="subject").address == town

    def test_a_code_of_another_ward_is_asked_about(self, client: Client) -> None:
        draft = begin(client)
        for name in ("topic", "story"):
            answer(client, draft, name)
        response = answer(client, draft, "place", {"postal_code": "2640025", "ward": "chuo"})
        assert response.status_code == 422
        assert "この郵便番号は若葉区のものです" in words(response)

    @pytest.mark.parametrize(("code", "reason"), [
        ("", "郵便番号を入力してから"), ("123", "7けた"), ("9999999", "千葉市の中に見つかりません"),
    ])  # fmt: skip
    def test_a_code_that_leads_nowhere_is_told_beside_the_field(
        self, client: Client, code: str, reason: str
    ) -> None:
        draft = begin(client)
        for name in ("topic", "story"):
            answer(client, draft, name)
        response = client.post(
            f"{draft}/place/", {"postal_code": code, "town_name": "都賀", "find_address": "1"}
        )
        assert response.status_code == 422
        assert reason in words(response)
        assert 'value="都賀"' in response.content.decode()


class TestDanger:
    def test_words_of_danger_bring_the_fitting_number_first(self, client: Client) -> None:
        draft = begin(client)
        answer(client, draft, "topic")
        answer(client, draft, "story", {**support.STORY, "body": "もう死にたいです"})
        shown = words(client.get(f"{draft}/place/"))
        assert shown.index("0120-061-338") < shown.index("困っている人が住んでいる区")
        assert "いま危ないときは、先に電話してください" in shown

    def test_danger_never_stops_anybody_from_sending(self, client: Client) -> None:
        number, _ = send(client, story={"body": "夫に殺される"})
        case = Consultation.objects.get(matter__receipt_no=number)
        assert case.risk_rank == 0
        assert case.urgency == "", "a phrase only suggests; a human decides (R1)"

    def test_money_trouble_is_no_case_for_the_police(self, client: Client) -> None:
        draft = begin(client)
        answer(client, draft, "topic")
        answer(client, draft, "story", {**support.STORY, "body": "督促状が来て家賃が払えません"})
        assert "先に電話してください" not in words(client.get(f"{draft}/place/"))

    def test_at_night_the_numbers_stand_first_with_the_next_opening(self, client: Client) -> None:
        """DOMAIN R5: outside opening hours."""
        import time_machine

        with time_machine.travel(support.FRIDAY_NIGHT):
            for address in ("/", "/consult/"):
                answer = client.get(address)
                page, shown = answer.content.decode(), words(answer)
                said = shown.index("職員が読むのは5月18日（月）8時30分からです")
                assert said < shown.index("相談をはじめる" if address == "/" else "お返事の約束")
                assert page.index('href="tel:110"') < page.index("職員が読むのは")

    def test_at_night_life_in_danger_is_not_promised_an_answer_at_night(self, client: Client) -> None:
        import time_machine

        with time_machine.travel(support.FRIDAY_NIGHT):
            draft = walk(client, story={"body": "夫に殺される"})
            assert "5月18日（月）までにお返事します" in words(client.get(f"{draft}/check/"))
            assert "5月18日（月）までにお返事します" in words(client.post(f"{draft}/check/"))


class TestFiles:
    def start(self, client: Client) -> str:
        draft = begin(client)
        answer(client, draft, "topic")
        return draft

    def test_a_file_stays_when_another_field_fails(self, client: Client) -> None:
        draft = self.start(client)
        response = answer(client, draft, "story", {**support.STORY, "chief_concern": "", "files": picture()})
        assert response.status_code == 422
        assert "ファイル1" in words(response)
        assert answer(client, draft, "story").status_code == 302
        for name in ("place", "contact"):
            answer(client, draft, name)
        number, _ = support.taken_home(client.post(f"{draft}/check/"))
        assert Consultation.objects.get(matter__receipt_no=number).matter.attachments.count() == 1

    def test_a_wrong_file_is_refused_beside_the_field_and_the_good_one_stays(self, client: Client) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        draft = self.start(client)
        bad = SimpleUploadedFile("わるい.exe", b"MZ\x90\x00" * 50)
        response = answer(client, draft, "story", {**support.STORY, "files": [bad, picture()]})
        assert response.status_code == 422
        assert "この種類のファイルは受け取れません" in words(response)
        assert "ファイル1" in words(response)
        assert "わるい.exe" not in response.content.decode(), "a person's file name is kept nowhere (AN5)"

    def test_no_more_than_five(self, client: Client) -> None:
        draft = self.start(client)
        colours = ["red", "green", "blue", "white", "black", "pink"]
        response = answer(
            client, draft, "story", {**support.STORY, "files": [picture(colour=c) for c in colours]}
        )
        assert response.status_code == 422
        assert "5つまで" in words(response)
        assert DraftFile.objects.count() == 5

    def test_the_same_file_again_is_kept_once(self, client: Client) -> None:
        draft = self.start(client)
        for _ in range(2):
            answer(client, draft, "story", {**support.STORY, "files": picture()})
        assert DraftFile.objects.count() == 1

    def test_a_file_is_taken_out(self, client: Client) -> None:
        draft = self.start(client)
        answer(client, draft, "story", {**support.STORY, "files": picture()})
        kept = DraftFile.objects.get()
        answer(client, draft, "story", remove_file=str(kept.pk))
        assert not DraftFile.objects.exists()
        for nonsense in ("", "x", "-1", "9" * 40, str(kept.pk)):
            assert answer(client, draft, "story", remove_file=nonsense).status_code == 302


class TestSavedDrafts:
    """C18: 途中保存から再開でき、セッション切れでも入力が消えず、共有端末では残らない。"""

    def test_what_is_not_right_yet_is_saved_too(self, client: Client) -> None:
        draft = begin(client)
        answer(client, draft, "topic")
        response = answer(client, draft, "story", {"chief_concern": "", "body": "書きかけ", "suspend": "1"})
        assert response["Location"] == f"{draft}/saved/"
        assert "書きかけ" in client.get(f"{draft}/story/").content.decode()

    def resume_key(self, client: Client, draft: str) -> tuple[str, str]:
        import re

        shown = words(client.post(f"{draft}/saved/"))
        number, phrase = re.search(r"D-[0-9A-Z]{4}-[0-9A-Z]{4}", shown), support.PHRASE.search(shown)
        assert number
        assert phrase
        return number[0], phrase[0]

    def test_it_goes_on_on_another_device(self, client: Client) -> None:
        draft = walk(client)
        number, phrase = self.resume_key(client, draft)
        assert phrase not in words(client.get(f"{draft}/saved/")), "shown once"
        other = Client()
        assert other.post("/consult/resume/", {"number": number, "phrase": phrase}).status_code == 302
        assert "母の介護のこと" in words(other.get(f"{draft}/check/"))

    def test_a_wrong_passphrase_and_an_unknown_number_get_the_same_answer(self, client: Client) -> None:
        number, _ = self.resume_key(client, walk(client))
        other = Client()
        wrong = other.post("/consult/resume/", {"number": number, "phrase": "1111 2222 3333 4444"})
        unknown = other.post("/consult/resume/", {"number": "D-2222-222B", "phrase": "1111 2222 3333 4444"})
        assert wrong.status_code == 422
        assert "再開番号か合言葉がちがいます" in words(wrong)
        assert unknown.status_code == 422

    def test_a_shared_terminal_forgets_when_the_browser_closes_and_after_sending(
        self, client: Client
    ) -> None:
        draft = walk(client, start={"shared": "on"})
        assert client.cookies[drafts.COOKIE.name]["max-age"] == "", "a cookie of the open browser only"
        client.post(f"{draft}/check/")
        assert client.cookies[drafts.COOKIE.name].value == ""

    @pytest.mark.parametrize("name", list(ANSWERS))
    def test_an_expired_draft_keeps_what_is_being_typed(self, client: Client, name: str) -> None:
        draft = walk(client)
        Draft.objects.update(
            created_at=timezone.now() - timezone.timedelta(days=40), expires_at=timezone.now()
        )
        response = answer(client, draft, name)
        assert response.status_code == 302
        kept = Draft.objects.exclude(pk=draft.rsplit("/", 1)[-1]).get()
        assert kept.data[name][next(iter(ANSWERS[name]))] == [str(next(iter(ANSWERS[name].values())))]
        assert "いま書いた画面の内容は残っています" in words(client.get(response["Location"], follow=True))

    def test_an_account_holder_finds_the_draft_under_their_own_page(self, resident_client: Client) -> None:
        draft = walk(resident_client)
        shown = words(resident_client.get("/my/"))
        assert "母の介護のこと" in shown
        assert "ログインすれば" in words(resident_client.get(f"{draft}/saved/"))
        assert resident_client.post(f"{draft}/saved/").status_code == 200
        assert Draft.objects.get().resume_no is None


@pytest.mark.parametrize(("prefix", "said"), [
    ("/en", ["We received your consultation", "Passphrase (16 digits)", "We answer by Thu 14 May"]),
    ("/ja-easy", ["相談を 受けつけました", "合言葉（16の 数字）", "5月14日（木）までに 返事を します"]),
])  # fmt: skip
def test_the_way_is_walked_in_the_language_of_the_person(
    client: Client, prefix: str, said: list[str]
) -> None:
    draft = walk(client, prefix)
    response = client.post(f"{draft}/check/")
    for part in said:
        assert part in words(response)
    assert Consultation.objects.get().language == prefix.strip("/")


KANA_AND_KANJI = r"[ぁ-んァ-ヶ一-龯]"
NAMES_THAT_STAY = [
    "千葉港",
    "都賀",
    "警察",
    "児童相談所",
    "母の介護のこと",
    "何から相談すればよいか分かりません。",
    "母",
]


@pytest.mark.parametrize(
    "page", ["", "consult/", "consult/resume/", "status/", *(f"step:{n}" for n in ANSWERS), "step:check"]
)
def test_an_english_page_has_no_japanese_left(client: Client, page: str) -> None:
    """No mixed-language screens: what a person typed and proper names aside."""
    import re

    address = f"/en/{page}"
    if page.startswith("step:"):
        address = f"{walk(client, '/en')}/{page[5:]}/"
    response = client.get(address)
    assert response.status_code == 200
    assert '<html lang="en"' in response.content.decode()
    shown = words(response)
    for name in NAMES_THAT_STAY:
        shown = shown.replace(name, "")
    assert not re.findall(KANA_AND_KANJI, shown), re.findall(f"{KANA_AND_KANJI}+", shown)


def test_every_answer_is_shown_before_sending(client: Client) -> None:
    everything: dict[str, Any] = {
        "preferred": "call", "name": "見本 花子", "kana": "ﾐﾎﾝ ﾊﾅｺ", "phone": "０４３−０００−０００１", "call_from": "11:00",
        "call_until": "12:00", "cautions": ["no_voicemail"], "forbidden": "夫", "accommodation": "筆談", "needs_interpreter": "on",
    }  # fmt: skip
    shown = words(client.get(f"{walk(client, contact=everything)}/check/"))
    for said in (
        "見本 花子",
        "ミホン",
        "043-000-0001",
        "11:00",
        "12:00",
        "留守番電話に残さない",
        "夫",
        "筆談",
        "通訳が必要です",
    ):
        assert said in shown
