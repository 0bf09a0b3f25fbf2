"""What the resident reads of a つなぎ: 「5/12 にあんしんケアセンターへお願いしました。」 No section jargon."""

import datetime as dt

from chiba_ward.casework import sentences

Texts = dict[str, str]

SENTENCES: dict[str, Texts] = {
    "consent.recorded": {
        "ja": "{office}に伝えてよい内容を、あなたと確かめました。いつでも取りやめられます。",
        "ja-easy": "{office}に つたえて いい ことを、あなたと きめました。いつでも やめることが できます。",
        "en": "we agreed with you what may be told to {office}. You can withdraw this at any time.",
    },
    "consent.withdrawn": {
        "ja": "{office}に伝える同意を取りやめました。{office}は、もう内容を見られません。",
        "ja-easy": "{office}に つたえることを やめました。{office}は もう 見ることが できません。",
        "en": "the consent to share with {office} was withdrawn. They can no longer see anything.",
    },
    "referral.sent": {
        "ja": "{office}へお願いしました。返事を待っています。",
        "ja-easy": "{office}に おねがいしました。へんじを まっています。",
        "en": "we asked {office} for help and are waiting for their answer.",
    },
    "referral.question": {
        "ja": "{office}から質問がありました。{from_office}が答えを用意しています。",
        "ja-easy": "{office}から しつもんが ありました。{from_office}が こたえを 用意して います。",
        "en": "{office} asked a question. {from_office} is preparing the answer.",
    },
    "referral.reply": {
        "ja": "{office}の質問に答えました。返事を待っています。",
        "ja-easy": "{office}の しつもんに こたえました。へんじを まっています。",
        "en": "we answered the question of {office} and are waiting for their answer.",
    },
    "referral.accepted": {
        "ja": "{office}の担当者が受けました。{contact_on}までに連絡があります。",
        "ja-easy": "{office}の 人が うけました。{contact_on_easy}までに れんらくが あります。",
        "en": "a person at {office} took it on. They will contact you by {contact_on_en}.",
    },
    "referral.declined": {
        "ja": "{office}から、ほかの窓口のほうが合うと返事がありました。{from_office}が次の先を探しています。",
        "ja-easy": "{office}から「ほかの ところの ほうが いい」と へんじが ありました。{from_office}が つぎの ところを さがしています。",
        "en": "{office} answered that another place suits better. {from_office} is looking for it.",
    },
    "referral.recalled": {
        "ja": "{office}へのお願いを取り消しました。{from_office}が続けて受け持ちます。",
        "ja-easy": "{office}への おねがいを とりけしました。{from_office}が つづけて たんとうします。",
        "en": "we took back the request to {office}. {from_office} stays responsible.",
    },
    "referral.returned": {
        "ja": "{office}から期限までに返事がありませんでした。{from_office}が次の方法を考えています。",
        "ja-easy": "{office}から へんじが ありませんでした。{from_office}が つぎの 方法を かんがえています。",
        "en": "{office} did not answer in time. {from_office} is looking for another way.",
    },
    "referral.revoked": {
        "ja": "{office}へのお願いを終わりました。{from_office}が続けて受け持ちます。",
        "ja-easy": "{office}への おねがいを おわりました。{from_office}が つづけて たんとうします。",
        "en": "the request to {office} has ended. {from_office} stays responsible.",
    },
    "referral.kept": {
        "ja": "{from_office}が続けて受け持つことになりました。",
        "ja-easy": "{from_office}が つづけて たんとうします。",
        "en": "{from_office} will go on with it.",
    },
    "referral.contact": {
        "ja": "{office}から、連絡がついたと知らせがありました。",
        "ja-easy": "{office}から「れんらくが できました」と しらせが ありました。",
        "en": "{office} told us that they have been in contact with you.",
    },
    "referral.outcome": {
        "ja": "{office}から、行ったことの報告がありました。",
        "ja-easy": "{office}から、したことの しらせが ありました。",
        "en": "{office} reported what they did.",
    },
}


def register() -> None:
    for kind, texts in SENTENCES.items():
        sentences.register(kind, texts)


def spoken_day(day: dt.date, language: str) -> str:
    """「5/15」, 「5月15日」 or `15 May`: a promised day inside a sentence."""
    if language == "en":
        return f"{day.day} {sentences.MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日" if language == "ja-easy" else f"{day.month}/{day.day}"
