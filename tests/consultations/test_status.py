"""いまどうなっているか: by number and passphrase (C3), the conversation, the end and the way back."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from chiba_ward.access.actor import Actor, actor_of
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office
from consultations.enums import State
from consultations.models import CitizenMessage, Consultation
from consultations.services import closing, conversation, triage
from tests.consultations.citizen_support import picture, send, unlock, words
from tests.factories import make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def clerk(city: Office) -> Actor:
    posting = make_posting(Role.SECTION, office=Office.objects.get(ward__slug="wakaba"))
    return actor_of(posting.person, posting)


def say(client: Client, number: str, **data: Any) -> Any:
    return client.post("/status/case/message/", {"number": number, **data})


class TestTheKey:
    """C3: 匿名で送れ、照会番号だけで状況を確認でき、番号の総当たりはできない。"""

    def test_number_and_passphrase_open_exactly_that_case(self, client: Client, city: Office) -> None:
        number, phrase = send(client)
        other_number, _ = send(Client())
        reader = Client()
        typed = (
            number.lower().replace("-", "ー"),
            phrase.replace(" ", "").translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        )
        assert unlock(reader, *typed)["Location"] == "/status/case/"
        assert "受け付けました" in words(reader.get("/status/case/"))
        assert reader.get("/my/").status_code in (302, 404)
        say(reader, other_number, body="ほかの人の番号")
        assert not CitizenMessage.objects.exists(), "the key opens one case and no other"

    def test_wrong_passphrase_and_unknown_number_read_the_same(self, client: Client, city: Office) -> None:
        number, _ = send(client)
        wrong = unlock(Client(), number, "1111 2222 3333 4444")
        last = number[-1]
        unknown = unlock(Client(), _another_number(number), "1111 2222 3333 4444")
        bare = [
            re.sub(r'value="[^"]*"|name="csrfmiddlewaretoken"', "", r.content.decode())
            for r in (wrong, unknown)
        ]
        assert wrong.status_code == unknown.status_code == 422
        assert bare[0] == bare[1]
        assert last

    def test_guessing_is_stopped_and_never_for_ever(self, client: Client, city: Office, monday: Any) -> None:
        number, phrase = send(client)
        guesser = Client()
        answers = [words(unlock(guesser, number, f"1111 2222 3333 {n:04d}")) for n in range(8)]
        assert "まちがいが続いたため" in answers[-1]
        assert "まちがいが続いたため" in words(unlock(guesser, number, phrase)), "the right one must wait too"
        monday.shift(dt.timedelta(minutes=16))
        assert unlock(guesser, number, phrase).status_code == 302

    def test_a_slip_is_told_before_anything_is_tried(self, client: Client, city: Office) -> None:
        assert "4桁ずつ4組" in words(unlock(client, "S-7K4M-925W", "123"))
        assert "受付番号" in words(unlock(client, "こんにちは", "1111 2222 3333 4444"))

    def test_without_a_key_the_page_asks_for_it(self, client: Client, city: Office) -> None:
        assert "時間がたつと、安全のために閉じます" in words(client.get("/status/case/", follow=True))

    def test_leaving_closes_it(self, client: Client, city: Office) -> None:
        send(client)
        client.post("/status/leave/")
        assert client.get("/status/case/")["Location"] == "/status/"


def _another_number(number: str) -> str:
    from chiba_ward.casework import receipt_numbers

    while (new := receipt_numbers.new("S")) == number:
        pass
    return new


class TestConversation:
    def test_sentences_say_day_and_doer(self, client: Client, clerk: Actor) -> None:
        """「5/12 に…」: plain words, the day first, no section jargon."""
        number, _ = send(client)
        case = Consultation.objects.get()
        triage.take(case.pk, by=clerk)
        conversation.reply(case.pk, by=clerk, body="お母さまの年齢を教えてください。", ask=True)
        shown = words(client.get("/status/case/"))
        assert "5/11 に相談を受け付けました。" in shown
        assert "5/11 に若葉区 総務課から、あなたにおたずねを送りました。" in shown
        assert "あなたのお返事を待っています" in shown
        assert "お母さまの年齢" in shown
        assert number in shown
        assert not re.search("ステータス|プロセス|起票", shown)

    def test_an_answer_sets_the_clock_going_again(self, client: Client, clerk: Actor) -> None:
        number, _ = send(client)
        pk = Consultation.objects.get().pk
        triage.take(pk, by=clerk)
        conversation.reply(pk, by=clerk, body="教えてください。", ask=True)
        assert say(client, number, body="82歳です。", files=picture()).status_code == 302
        case = Consultation.objects.get()
        assert case.waiting_since is None
        assert case.unread_messages == 1
        assert case.matter.attachments.count() == 1
        shown = words(client.get("/status/case/"))
        assert "82歳です。" in shown
        assert "ファイル1" in shown
        assert "お返事を待っています" not in shown

    def test_a_message_with_the_passphrase_is_refused_and_kept_in_the_field(
        self, client: Client, city: Office
    ) -> None:
        number, phrase = send(client)
        response = say(client, number, body=f"合言葉は{phrase}です", files=picture())
        assert response.status_code == 422
        assert "16けたの番号" in words(response)
        assert phrase in words(response)
        assert "選んだファイルは届いています" in words(response)
        assert not any(phrase[:4] in message.body for message in CitizenMessage.objects.all())
        assert Consultation.objects.get().matter.attachments.count() == 1

    def test_a_file_alone_is_a_message(self, client: Client, city: Office) -> None:
        number, _ = send(client)
        assert say(client, number, body="", files=picture()).status_code == 302
        assert "ファイルを送りました。" in words(client.get("/status/case/"))
        assert say(client, number, body="").status_code == 422

    def test_a_key_that_ran_out_loses_no_word(self, client: Client, city: Office, monday: Any) -> None:
        number, phrase = send(client)
        monday.shift(dt.timedelta(minutes=20))
        late = say(client, number, body="長い手紙を書きました。\n二行めです。")
        assert late.status_code == 401
        assert "長い手紙を書きました。" in late.content.decode()
        opened = client.post(
            "/status/",
            {"number": number, "phrase": phrase, "carried": "長い手紙を書きました。\n二行めです。"},
        )
        assert "長い手紙を書きました。" in words(opened)
        assert "まだ送っていません" in words(opened)
        assert not CitizenMessage.objects.exists()

    def test_an_account_holder_writes_in_their_own_case(self, resident_client: Client, city: Office) -> None:
        number, _ = send(resident_client)
        assert "母の介護のこと" in words(resident_client.get("/my/"))
        assert say(resident_client, number, body="追加です").headers["Location"] == f"/my/{number}/"
        assert "追加です" in words(resident_client.get(f"/my/{number}/"))

    def test_a_foreign_case_is_not_there(self, resident_client: Client, city: Office) -> None:
        number, _ = send(Client())
        assert resident_client.get(f"/my/{number}/").status_code == 404
        assert resident_client.get("/my/S-2222-2222/").status_code == 404


class TestTheEnd:
    def finished(self, client: Client, clerk: Actor) -> tuple[str, int]:
        number, _ = send(client)
        pk = Consultation.objects.get().pk
        triage.take(pk, by=clerk)
        conversation.reply(pk, by=clerk, body="こうしてはいかがでしょう。")
        closing.close(pk, by=clerk, outcome="advised")
        return number, pk

    def test_is_it_solved_yes(self, client: Client, clerk: Actor) -> None:
        number, pk = self.finished(client, clerk)
        assert "解決しましたか" in words(client.get("/status/case/"))
        for _ in range(2):
            client.post("/status/case/solved/", {"number": number})
        case = Consultation.objects.get(pk=pk)
        assert case.matter.timeline.filter(kind="consultation.solved").count() == 1
        assert "「解決した」と知らせてもらいました" in words(client.get("/status/case/"))

    def test_is_it_solved_no_reopens_with_what_is_still_wrong(self, client: Client, clerk: Actor) -> None:
        """解決しましたか → same number goes on within 30 days (J1)."""
        number, pk = self.finished(client, clerk)
        assert (
            client.post("/status/case/reopen/", {"number": number, "body": "まだ眠れません。"}).status_code
            == 302
        )
        case = Consultation.objects.get(pk=pk)
        assert case.is_open
        assert case.receipt_no == number
        assert case.messages.last().body == "まだ眠れません。"
        assert "までにお返事します" in words(client.get("/status/case/"))

    def test_after_thirty_days_a_new_one_is_asked_for(
        self, client: Client, clerk: Actor, monday: Any
    ) -> None:
        number, pk = self.finished(client, clerk)
        _, phrase = number, None
        monday.shift(dt.timedelta(days=31))
        case = Consultation.objects.get(pk=pk)
        assert phrase is None
        assert not case.is_open
        with pytest.raises(Exception, match="30日を過ぎています"):
            closing.reopen(pk, by=Actor(matter_id=pk))

    def test_a_closed_case_takes_no_message_that_nobody_would_read(
        self, client: Client, clerk: Actor
    ) -> None:
        number, _ = self.finished(client, clerk)
        response = say(client, number, body="届きますか")
        assert response.status_code == 422
        assert "この相談は終わっています" in words(response)

    def test_withdrawing_is_confirmed_and_can_be_taken_back(self, client: Client, city: Office) -> None:
        number, _ = send(client)
        unsure = client.post("/status/case/withdraw/", {"number": number})
        assert unsure.status_code == 422
        assert "印を付けてください" in words(unsure)
        client.post("/status/case/withdraw/", {"number": number, "sure": "on"})
        assert Consultation.objects.get().state == State.WITHDRAWN
        client.post("/status/case/reopen/", {"number": number})
        assert Consultation.objects.get().is_open
