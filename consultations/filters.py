"""Filters of the queue; they live in the URL, so that the back button and a bookmark keep them."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.casework.enums import Channel, Urgency
from chiba_ward.casework.search.question import Question, confirmed, narrowed
from chiba_ward.casework.search.terms import SHORTEST_NUMBER
from chiba_ward.ui import normalisation
from consultations import choices, search
from consultations.enums import Flag, State
from consultations.models import Consultation

WHOSE = [("mine", "自分の担当"), ("none", "担当なし")]
DUE = [
    ("overdue", "期限を過ぎた"),
    ("today", "今日が期限"),
    ("urgent", "急いで読む"),
    ("suspected", "保護の確認待ち"),
    ("unread", "未読の連絡あり"),
    ("waiting", "相談者の返事待ち"),
]
SHOW = [("open", "対応中"), ("ended", "終わったもの"), ("all", "すべて")]
NO_WARD = "unknown"


def midnight(now: dt.datetime) -> dt.datetime:
    """The end of the day in Asia/Tokyo."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)


def due_rule(name: str, now: dt.datetime) -> Q:
    """One condition of `due`, for the list, its tab's count and the day's work alike."""
    running = Q(waiting_since__isnull=True)
    return {
        "overdue": running & Q(due_at__lt=now),
        "today": running & Q(due_at__gte=now, due_at__lt=midnight(now)),
        "urgent": Q(risk_rank__lte=1, first_action_at__isnull=True),
        "suspected": Q(suspected__len__gt=0),
        "unread": Q(unread_messages__gt=0),
        "waiting": Q(waiting_since__isnull=False),
    }[name]


def fields_of(_: Any = None) -> list[tuple[int, str]]:
    return list(choices.field_names().items())


def wards_of(_: Any = None) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in choices.ward_names().items()] + [(NO_WARD, "区が分からない")]


class QueueFilter(django_filters.FilterSet):
    """Everything a triage officer sorts by. `q` searches numbers, names, readings, telephones and words."""

    q = django_filters.CharFilter(
        label="さがす", method="later", help_text="受付番号・氏名・フリガナ・電話・ことば"
    )
    show = django_filters.ChoiceFilter(label="表示", choices=SHOW, method="shown", empty_label=None)
    whose = django_filters.ChoiceFilter(label="担当", choices=WHOSE, method="of", empty_label="全員")
    due = django_filters.ChoiceFilter(label="期限・連絡", choices=DUE, method="by_due", empty_label="すべて")
    state = django_filters.ChoiceFilter(label="状態", choices=State.choices, empty_label="すべて")
    urgency = django_filters.ChoiceFilter(label="緊急度", choices=Urgency.choices, empty_label="すべて")
    field = django_filters.ChoiceFilter(label="分野", choices=fields_of, method="about", empty_label="すべて")
    flag = django_filters.ChoiceFilter(
        label="注意", choices=Flag.choices, method="flagged", empty_label="すべて"
    )
    ward = django_filters.ChoiceFilter(label="区", choices=wards_of, method="in_ward", empty_label="すべて")
    channel = django_filters.ChoiceFilter(label="受付経路", choices=Channel.choices, empty_label="すべて")

    class Meta:
        model = Consultation
        fields: list[str] = []

    question: Question | None = None
    is_sure = True

    def filter_queryset(self, queryset: QuerySet[Consultation]) -> QuerySet[Consultation]:
        if not self.form.cleaned_data.get("show"):
            queryset = self.shown(queryset, "show", "open")
        found = super().filter_queryset(queryset)
        return self.search(found, "q", self.form.cleaned_data.get("q", ""))

    @property
    def is_narrowed(self) -> bool:
        """Whether any condition is set besides the page size."""
        return any(self.form.data.get(name) for name in self.form.fields)

    @property
    def in_words(self) -> str:
        """The conditions as a sentence, for the caption and the print."""
        chosen = []
        for name, field in self.form.fields.items():
            value = self.form.data.get(name, "")
            words = dict(getattr(field, "choices", [])).get(value) or dict(getattr(field, "choices", [])).get(
                _number(value)
            )
            if value:
                chosen.append(f"{field.label}：{words or value}")
        return "、".join(chosen)

    @property
    def hint(self) -> str:
        """What to type instead, where so short a piece of a receipt number is not known."""
        if self.question is None or not self.question.is_number_too_short:
            return ""
        return f"受付番号は、はじめの{SHORTEST_NUMBER}文字から（例：S-2A）さがせます。"

    def later(self, rows: Any, _: str, __: str) -> Any:
        """The search comes last: it opens doubtful rows, so the other conditions narrow first."""
        return rows

    def shown(self, rows: Any, _: str, value: str) -> Any:
        if value == "open":
            return rows.filter(closed_at__isnull=True)
        return rows.filter(closed_at__isnull=False) if value == "ended" else rows

    def of(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(assignee__isnull=True) if value == "none" else rows.mine(self.request.actor)

    def by_due(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(due_rule(value, timezone.now()))

    def about(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(fields=value)

    def flagged(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(flags__contains=[value])

    def in_ward(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(ward__isnull=True) if value == NO_WARD else rows.filter(ward=value)

    def search(self, rows: Any, _: str, value: str) -> Any:
        """Words and fragments inside what the actor may see; numbers, names and readings in any width."""
        if not (typed := normalisation.clean_line(value)):
            return rows
        self.question = Question(typed)
        found, self.is_sure = narrowed(rows, self.question, search.read)
        return found

    def confirmed(self, rows: list[Consultation]) -> list[Consultation]:
        """Of the rows of one page those that a search really found; it was too many to look at each before."""
        if self.is_sure or self.question is None:
            return rows
        return confirmed(rows, self.question, search.read)


def _number(value: str) -> int | str:
    return int(value) if value.isdigit() else value
