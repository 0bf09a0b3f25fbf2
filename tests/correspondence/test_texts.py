"""Standard texts: three languages, permitted words only, nothing of the city on the outside of a plain one."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from chiba_ward.correspondence import initial, notices, placeholders, previews, texts
from chiba_ward.correspondence.models import NoticeTemplate
from chiba_ward.directory.models import Office
from tests.correspondence.support import CANARY, make_card, make_matter

CITIZEN_KEYS = [
    row.key for row in initial.texts() if row.key.startswith(("consultation.", "reply.", "plain.", "mail."))
]


def test_loading_twice_adds_nothing_and_keeps_edits(db: None) -> None:
    first = initial.load()
    NoticeTemplate.objects.filter(key="reply.thanks", language="ja").update(body="直した文")
    assert first == len(initial.texts()) > 40
    assert initial.load() == 0
    assert NoticeTemplate.objects.get(key="reply.thanks", language="ja").body == "直した文"


@pytest.mark.parametrize("key", sorted(set(CITIZEN_KEYS)))
def test_every_text_for_residents_stands_in_three_languages(key: str) -> None:
    languages = {row.language for row in initial.texts() if row.key == key}
    assert languages == {"ja", "ja-easy", "en"}


@pytest.mark.parametrize("row", initial.texts(), ids=lambda row: f"{row.key}-{row.language}")
def test_every_text_renders_without_a_gap(row: NoticeTemplate) -> None:
    shown = previews.preview(row)
    assert previews.mistakes(row) == []
    assert "{" not in shown.subject + shown.body
    assert shown.subject
    assert shown.body


@pytest.mark.parametrize(
    ("key", "field", "text", "sentence"),
    [
        (
            "consultation.received",
            "body",
            "{number} {name}",
            "「{name}」は使えません。使えるのは {number}(受付番号)",
        ),
        ("consultation.received", "body", "受け付けました", "本文に {number}(受付番号)を入れてください。"),
        ("consultation.reply", "subject", "{number", "組が合っていません"),
        ("consultation.reply", "body", "{}", "「{}」は使えません"),
        ("consultation.reply", "body", "{number.__class__}", "「{number.__class__}」は使えません"),
        (
            "referral.code",
            "body",
            "{code} {number}",
            "「{number}」は使えません。使えるのは {code}(確認コード)",
        ),
        (
            "plain.notice",
            "subject",
            "千葉市からのお知らせ {number}",
            "「千葉市」は、名前を出さない文には使えません",
        ),
        ("plain.notice", "body", "{number} {office_name}", "「{office_name}」は使えません"),
    ],
)
def test_mistakes_say_what_to_do(key: str, field: str, text: str, sentence: str) -> None:
    row = NoticeTemplate(key=key, label="見本", subject="件名", body="{number}")
    setattr(row, field, text)
    with pytest.raises(ValidationError) as refused:
        row.clean()
    assert any(sentence in message for message in refused.value.messages)


@pytest.mark.parametrize(
    "context",
    [
        {"name": "見本 花子"},
        {"text": CANARY},
        {"promise_date": CANARY},
        {"promise_date": dt.datetime(2026, 11, 23, tzinfo=dt.UTC)},
        {"link_id": CANARY},
        {"link_id": True},
        {"number": "S-7K4M-925F"},
        {"office_name": "こども家庭課"},
        {"status_url": "https://example.test/"},
    ],
)
def test_context_lets_nothing_personal_pass(context: dict[str, Any]) -> None:
    with pytest.raises(placeholders.ContextError) as refused:
        placeholders.check_context(context)
    assert CANARY not in str(refused.value)


def test_context_keeps_days_and_ids() -> None:
    given = {"promise_date": dt.date(2027, 5, 14), "link_id": 7}
    assert placeholders.check_context(given) == {"promise_date": "2027-05-14", "link_id": 7}


@pytest.mark.parametrize(
    ("language", "subject", "day"),
    [
        ("ja", "受け付けました", "2027年5月14日(金)"),
        ("ja-easy", "うけつけました", "2027年5月14日(金)"),
        ("en", "We have received it", "Friday 14 May 2027"),
        ("zh-hans", "受け付けました", "2027年5月14日(金)"),
    ],
)
def test_language_of_the_card_with_japanese_as_fallback(
    office: Office, language: str, subject: str, day: str
) -> None:
    matter = make_matter()
    make_card(matter, "email", language=language)
    context = {"promise_date": dt.date(2027, 5, 14)}
    notice = notices.tell_citizen(matter, "consultation.received", context=context, office=office)
    text = texts.render(notice, "email")
    assert text.subject.startswith(subject)
    assert day in text.body
    assert matter.receipt_no in text.subject


def test_drill_stands_in_the_subject(office: Office) -> None:
    matter = make_matter(is_drill=True)
    make_card(matter, "email")
    notice = notices.tell_citizen(matter, "consultation.reply", office=office)
    assert texts.render(notice, "email").subject.startswith("【訓練】")


def test_plain_card_gets_the_plain_text_outside_and_the_full_one_in_the_portal(office: Office) -> None:
    matter = make_matter()
    make_card(matter, "email", "letter", plain_sender=True)
    notice = notices.tell_citizen(matter, "consultation.closed", office=office)
    for medium in ("email", "letter"):
        text = texts.render(notice, medium)
        assert not [word for word in placeholders.CITY_WORDS if word in text.subject + text.body]
        assert "http" not in text.body
    assert "千葉市" in texts.render(notice, "portal").body


def test_missing_text_is_named_without_anything_else(db: None) -> None:
    with pytest.raises(texts.MissingTextError, match=r"定型文 consultation\.received"):
        texts.template("consultation.received", "ja")


def test_late_value_must_be_one_line_of_ascii(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = notices.tell_office(make_matter(), office, "referral.waiting", context={"link_id": 7})
    monkeypatch.setitem(
        placeholders._late, "link", lambda known: f"https://x.test/{known.context['link_id']}"
    )
    assert "https://x.test/7" in texts.render(notice, "email").body
    monkeypatch.setitem(placeholders._late, "link", lambda _: f"https://x.test/\r\nBcc: {CANARY}")
    with pytest.raises(placeholders.ContextError):
        texts.render(notice, "email")
