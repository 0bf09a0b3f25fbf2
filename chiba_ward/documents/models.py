"""A PDF owed: asked for, made by a worker, kept, and served through a permission view."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.casework.models import Matter, blob_path
from chiba_ward.directory.models import Posting
from chiba_ward.documents.enums import DocumentState


class Document(models.Model):
    """`kind` names a builder in the registry; `params` holds ids only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("種類", max_length=40)
    title = models.CharField("名称", max_length=120)
    matter = models.ForeignKey(Matter, models.CASCADE, null=True, blank=True, related_name="documents")
    requested_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    params = models.JSONField("ID", default=dict, blank=True)
    state = models.CharField("状態", max_length=8, choices=DocumentState, default=DocumentState.QUEUED)
    progress = models.PositiveSmallIntegerField("進み(%)", default=0)
    blob = models.FileField("PDF", upload_to=blob_path, blank=True, max_length=100)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField("ページ数", null=True, blank=True)
    error = models.CharField("失敗の理由", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField("作成を試みた回数", default=0)
    created_at = models.DateTimeField("依頼", default=timezone.now)
    started_at = models.DateTimeField("作成の開始", null=True, blank=True)
    done_at = models.DateTimeField("完成", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文書"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="document_progress_percent"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False),
                name="document_done_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state__in=["queued", "working"]), name="document_pending"
            ),
            models.Index(fields=["requested_by"], condition=Q(state="failed"), name="document_failed"),
        ]

    def __str__(self) -> str:
        return self.title
