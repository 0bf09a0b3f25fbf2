"""One case on the screen: what is next, what is safe, and what two clerks do to each other."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiba_ward.access.actor import Actor
from chiba_ward.directory.enums import Role
from consultations.enums import State
from consultations.models import Consultation
from consultations.services import closing, conversation, triage
from consultations.services.filing import Person
from tests.consultations.staff_support import House, by, fresh, make_house, seen, taken
from tests.factories import make_posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def clerk(house: House, sign_in) -> Client:
    return sign_in(house.clerk.person)


def show(client: Client, case: Consultation) -> str:
    response = client.get(reverse("staff:case", args=[case.receipt_no]))
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, case: Consultation, name: str, *, at_line: int | None = None, **fields: object):
    data = {f"{name}-{key}": value for key, value in fields.items() if key not in ("sure", "edit")}
    data |= {key: fields[key] for key in ("sure", "edit") if key in fields}
    data["seen"] = seen(case) if at_line is None else at_line
    return client.post(reverse("staff:act", args=[case.receipt_no, name]), data, follow=True)


def test_the_next_step_stands_alone_on_top(house: House, clerk: Client) -> None:
    case = house.case()
    assert "担当を決めます" in show(clerk, case)
    press(clerk, case, "take")
    assert "回答を書くか" in show(clerk, case)


def test_c4_no_telephone_button_where_home_must_not_ring(house: House, clerk: Client) -> None:
    card = {"preferred": "call", "phone": "043-000-1234", "may_call": True}
    assert "tel:0430001234" in show(clerk, house.case(contact=card))
    html = show(clerk, house.case(contact={**card, "no_home_contact": True}))
    assert "tel:" not in html
    assert "043-000-1234" not in html
    assert "家には電話も手紙もしないでください" in html


def test_the_phrase_is_shown_and_the_human_decides(house: House, clerk: Client) -> None:
    from consultations.models import UrgencyWord

    UrgencyWord.objects.get_or_create(
        phrase="死んでしまいたい", defaults={"urgency": "U1", "flag": "suicide_risk"}
    )
    case = house.case(body="正直もう死んでしまいたいと思う")
    html = show(clerk, case)
    assert "「死んでしまいたい」" in html
    assert "人が決めます" in html
    answer = press(clerk, case, "urgency", level="U1", note="電話した").content.decode()
    assert "緊急度を U1 と決めた" in answer
    assert "緊急度を決めてください" not in answer


def test_a_line_is_dated_once(house: House, clerk: Client) -> None:
    case = taken(house)
    html = show(clerk, case)
    assert not re.search(r"cw-timeline__title\">\d+/\d+ に", html)
    assert "担当になった" in html


def test_notes_stay_in_the_house(house: House, clerk: Client) -> None:
    case = taken(house)
    press(clerk, case, "note", text="庁内だけの話 金糸雀")
    assert "庁内だけの話 金糸雀" in show(clerk, case)
    assert not any("金糸雀" in line.text for line in case.matter.timeline.for_partner())


def test_an_act_after_somebody_elses_keeps_the_words_and_says_who(house: House, clerk: Client) -> None:
    case = taken(house)
    before = seen(case)
    triage.set_urgency(case.pk, by=by(house.colleague), level="U2")
    answer = press(clerk, case, "fields", at_line=before, applies_intent="checking")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert str(house.colleague.person) in html
    assert "緊急度を U2 と決めた" in html
    assert fresh(case).applies_intent == ""
    assert press(clerk, case, "fields", applies_intent="checking").status_code == 200
    assert fresh(case).applies_intent == "checking"


def test_an_act_that_is_no_longer_possible_gives_the_typed_words_back(house: House, clerk: Client) -> None:
    case = taken(house)
    before = seen(case)
    closing.close(case.pk, by=by(house.colleague), outcome="advised")
    answer = press(clerk, case, "watch", at_line=before, note="毎週電話する 金糸雀")
    assert answer.status_code == 409
    assert "毎週電話する 金糸雀" in answer.content.decode()
    assert "完了にした" in answer.content.decode()


def test_a_double_press_is_one_act(house: House, clerk: Client) -> None:
    case = house.case()
    before = seen(case)
    assert press(clerk, case, "take", at_line=before).status_code == 200
    assert "もう済んでいます" in press(clerk, case, "take", at_line=before).content.decode()
    assert press(clerk, case, "note", text="一度だけ").status_code == 200
    assert case.matter.timeline.filter(kind="consultation.taken").count() == 1


def test_closing_is_asked_once_more_with_what_the_resident_reads(house: House, clerk: Client) -> None:
    case = taken(house)
    asked = press(clerk, case, "close", outcome="advised", outcome_note="案内した").content.decode()
    assert "相談者に伝わること" in asked
    assert "この相談を完了しました" in asked
    assert "案内した" in asked
    assert fresh(case).state == State.IN_PROGRESS
    kept = press(clerk, case, "close", outcome="advised", outcome_note="案内した", edit="1").content.decode()
    assert "案内した" in kept
    press(clerk, case, "close", outcome="advised", outcome_note="案内した", sure="1")
    assert fresh(case).state == State.CLOSED
    press(clerk, case, "reopen", reason="続きがあった", sure="1")
    assert fresh(case).state == State.IN_PROGRESS


def test_a_refusal_stands_beside_the_field_and_keeps_the_rest(house: House, clerk: Client) -> None:
    case = taken(house)
    answer = press(clerk, case, "close", outcome="out_of_scope", outcome_note="", sure="1")
    assert answer.status_code == 422
    assert "対象外とする理由を入力してください" in answer.content.decode()
    assert 'id="act-close" open' in answer.content.decode()


def test_reply_with_a_standard_text_preview_and_send(house: House, clerk: Client) -> None:
    from chiba_ward.correspondence.models import NoticeTemplate

    case = taken(house, contact={"preferred": "email", "email": "a@example.test", "may_email": True})
    url = reverse("staff:reply", args=[case.receipt_no])
    row = NoticeTemplate.objects.get(key="reply.thanks", language="ja")
    html = clerk.post(url, {"insert": "1", "template": row.pk, "body": "こんにちは"}).content.decode()
    assert "こんにちは" in html
    assert "総務課が担当します" in html
    assert "{" not in html.split("<textarea")[1].split("</textarea>")[0]
    asked = clerk.post(url, {"body": "お返事です", "seen": seen(case), "check": "1"}).content.decode()
    assert "このように見えます" in asked
    assert "本文は送りません" in asked
    assert not case.messages.exists()
    clerk.post(url, {"body": "お返事です", "seen": seen(case), "send": "1"})
    assert case.messages.get().body == "お返事です"
    assert case.matter.notices.filter(template_key="consultation.reply").exists()


def test_a_reply_with_holes_is_not_sent(house: House, clerk: Client) -> None:
    case = taken(house)
    url = reverse("staff:reply", args=[case.receipt_no])
    answer = clerk.post(url, {"body": "{promise_date}まで\n・\n", "send": "1", "seen": seen(case)})
    assert answer.status_code == 422
    assert not case.messages.exists()


def test_a_reply_is_not_sent_over_a_colleagues(house: House, clerk: Client) -> None:
    case = taken(house)
    before = seen(case)
    conversation.reply(case.pk, by=by(house.colleague), body="先に書いた")
    answer = clerk.post(
        reverse("staff:reply", args=[case.receipt_no]), {"body": "後から", "send": "1", "seen": before}
    )
    assert answer.status_code == 409
    assert "後から" in answer.content.decode()
    assert case.messages.count() == 1


def test_unread_until_pressed_and_a_page_view_writes_nothing(house: House, clerk: Client) -> None:
    case = taken(house)
    conversation.message_from_citizen(case.pk, by=Actor(matter_id=case.pk), body="追加です")
    assert "未読" in show(clerk, case)
    assert fresh(case).unread_messages == 1
    press(clerk, case, "read")
    assert fresh(case).unread_messages == 0


@pytest.mark.parametrize("name", ["case", "case_print", "reply", "split"])
def test_foreign_and_unknown_numbers_are_404(house: House, clerk: Client, name: str) -> None:
    foreign = make_house("wakaba").case()
    for number in (foreign.receipt_no, "S-0000-0000", "x"):
        assert clerk.get(reverse(f"staff:{name}", args=[number])).status_code == 404
    assert clerk.post(reverse("staff:act", args=[foreign.receipt_no, "take"])).status_code == 404
    assert clerk.get(reverse("staff:act", args=[foreign.receipt_no, "take"])).status_code == 405


def test_an_unknown_act_is_404_and_reception_cannot_reply(house: House, clerk: Client, sign_in) -> None:
    case = house.case()
    assert clerk.post(reverse("staff:act", args=[case.receipt_no, "destroy"])).status_code == 404
    reception = sign_in(house.reception.person)
    assert "回答を書く" not in show(reception, case)
    assert reception.get(reverse("staff:reply", args=[case.receipt_no])).status_code == 404
    press(reception, case, "note", text="x")
    assert not case.matter.timeline.filter(kind="consultation.note").exists()
    assert (
        sign_in(make_posting(Role.PARTNER).person)
        .get(reverse("staff:case", args=[case.receipt_no]))
        .status_code
        == 404
    )


def test_giving_it_away_leads_back_with_a_way_to_undo(house: House, clerk: Client) -> None:
    case = house.case()
    answer = press(clerk, case, "assign", office=house.section.pk, to=f"p{house.worker.pk}")
    assert fresh(case).assignee == house.worker
    assert "一覧に戻りました" in answer.content.decode()


def test_a_linked_household_in_danger_is_not_shown(house: House, clerk: Client) -> None:
    one, two = house.case("夫の相談"), house.case("妻の相談")
    triage.link(one.pk, two.pk, by=by(house.clerk), kind="same_household")
    assert two.receipt_no in show(clerk, one)
    Consultation.objects.filter(pk=two.pk).update(flags=["dv"])
    assert two.receipt_no not in show(clerk, one)
    assert one.receipt_no not in show(clerk, two)


def test_the_print_carries_number_class_and_conversation(house: House, clerk: Client) -> None:
    case = taken(house, body="くわしい内容")
    conversation.reply(case.pk, by=by(house.clerk), body="お返事")
    html = clerk.get(reverse("staff:case_print", args=[case.receipt_no])).content.decode()
    for words in (case.receipt_no, "取扱注意", "くわしい内容", "お返事", "令和"):
        assert words in html
    assert html.count("<h1") == 1


def test_what_a_person_wrote_is_never_markup(house: House, clerk: Client) -> None:
    html = show(clerk, house.case("<script>alert(1)</script>", body="<b>x</b>\n\n<img src=x>"))
    assert "<script>alert(1)" not in html
    assert "<img src=x>" not in html


def test_the_case_costs_at_most_twelve_questions(house: House, clerk: Client) -> None:
    person = Person(name="甲", kana="コウコウコウ", phone="043-000-1111")
    house.case(consulter=person)
    case = taken(house, consulter=person)
    conversation.reply(case.pk, by=by(house.clerk), body="お返事")
    triage.add_note(case.pk, by=by(house.clerk), text="記録")
    show(clerk, case)
    with CaptureQueriesContext(connection) as asked:
        show(clerk, case)
    assert len(asked) <= 12, [query["sql"][:140] for query in asked]
