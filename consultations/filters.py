"""Filters of the queue; they live in the URL, so that the back button and a bookmark keep them."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from chiba_ward.casework.enums import Channel, Urgency
from chiba_ward.directory.models import Ward
from chiba_ward.ui import normalisation
from consultations.enums import Flag, State
from consultations.models import Consultation, Field

WHOSE = [("mine", "自分の担当"), ("none", "担当なし")]
DUE = [("overdue", "期限を過ぎた"), ("today", "今日が期限"), ("waiting", "相談者の返事待ち"), ("unread", "未読の連絡あり")]
SHOW = [("open", "対応中"), ("ended", "終わったもの"), ("all", "すべて")]


class QueueFilter(django_filters.FilterSet):
    """Everything a triage officer sorts by. `q` searches numbers, names, readings, telephones and words."""

    q = django_filters.CharFilter(label="さがす", method="search", help_text="受付番号・氏名・フリガナ・電話・ことば")
    show = django_filters.ChoiceFilter(label="表示", choices=SHOW, method="shown", empty_label=None)
    whose = django_filters.ChoiceFilter(label="担当", choices=WHOSE, method="of", empty_label="全員")
    due = django_filters.ChoiceFilter(label="期限・連絡", choices=DUE, method="by_due", empty_label="すべて")
    state = django_filters.ChoiceFilter(label="状態", choices=State.choices, empty_label="すべて")
    urgency = django_filters.ChoiceFilter(label="緊急度", choices=Urgency.choices, empty_label="すべて")
    field = django_filters.ModelChoiceFilter(
        label="分野", field_name="fields", queryset=Field.objects.all(), empty_label="すべて"
    )
    flag = django_filters.ChoiceFilter(label="注意", choices=Flag.choices, method="flagged", empty_label="すべて")
    ward = django_filters.ModelChoiceFilter(
        label="区", queryset=Ward.objects.all(), to_field_name="slug", empty_label="すべて"
    )
    channel = django_filters.ChoiceFilter(label="受付経路", choices=Channel.choices, empty_label="すべて")

    class Meta:
        model = Consultation
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Consultation]) -> QuerySet[Consultation]:
        if not self.form.cleaned_data.get("show"):
            queryset = self.shown(queryset, "show", "open")
        return super().filter_queryset(queryset)

    def shown(self, rows: Any, _: str, value: str) -> Any:
        if value == "open":
            return rows.filter(closed_at__isnull=True)
        return rows.filter(closed_at__isnull=False) if value == "ended" else rows

    def of(self, rows: Any, _: str, value: str) -> Any:
        if value == "none":
            return rows.filter(assignee__isnull=True)
        return rows.filter(assignee=self.request.actor.posting)

    def by_due(self, rows: Any, _: str, value: str) -> Any:
        now = timezone.now()
        if value == "overdue":
            return rows.overdue(now)
        if value == "today":
            return rows.open().filter(due_at__lt=_midnight(now))
        if value == "unread":
            return rows.filter(unread_messages__gt=0)
        return rows.filter(waiting_since__isnull=False)

    def flagged(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(flags__contains=[value])

    def search(self, rows: Any, _: str, value: str) -> Any:
        """Fragments of words and names inside what the actor may see; numbers in any width or case."""
        text = normalisation.clean_line(value)
        number = normalisation.half_width(text).upper()
        kana = normalisation.katakana(text)
        found = Q(chief_concern__icontains=text) | Q(body__icontains=text)
        found |= Q(matter__receipt_no__startswith=number) | Q(parties__name__contains=text)
        found |= Q(parties__kana__contains=kana)
        if digits := normalisation.digits(text):
            found |= Q(parties__phone__contains=digits) | Q(parties__phone=normalisation.phone_number(text))
        return rows.filter(pk__in=rows.filter(found).order_by().values("pk"))


def _midnight(now: Any) -> Any:
    local = timezone.localtime(now)
    return local.replace(hour=23, minute=59, second=59)
