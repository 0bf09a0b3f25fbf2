"""A file that was handed over: checked line by line, then taken in as a whole or not at all."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Posting
from community.open_data.enums import DataKind
from community.open_data.querysets import DataFileQuerySet
from community.open_data.workflow.data_file import DataFileWorkflow


class DataFile(DataFileWorkflow):
    """`content` is kept from the check to the decision alone; `sha256` tells later which file it was.

    `counts` and `lines` are the report: of the check, and of the import once it is taken in."""

    kind = models.CharField("種類", max_length=12, choices=DataKind)
    name = models.CharField("ファイル名", max_length=150)
    sha256 = models.CharField("内容の照合値(SHA-256)", max_length=64)
    size = models.PositiveIntegerField("大きさ(バイト)")
    encoding = models.CharField("文字コード", max_length=20, blank=True)
    source = models.CharField("出典", max_length=200)
    counts = models.JSONField("件数", default=dict)
    lines = models.JSONField("行ごとの報告", default=list)
    content = models.BinaryField("内容", null=True, editable=False)
    checked_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確かめた職員", related_name="+"
    )
    checked_at = models.DateTimeField("確かめた日時", default=timezone.now)
    settled_by = models.ForeignKey(
        Posting,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="取り込んだ・やめた職員",
        related_name="+",
    )
    settled_at = models.DateTimeField("取り込んだ・やめた日時", null=True, blank=True)
    objects = DataFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "取り込んだファイル"
        ordering = ["-checked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="checked", settled_at__isnull=True)
                | (~Q(state="checked") & Q(settled_at__isnull=False)),
                name="data_file_settled_at_a_time",
                violation_error_message="取り込んだファイルには、取り込んだ日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state="checked", content__isnull=False)
                | (~Q(state="checked") & Q(content__isnull=True)),
                name="data_file_content_until_settled",
                violation_error_message="ファイルの内容は、取り込むか取りやめるまでだけ預かります。",
            ),
        ]
        indexes = [models.Index(fields=["-checked_at", "-id"], name="data_file_newest")]

    def __str__(self) -> str:
        return self.name
