"""現況届: once a fiscal year an association tells the city how it stands, and every desk reads the same (PEERS §2, 6)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.casework.enums import Channel
from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from community.models.org import CommunityOrg
from community.querysets import ReturnQuerySet
from community.workflow.annual import ReturnWorkflow

SUBMITTED = Q(submitted_at__isnull=False, members__isnull=False, counted_on__isnull=False) & ~Q(name="")


class AnnualReturn(ReturnWorkflow):
    """What an organisation declares of one year. The register changes when a clerk accepts it, not before.

    `contacts`: {kind: [value, visibility]}; `officers`: [{post, name, email, starts_on}], each a change of that post.
    """

    id = SealedRowKey(primary_key=True)
    org = models.ForeignKey(CommunityOrg, models.PROTECT, verbose_name="団体", related_name="returns")
    fiscal_year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    channel = models.CharField("受付経路", max_length=12, choices=Channel, default=Channel.WEB)
    written_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="書いた役員", related_name="+"
    )
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="代わりに入力した職員", related_name="+"
    )
    name = models.CharField("団体の名称", max_length=100, blank=True)
    kana = models.CharField("よみ", max_length=120, blank=True)
    activity = models.CharField("活動の内容", max_length=200, blank=True)
    members = models.PositiveIntegerField("加入世帯数", null=True, blank=True)
    households = models.PositiveIntegerField("区域の世帯数", null=True, blank=True)
    counted_on = models.DateField("世帯数を数えた日", null=True, blank=True)
    contacts = SealedJSONField("連絡先", default=dict, blank=True)
    officers = SealedJSONField("役員の交代", default=list, blank=True)
    note = SealedTextField("区役所に伝えたいこと", max_length=1000, blank=True)
    started_at = models.DateTimeField("書き始めた日時", default=timezone.now)
    submitted_at = models.DateTimeField("提出した日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確かめた職員", related_name="+"
    )
    decided_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    returned_reason = SealedTextField("差し戻しの理由", max_length=500, blank=True)
    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "現況届"
        ordering = ["-fiscal_year", "org", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["org", "fiscal_year"],
                name="return_once_a_year",
                violation_error_message="この団体のこの年度の現況届は、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | SUBMITTED,
                name="return_filed_whole",
                violation_error_message="提出する現況届には、名称・加入世帯数・数えた日が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "submitted"], decided_by__isnull=True, decided_at__isnull=True
                )
                | Q(state__in=["returned", "accepted"], decided_by__isnull=False, decided_at__isnull=False),
                name="return_decided_by_name",
                violation_error_message="受理・差し戻しには、確かめた職員と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_reason__filled=True),
                name="return_returned_with_reason",
                violation_error_message="差し戻す理由を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(channel="web", entered_by__isnull=True) | Q(entered_by__isnull=False),
                name="return_on_paper_by_name",
                violation_error_message="紙などで受けた現況届には、入力した職員の記録が必要です。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(state="submitted"), name="return_to_judge"
            ),
            models.Index(fields=["-fiscal_year", "-id"], name="return_by_year"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度 現況届"
