"""地域課題: what it is, whose it is and by when somebody looks again; where it was heard; what was done."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Area, Office, Posting, Ward
from regional_issues.enums import CLOSED, IssueHorizon, IssueState, SourceKind
from regional_issues.querysets import LocalIssueQuerySet
from regional_issues.workflow.issue import IssueWorkflow

SMALLEST_COUNT = 10
IS_CLOSED = Q(state__in=[one.value for one in CLOSED])


class LocalIssue(IssueWorkflow):
    """`number` is given per ward and 年度 (「若葉-R8-007」); `serial` is its last part.

    `next_on` is the day by which the owner looks again: never empty while the issue is open. `outcome`: what solved it,
    or why it is none of the city's.
    """

    number = models.CharField("番号", max_length=30, unique=True)
    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="+")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    serial = models.PositiveIntegerField("通し番号")
    district = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, verbose_name="地区", related_name="+"
    )
    title = models.CharField("件名", max_length=80)
    summary = models.TextField("内容", max_length=2000)
    horizon = models.CharField(
        "即応か長期か", max_length=10, choices=IssueHorizon, default=IssueHorizon.IMMEDIATE
    )
    owner_office = models.ForeignKey(Office, models.PROTECT, verbose_name="担当課", related_name="+")
    next_on = models.DateField("次に見る日", null=True, blank=True)
    outcome = models.CharField("結果・理由", max_length=500, blank=True)
    registered_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="登録した人", related_name="+")
    registered_at = models.DateTimeField("登録した日時", default=timezone.now)
    closed_at = models.DateTimeField("終わった日時", null=True, blank=True)
    objects = LocalIssueQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "地域課題"
        ordering = ["-registered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "fiscal_year", "serial"],
                name="local_issue_numbered_once",
                violation_error_message="ほかの人が、同時に登録しました。もう一度押してください。",
            ),
            models.CheckConstraint(
                condition=(IS_CLOSED & Q(closed_at__isnull=False) & ~Q(outcome=""))
                | (~IS_CLOSED & Q(closed_at__isnull=True, outcome="")),
                name="local_issue_closed_with_words",
                violation_error_message="解決・対象外には、日時と結果・理由の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=IS_CLOSED | Q(next_on__isnull=False),
                name="local_issue_looked_at_again",
                violation_error_message="次に見る日を入力してください。",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(summary=""),
                name="local_issue_has_words",
                violation_error_message="件名と内容を入力してください。",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "-registered_at", "-id"], name="local_issue_newest"),
            models.Index(fields=["owner_office", "-registered_at", "-id"], name="local_issue_of_office"),
            models.Index(fields=["ward", "next_on"], condition=~IS_CLOSED, name="local_issue_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED


class IssueSource(models.Model):
    """Where an issue was heard. Of consultations only a number of a ward, a field and a period: never their words."""

    issue = models.ForeignKey(LocalIssue, models.PROTECT, verbose_name="地域課題", related_name="sources")
    kind = models.CharField("どこから", max_length=14, choices=SourceKind)
    text = models.TextField("聞いたこと（名前は書かない）", max_length=1000, blank=True)
    heard_on = models.DateField("聞いた日")
    field = models.CharField("相談の分野", max_length=40, blank=True)
    since = models.DateField("集計の始まり", null=True, blank=True)
    until = models.DateField("集計の終わり", null=True, blank=True)
    count = models.PositiveIntegerField("件数", null=True, blank=True)
    added_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="書いた人", related_name="+")
    added_at = models.DateTimeField("書いた日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "地域課題の出どころ"
        ordering = ["heard_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind=SourceKind.CONSULTATIONS.value,
                    text="",
                    since__isnull=False,
                    until__gte=models.F("since"),
                    count__gte=SMALLEST_COUNT,
                )
                & ~Q(field="")
                | ~Q(kind=SourceKind.CONSULTATIONS.value)
                & ~Q(text="")
                & Q(since__isnull=True, until__isnull=True, count__isnull=True, field=""),
                name="issue_source_counts_or_words",
                violation_error_message="相談からは、10件以上の件数だけを使えます。ほかは、聞いたことを入力してください。",
            )
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class IssueEntry(models.Model):
    """One step of an issue: what was done, by whom and when. Nothing here is changed or removed."""

    issue = models.ForeignKey(LocalIssue, models.PROTECT, verbose_name="地域課題", related_name="entries")
    state = models.CharField("この後の状態", max_length=10, choices=IssueState)
    text = models.CharField("したこと", max_length=700)
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="だれが", related_name="+")
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "地域課題の経過"
        ordering = ["at", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.text
