"""What an auditor asks of the log: rows by person, office, day and deed; who reads much, late, or beside their duty."""

import datetime as dt
import statistics
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from chiba_ward.access.enums import OPENING, ActorKind, Verb
from chiba_ward.access.models import ReadLogEntry, User
from chiba_ward.access.readlog import kinds
from chiba_ward.access.readlog.entries import digest_of_words
from chiba_ward.directory.models import OfficeVersion
from chiba_ward.ui import normalisation
from chiba_ward.ui.fields import WrittenDateField

MARKS = [
    ("outside", "担当外（理由を書いて開いた）"),
    ("off_hours", "時間外"),
    ("surname", "関係者と名字が同じ"),
    ("denied", "断ったもの"),
]
MARK_RULES = {
    "outside": Q(is_outside_duty=True),
    "off_hours": Q(is_off_hours=True),
    "surname": Q(is_same_surname=True),
    "denied": Q(verb=Verb.DENIED),
}
USUAL_DAYS = 30
MOST_PEOPLE = 200


class WrittenDateFilter(django_filters.Filter):
    field_class = WrittenDateField


class EntryFilter(django_filters.FilterSet):
    """The filters of the list; they live in the address. Without any, the last thirty days."""

    who = django_filters.CharFilter(label="氏名・フリガナ", method="of_person")
    user = django_filters.NumberFilter(label="利用者の番号", field_name="user_id")
    office = django_filters.CharFilter(label="課・機関", method="of_office")
    since = WrittenDateFilter(label="この日から", method="from_day")
    until = WrittenDateFilter(label="この日まで", method="to_day")
    verb = django_filters.ChoiceFilter(label="したこと", choices=Verb.choices, empty_label="すべて")
    kind = django_filters.ChoiceFilter(
        label="何を", choices=lambda: sorted(kinds.labels().items()), empty_label="すべて"
    )
    mark = django_filters.ChoiceFilter(label="印", choices=MARKS, method="marked", empty_label="すべて")
    number = django_filters.CharFilter(
        label="受付番号（この件を開いた・開こうとした記録）", method="of_matter"
    )
    words = django_filters.CharFilter(label="さがしたことば（同じことばの検索をさがす）", method="searched")

    class Meta:
        model = ReadLogEntry
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[ReadLogEntry]) -> QuerySet[ReadLogEntry]:
        found = super().filter_queryset(queryset)
        return found if self.reaches_back else found.filter(at__gte=timezone.now() - dt.timedelta(USUAL_DAYS))

    @property
    def reaches_back(self) -> bool:
        """Whether a condition is set that an index answers for all times."""
        return any(self.form.data.get(name) for name in ("who", "user", "since", "until", "number"))

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.data.get(name) for name in self.form.fields)

    def of_person(self, rows: Any, _: str, value: str) -> Any:
        text = normalisation.clean_line(value)
        named = Q(name__contains=text) | Q(kana__contains=normalisation.katakana(value))
        people = User.objects.filter(named).order_by("id").values_list("pk", flat=True)
        return rows.filter(user_id__in=list(people[:MOST_PEOPLE]))

    def of_office(self, rows: Any, _: str, value: str) -> Any:
        named = OfficeVersion.objects.filter(name__contains=normalisation.clean_line(value)).order_by("id")
        return rows.filter(office_id__in=list(named.values_list("office_id", flat=True)[:MOST_PEOPLE]))

    def from_day(self, rows: Any, _: str, value: dt.date) -> Any:
        return rows.filter(at__gte=_midnight(value))

    def to_day(self, rows: Any, _: str, value: dt.date) -> Any:
        return rows.filter(at__lt=_midnight(value + dt.timedelta(days=1)))

    def marked(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(MARK_RULES[value])

    def of_matter(self, rows: Any, _: str, value: str) -> Any:
        number = normalisation.half_width(normalisation.clean_line(value)).upper()
        matter = kinds.matter_of_number(number)
        return rows.filter(matter_ids__contains=[matter or 0]).exclude(matter_ids=[])

    def searched(self, rows: Any, _: str, value: str) -> Any:
        return rows.filter(words=digest_of_words(value), verb=Verb.SEARCH)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


# --- who reads much

COUNTS = {
    "opened": ("開いた", Q(verb__in=OPENING)),
    "searched": ("さがした", Q(verb=Verb.SEARCH)),
    "exported": ("書き出した", Q(verb=Verb.EXPORT)),
    "off_hours": ("時間外", Q(is_off_hours=True)),
    "outside": ("担当外", Q(is_outside_duty=True)),
    "surname": ("名字が同じ", Q(is_same_surname=True)),
    "denied": ("断られた", Q(verb=Verb.DENIED)),
}
LINKS = {
    "searched": "verb=search",
    "exported": "verb=export",
    **{name: f"mark={name}" for name in ("off_hours", "outside", "surname", "denied")},
}
MUCH, AT_LEAST = 3, 30  # times what is usual, and how many it must be at all


@dataclass(frozen=True)
class Reader:
    """One person in the window. `is_heavy`: opened three times what is usual, and thirty at least."""

    user_id: int
    name: str
    office: str
    counts: list[tuple[str, int, str]]
    is_heavy: bool


def readers(days: int, by: str = "opened") -> list[Reader]:
    """Staff and partners who read in the last days, the most of `by` first."""
    since = timezone.now() - dt.timedelta(days=days)
    rows = ReadLogEntry.objects.filter(
        at__gte=since, actor_kind__in=[ActorKind.STAFF, ActorKind.PARTNER], user_id__isnull=False
    )
    counts = {name: Count("seq", filter=rule) for name, (_, rule) in COUNTS.items()}
    counted: Any = (
        rows.order_by()
        .values("user_id")
        .annotate(name=Max("actor_name"), office=Max("office_name"), **counts)
        .order_by(f"-{by if by in COUNTS else 'opened'}", "user_id")
    )
    found = list(counted)
    usual = statistics.median([row["opened"] for row in found if row["opened"]] or [0])
    day = timezone.localtime(since).date().isoformat()
    return [_reader(row, usual, day) for row in found[:MOST_PEOPLE]]


def _reader(row: dict[str, Any], usual: float, since: str) -> Reader:
    base = f"user={row['user_id']}&since={since}"
    counts = [
        (label, row[name], f"{base}&{LINKS[name]}" if name in LINKS else base)
        for name, (label, _) in COUNTS.items()
    ]
    is_heavy = row["opened"] >= max(AT_LEAST, MUCH * usual)
    return Reader(row["user_id"], row["name"], row["office"], counts, is_heavy)
