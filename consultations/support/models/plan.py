"""支援プラン: goals of the household, who agreed to it, what each agency does by when."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.models import Consultation, Party
from consultations.support.models.meeting import Meeting
from consultations.support.querysets import PlanQuerySet
from consultations.support.workflow.plan import PlanWorkflow


class SupportPlan(PlanWorkflow):
    """DOMAIN §5 1-3 a. Decided in a 重層的支援会議, watched on a date, ended with a named lead."""

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="support_plans")
    sequence = models.PositiveSmallIntegerField("この相談で何番目のプランか")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="作る課", related_name="+")
    goal = SealedTextField("世帯の目標", max_length=500)
    issues = SealedTextField("課題", max_length=1000)
    created_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="作成した職員", related_name="+")
    created_at = models.DateTimeField("作成", default=timezone.now)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, verbose_name="決定した会議", related_name="plans"
    )
    decided_at = models.DateTimeField("決定した日時", null=True, blank=True)
    monitor_on = models.DateField("次に確かめる日", null=True, blank=True)
    lead_office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, verbose_name="終了後の主担当", related_name="+"
    )
    lead_name = models.CharField("終了後の主担当の人", max_length=80, blank=True)
    closing_note = SealedTextField("終了の理由", max_length=500, blank=True)
    closed_at = models.DateTimeField("終了した日時", null=True, blank=True)
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支援プラン"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "sequence"], name="plan_sequence_unique"),
            models.CheckConstraint(
                condition=Q(state="draft", decided_at__isnull=True, meeting__isnull=True)
                | (
                    ~Q(state="draft")
                    & Q(decided_at__isnull=False, meeting__isnull=False, monitor_on__isnull=False)
                ),
                name="plan_decided_in_a_meeting",
                violation_error_message="プランの決定には、重層的支援会議と、次に確かめる日が必要です。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_at__isnull=False, lead_office__isnull=False) & ~Q(lead_name="")
                )
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="plan_closed_with_lead",
                violation_error_message="プランを終えるには、このあとの主担当の課・機関と人の名前が必要です。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "monitor_on"], condition=Q(state="decided"), name="plan_to_monitor"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation} 支援プラン{self.sequence}"


class PlanPerson(models.Model):
    """Somebody of the household whom the plan is about, and the paper that they have signed."""

    plan = models.ForeignKey(SupportPlan, models.CASCADE, related_name="people")
    party = models.ForeignKey(Party, models.PROTECT, related_name="planned_in")
    agreed_on = models.DateField("同意・署名の日", null=True, blank=True)
    paper_place = models.CharField("署名した紙の保管場所", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支援プランの対象者"
        ordering = ["plan", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "party"],
                name="person_once_in_a_plan",
                violation_error_message="この人は、すでにこのプランの対象者です。",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True, paper_place="")
                | (Q(agreed_on__isnull=False) & ~Q(paper_place="")),
                name="plan_signature_has_place",
                violation_error_message="署名は、日と紙の保管場所の両方を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"
