"""電子回覧: who sends it, to whom, its text in versions, and what became of it."""

import datetime as dt
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Area, Office, Posting
from community.circulars.enums import OF_CITY, OF_ORG, CircularState, Reach
from community.circulars.models.groups import CircularGroup
from community.circulars.querysets import CircularQuerySet
from community.circulars.workflow.circular import CircularWorkflow
from community.models import CommunityOrg

NUMBER = "E-{:05}"
POSTED = Q(posted_at__isnull=False, posted_by__isnull=False, version__gte=1)
NOT_POSTED = Q(posted_at__isnull=True, posted_by__isnull=True, version=0)


class ECircular(CircularWorkflow):
    """One notice. `office` is the section that sends it, or `org` the association; never both.

    `title` and `body` are the newest version. `until` is the last day on which it stands.
    """

    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, verbose_name="発信課", related_name="+"
    )
    org = models.ForeignKey(
        CommunityOrg,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="発信する団体",
        related_name="circulars",
    )
    reach = models.CharField("送り先", max_length=8, choices=Reach)
    areas = models.ManyToManyField(Area, blank=True, verbose_name="地区", related_name="+")
    orgs = models.ManyToManyField(CommunityOrg, blank=True, verbose_name="団体", related_name="+")
    groups = models.ManyToManyField(CircularGroup, blank=True, verbose_name="班", related_name="+")
    title = models.CharField("件名", max_length=80)
    body = models.TextField("本文", max_length=4000)
    is_public = models.BooleanField("だれでも読める（公開）", default=False)
    until = models.DateField("掲載する最後の日")
    version = models.PositiveSmallIntegerField("版", default=0)
    made_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="書いた人", related_name="+")
    made_at = models.DateTimeField("書き始めた日時", default=timezone.now)
    posted_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="掲載した人", related_name="+"
    )
    posted_at = models.DateTimeField("掲載した日時", null=True, blank=True)
    recalled_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="取り下げた人", related_name="+"
    )
    recalled_at = models.DateTimeField("取り下げた日時", null=True, blank=True)
    recalled_reason = models.CharField("取り下げた理由", max_length=300, blank=True)
    ended_at = models.DateTimeField("掲載を終えた日時", null=True, blank=True)
    objects = CircularQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "電子回覧"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(office__isnull=False, org__isnull=True, reach__in=[one.value for one in OF_CITY])
                | Q(office__isnull=True, org__isnull=False, reach__in=[one.value for one in OF_ORG]),
                name="circular_sent_by_one",
                violation_error_message="発信するのは、区の課か団体の一つです。送り先は、その課か団体のものから選んでください。",
            ),
            models.CheckConstraint(
                condition=(Q(state="draft") & NOT_POSTED) | (~Q(state="draft") & POSTED),
                name="circular_posted_by_name",
                violation_error_message="掲載した回覧には、掲載した人と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="recalled", recalled_at__isnull=False, recalled_by__isnull=False)
                    & ~Q(recalled_reason="")
                )
                | (
                    ~Q(state="recalled")
                    & Q(recalled_at__isnull=True, recalled_by__isnull=True, recalled_reason="")
                ),
                name="circular_recalled_with_reason",
                violation_error_message="取り下げる理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="circular_ended_at_a_time",
                violation_error_message="終えた回覧には、終えた日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""),
                name="circular_has_words",
                violation_error_message="件名と本文を入力してください。",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-made_at", "-id"], name="circular_of_office"),
            models.Index(fields=["org", "-made_at", "-id"], name="circular_of_org"),
            models.Index(fields=["-made_at", "-id"], name="circular_newest"),
            models.Index(fields=["until"], condition=Q(state="posted"), name="circular_to_end"),
            models.Index(fields=["posted_at"], name="circular_by_day"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """回覧番号, as it stands on paper."""
        return NUMBER.format(self.pk)

    @property
    def is_current(self) -> bool:
        """Whether it stands today: its last day may have passed before the night's work has ended it."""
        return self.state == CircularState.POSTED and timezone.localdate() <= self.until

    def sender_on(self, day: dt.date) -> str:
        return self.office.name_on(day) if self.office else str(self.org)


class CircularVersion(models.Model):
    """A text as it was put up. `notice` tells what was wrong in the one before; the first has none."""

    circular = models.ForeignKey(ECircular, models.PROTECT, verbose_name="回覧", related_name="versions")
    number = models.PositiveSmallIntegerField("版")
    title = models.CharField("件名", max_length=80)
    body = models.TextField("本文", max_length=4000)
    notice = models.CharField("何を直したか", max_length=300, blank=True)
    by = models.ForeignKey(Posting, models.PROTECT, verbose_name="だれが", related_name="+")
    at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "回覧の版"
        ordering = ["circular", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["circular", "number"],
                name="circular_version_once",
                violation_error_message="ほかの人が、先に訂正しました。画面を開き直してください。",
            ),
            models.CheckConstraint(
                condition=Q(number=1, notice="") | (Q(number__gt=1) & ~Q(notice="")),
                name="circular_correction_says_what",
                violation_error_message="何を直したかを入力してください。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number}版"
