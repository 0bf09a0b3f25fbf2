import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chiba_ward.directory.admin.base import (
    FACT_FIELDSET,
    DirectoryAdmin,
    PortalStackedInline,
    VerifiedAdmin,
    checked,
    two_steps,
)
from chiba_ward.directory.models import (
    Calendar,
    CalendarException,
    CalendarHours,
    Office,
    OfficeVersion,
    Post,
)
from chiba_ward.directory.services import abolish_office, rename_office
from chiba_ward.ui.fields import LineField, WrittenDateField
from chiba_ward.ui.forms import PortalForm


class VersionInline(PortalStackedInline):
    model = OfficeVersion
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "short_name"),
                    ("name_en", "name_en_needs_verification"),
                    ("valid_from", "valid_to"),
                    "plain_description",
                ]
            },
        ),
        ("連絡先", {"fields": [("telephone", "fax"), "address", "hours_text"]}),
        FACT_FIELDSET,
    ]


class PostInline(PortalStackedInline):
    model = Post


class RenameForm(PortalForm):
    """One new name for each office; the day is the first day of the new name."""

    on = WrittenDateField(label="新しい名称の開始日", help_text="例：R9.4.1")
    source = LineField(label="根拠", help_text="例：区役所事務分掌規則の改正", max_length=200)

    def __init__(self, data: Any, offices: QuerySet[Office]) -> None:
        super().__init__(data)
        for office in offices:
            self.fields[f"name_{office.pk}"] = LineField(
                label=f"「{office}」の新しい名称", initial=str(office), max_length=100
            )

    def new_name(self, office: Office) -> str:
        return str(self.cleaned_data[f"name_{office.pk}"])


class AbolishForm(PortalForm):
    """Which office takes over each; the day is the first day without the old one."""

    on = WrittenDateField(label="廃止日", help_text="この日からは、引き継ぐ課の仕事になります。例：R9.4.1")

    def __init__(self, data: Any, offices: QuerySet[Office]) -> None:
        super().__init__(data)
        others = Office.objects.existing_on().exclude(pk__in=offices.values("pk")).order_by("ward", "code")
        for office in offices:
            self.fields[f"heir_{office.pk}"] = forms.ModelChoiceField(
                others.prefetch_related("versions"), label=f"「{office}」を引き継ぐ課"
            )

    def heir_of(self, office: Office) -> Office:
        heir: Office = self.cleaned_data[f"heir_{office.pk}"]
        return heir


@admin.register(Office)
class OfficeAdmin(DirectoryAdmin):
    list_display = [
        "current_name",
        "ward",
        "kind",
        "routing_code",
        "telephone",
        "check_mark",
        "is_triage_desk",
    ]
    list_display_links = ["current_name"]
    list_filter = ["ward", "kind", "is_triage_desk", "versions__needs_verification"]
    search_fields = ["code", "routing_code", "versions__name", "versions__telephone"]
    list_per_page = 50
    autocomplete_fields = ["parent", "escalates_to"]
    filter_horizontal = ["zones", "served_wards"]
    inlines = [VersionInline, PostInline]
    actions: ClassVar[Any] = ("rename", "abolish")  # type: ignore[misc]  # as in the base
    fieldsets = [
        (None, {"fields": [("code", "routing_code"), "kind", "ward", "parent"]}),
        (
            "受け付け",
            {"fields": ["calendar", "is_triage_desk", "is_need_to_know", "escalates_to", "notify_email"]},
        ),
        ("受け持ち", {"fields": ["served_wards", "zones"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Office]:
        return super().get_queryset(request).select_related("ward")

    def _today(self, office: Office) -> OfficeVersion | None:
        return office.version_on(timezone.localdate())

    @admin.display(description="名称", ordering="code")
    def current_name(self, office: Office) -> str:
        return str(office)

    @admin.display(description="電話")
    def telephone(self, office: Office) -> str:
        version = self._today(office)
        return version.telephone if version else ""

    @admin.display(description="要確認")
    def check_mark(self, office: Office) -> str:
        version = self._today(office)
        return checked(version) if version else "今日の名称なし"

    @admin.action(description="名称を変える(前の名称は記録に残ります)", permissions=["change"])
    def rename(self, request: HttpRequest, offices: QuerySet[Office]) -> HttpResponse | None:
        data = request.POST if "confirmed" in request.POST else None
        page = {
            "title": "名称を変える",
            "lead": "開始日から新しい名称になります。その日より前の記録は、前の名称のまま印刷されます。",
            "action": "rename",
            "button": "名称を変える",
            "done": f"{offices.count()}件の名称を変えました。",
        }
        form = RenameForm(data, offices)
        return two_steps(self, request, offices, form=form, page=page, act=_rename)

    @admin.action(description="廃止・統合する(仕事と職員を別の課に引き継ぐ)", permissions=["change"])
    def abolish(self, request: HttpRequest, offices: QuerySet[Office]) -> HttpResponse | None:
        data = request.POST if "confirmed" in request.POST else None
        page = {
            "title": "廃止・統合する",
            "lead": "廃止日に、受け持つ相談・つなぎ・期限・手紙と、発令中の職員が引き継ぐ課に移ります。"
            "その日より前の記録は、前の名称のまま印刷されます。取り消しはできません。",
            "action": "abolish",
            "button": "廃止・統合する",
            "done": f"{offices.count()}件の廃止・統合を入れました。",
        }
        form = AbolishForm(data, offices)
        return two_steps(self, request, offices, form=form, page=page, act=_abolish)


def _abolish(office: Office, form: AbolishForm) -> None:
    day: dt.date = form.cleaned_data["on"]
    abolish_office(office, form.heir_of(office), day)


def _rename(office: Office, form: RenameForm) -> None:
    day: dt.date = form.cleaned_data["on"]
    rename_office(office, form.new_name(office), day, source=form.cleaned_data["source"])


class HoursInline(PortalStackedInline):
    model = CalendarHours


class ExceptionInline(PortalStackedInline):
    model = CalendarException


@admin.register(Calendar)
class CalendarAdmin(VerifiedAdmin):
    list_display = ["name", "week", "closed_on_holidays", "check_mark"]
    list_filter = ["needs_verification"]
    search_fields = ["name"]
    inlines = [HoursInline, ExceptionInline]
    fieldsets = [
        (None, {"fields": ["name", "closed_on_holidays", ("year_end_from", "year_end_to")]}),
        FACT_FIELDSET,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Calendar]:
        return super().get_queryset(request).prefetch_related("hours")

    @admin.display(description="開庁時間")
    def week(self, calendar: Calendar) -> str:
        return "、".join(str(hours) for hours in calendar.hours.all()) or "開庁時間がありません"
