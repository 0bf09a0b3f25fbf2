"""Invented examples for the style guide: every component in the states it can have."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from . import components
from .charts import BarChart, LineChart, Series
from .fields import (
    EraDateField,
    FilesField,
    KanaField,
    MailField,
    NameField,
    ParagraphField,
    PhoneField,
    PostalCodeField,
    WrittenDateField,
)
from .forms import PortalForm
from .pagination import CappedCount, KeysetPage
from .widgets import CheckboxList, EraDateInput, RadioCards

_WARDS = ["中央区", "花見川区", "稲毛区", "若葉区", "緑区", "美浜区"]
_STATES = {
    "new": "受付",
    "active": "対応中",
    "waiting": "返事待ち",
    "done": "完了",
    "urgent": "緊急",
    "overdue": "期限すぎ",
    "returned": "差し戻し",
    "paused": "休止",
    "neutral": "取下げ",
}


class ExampleForm(PortalForm):
    """One field of every kind."""

    topic = forms.ChoiceField(
        label="相談《そうだん》したいこと",
        help_text="いちばん近いものを1つ選んでください。わからないときは「わからない」で大丈夫です。",
        choices=[
            ("care", "親や家族の介護"),
            ("child", "子育て・子どものこと"),
            ("money", "お金・くらし"),
            ("unknown", "わからない"),
        ],
        widget=RadioCards(
            hints={
                "care": "介護の費用、見守り、認知症など",
                "unknown": "職員が話を聞いて、いっしょに考えます",
            }
        ),
    )
    ward = forms.ChoiceField(
        label="お住まいの区", choices=[("", "選んでください"), *((name, name) for name in _WARDS)]
    )
    story = ParagraphField(
        label="いま困っていること",
        max_length=2000,
        help_text="うまくまとまっていなくて大丈夫です。2,000文字まで書けます。",
    )
    name = NameField(label="お名前", required=False, help_text="書かなくても相談できます。")
    reading = KanaField(label="お名前の読み", required=False)
    birthday = EraDateField(label="生まれた日", required=False, widget=EraDateInput(birthday=True))
    postal_code = PostalCodeField(label="郵便番号", required=False, help_text="例：260-0026")
    phone = PhoneField(label="電話番号", required=False)
    mail = MailField(label="メールアドレス", required=False)
    contact = forms.MultipleChoiceField(
        label="連絡してよい方法",
        choices=[("phone", "電話"), ("mail", "メール"), ("letter", "手紙")],
        widget=CheckboxList(columns=True),
    )
    seen_on = WrittenDateField(label="面談した日", required=False, help_text="例：R8.11.23")
    papers = FilesField(label="見せたい書類や写真", required=False, help_text="JPEG・PNG・PDF、1つ10MBまで。")
    consent = forms.BooleanField(label="書いた内容を、担当する職員が読むことに同意します")


def _page() -> KeysetPage[Any]:
    return KeysetPage([], previous_url="?page=1", next_url="?page=3", count=CappedCount(1000, True))


def _bars() -> BarChart:
    done, waiting = Series("完了", [32, 21, 18, 27, 9, 14]), Series("対応中", [11, 8, 14, 6, 5, 12])
    return BarChart(
        "ward-bars", "区ごとの相談", _WARDS, [done, waiting], as_of="11月23日 9時00分現在、今年度の受付"
    )


def _line() -> LineChart:
    months = [f"{month}月" for month in (4, 5, 6, 7, 8, 9, 10, 11)]
    ours = Series("若葉区", [3.2, 2.8, 2.9, 2.1, None, 1.9, 1.8, 1.6])
    all_wards = Series("6区の平均", [3.0, 3.1, 2.7, 2.6, 2.5, 2.4, 2.2, 2.1])
    return LineChart("answer-days", "最初の返事までの日数", months, [ours, all_wards], unit="開庁日")


def _timeline(now: dt.datetime) -> list[dict[str, Any]]:
    return [
        {"when": now - dt.timedelta(days=3), "title": "相談を受け付けました", "who": "若葉区役所"},
        {
            "when": now - dt.timedelta(days=1),
            "title": "あんしんケアセンターへ電話しました",
            "body": "返事を待っています。\n2日以内に返事がないときは、こちらからもう一度かけます。",
            "mark": "now",
        },
        {"title": "担当者からあなたに電話します", "mark": "next", "body": "11月26日（木）までに。"},
    ]


def example_context(request: HttpRequest) -> dict[str, Any]:
    """Return the examples; ``?errors=1`` shows the form as it comes back."""
    sent = {
        "phone": "12",
        "postal_code": "99",
        "reading": "漢字",
        "birthday_year": "8",
        "birthday_month": "13",
    }
    return {
        "form": ExampleForm(sent, {}) if "errors" in request.GET else ExampleForm(),
        "states": [components.chip(label, tone) for tone, label in _STATES.items()],
        "steps": ["相談したいこと", "連絡のしかた", "確かめる", "受付"],
        "tabs": [
            {"label": "受付", "url": "?tab=1", "is_current": True, "count": 12},
            {"label": "対応中", "url": "?tab=2", "count": 31},
            {"label": "完了", "url": "?tab=3"},
        ],
        "page": _page(),
        "bars": _bars(),
        "line": _line(),
        "entries": _timeline(timezone.now()),
        "files": [
            {"name": "介護保険証.jpg", "url": "#", "size": 420_000, "key": "1"},
            {"name": "診断書.pdf", "size": 1_900_000, "key": "2", "note": "確かめています"},
        ],
        "emergency_numbers": [
            {"number": "119", "label": "火事・救急"},
            {"number": "110", "label": "警察"},
            {"number": "189", "label": "子どもの虐待"},
        ],
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
