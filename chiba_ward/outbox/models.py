"""Effects owed: the one way out of a transaction (DESIGN §2 rule 6)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.outbox.querysets import OutboxQuerySet

PENDING = Q(done_at__isnull=True, dead_at__isnull=True, cancelled_at__isnull=True)


class OutboxEntry(models.Model):
    """An effect owed. Written with the business rows; done when the effect itself is recorded.

    Never "sent": a broker that forgets its messages loses nothing, the sweep publishes again
    (ASSURANCE finding 1). `payload` holds ids only. `leased_until` is set while a worker is outside the
    database with it (SMTP): when it died there, nobody touches the entry before that moment.
    """

    kind = models.CharField("効果", max_length=60)
    payload = models.JSONField("ID", default=dict)
    key = models.CharField("重複防止の鍵", max_length=120, unique=True)
    created_at = models.DateTimeField("作成", default=timezone.now)
    available_at = models.DateTimeField("この時刻から", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("試行", default=0)
    last_error = models.CharField("最後の失敗", max_length=300, blank=True)
    swept_at = models.DateTimeField("最後に出し直した日時", null=True, blank=True)
    leased_until = models.DateTimeField("実行中(この時刻まで)", null=True, blank=True)
    done_at = models.DateTimeField("完了", null=True, blank=True)
    dead_at = models.DateTimeField("断念", null=True, blank=True)
    cancelled_at = models.DateTimeField("取り消し", null=True, blank=True)
    # Of the layer above, named and never imported: what is owed for a sealed matter is sealed with it.
    matter = models.ForeignKey(
        "casework.Matter", models.CASCADE, null=True, blank=True, db_index=False, related_name="+"
    )
    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送信箱"
        ordering = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, dead_at__isnull=True)
                | Q(done_at__isnull=True, cancelled_at__isnull=True)
                | Q(dead_at__isnull=True, cancelled_at__isnull=True),
                name="outbox_one_end",
                violation_error_message="完了・断念・取り消しは、どれか一つだけです。",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["available_at", "id"], condition=PENDING, name="outbox_pending"),
            models.Index(fields=["dead_at"], condition=Q(dead_at__isnull=False), name="outbox_dead"),
            models.Index(fields=["matter"], condition=Q(matter__isnull=False), name="outbox_of_matter"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
