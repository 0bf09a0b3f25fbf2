"""Numbered hand-outs: every copy has the number of the member who got it, and is ticked when it came back (J6)."""

from django.db import models
from django.db.models import Q

from chiba_ward.directory.models import Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.support.models.meeting import Meeting, Member


class HandOut(models.Model):
    """資料."""

    id = SealedRowKey(primary_key=True)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="hand_outs")
    number = models.PositiveSmallIntegerField("資料番号")
    title = SealedTextField("資料の名前", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "会議の資料"
        ordering = ["meeting", "number"]
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="hand_out_number_unique")]

    def __str__(self) -> str:
        return f"資料{self.number}"


class HandOutCopy(models.Model):
    """One copy on paper for one member: 資料2-3 is the second hand-out of the third member."""

    hand_out = models.ForeignKey(HandOut, models.CASCADE, related_name="copies")
    member = models.ForeignKey(Member, models.CASCADE, related_name="copies")
    collected_at = models.DateTimeField("回収した日時", null=True, blank=True)
    collected_by = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "資料の写し"
        ordering = ["hand_out", "member"]
        constraints = [
            models.UniqueConstraint(fields=["hand_out", "member"], name="copy_once_for_a_member"),
            models.CheckConstraint(
                condition=Q(collected_at__isnull=True, collected_by__isnull=True)
                | Q(collected_at__isnull=False, collected_by__isnull=False),
                name="copy_collected_by_somebody",
                violation_error_message="回収の記録には、確かめた職員が必要です。",
            ),
        ]

    def __str__(self) -> str:
        return f"copy {self.pk}"
