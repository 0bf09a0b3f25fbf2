"""役割分担: who does what by when, decided in a meeting or written in a plan."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.models import Consultation
from consultations.support.models.meeting import Meeting
from consultations.support.models.plan import SupportPlan
from consultations.support.querysets import TaskQuerySet

OPEN = Q(done_at__isnull=True, cancelled_at__isnull=True)


class RoleTask(models.Model):
    """One line of the role table; it lies in the queue of its office until it is done."""

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="role_tasks")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="tasks")
    plan = models.ForeignKey(SupportPlan, models.PROTECT, null=True, blank=True, related_name="tasks")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="担当する課・機関", related_name="+")
    what = SealedTextField("すること", max_length=300)
    due_on = models.DateField("いつまで")
    given_at = models.DateTimeField("渡した日時", null=True, blank=True)
    created_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="記録した職員", related_name="+")
    created_at = models.DateTimeField("作成", default=timezone.now)
    done_at = models.DateTimeField("済んだ日時", null=True, blank=True)
    done_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="済ませた人", related_name="+"
    )
    result = SealedTextField("したこと・結果", max_length=500, blank=True)
    cancelled_at = models.DateTimeField("取りやめた日時", null=True, blank=True)
    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "役割分担"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, plan__isnull=True)
                | Q(meeting__isnull=True, plan__isnull=False),
                name="task_of_a_meeting_or_a_plan",
                violation_error_message="役割分担は、会議かプランのどちらか一つに付けてください。",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False, result__filled=True),
                name="task_done_with_result",
                violation_error_message="済ませた役割には、したことと、済ませた人の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="task_done_or_cancelled",
                violation_error_message="取りやめた役割は、済んだことにできません。",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "due_on", "id"], condition=OPEN, name="task_queue"),
        ]

    def __str__(self) -> str:
        return f"役割 {self.pk}"
