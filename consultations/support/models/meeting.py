"""A meeting of several agencies about persons of one matter; who is in it, of whom it speaks, about what."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.models import Consultation, Party
from consultations.support.enums import MeetingKind, PledgeMethod
from consultations.support.models.master import DutyGround
from consultations.support.querysets import MeetingQuerySet
from consultations.support.workflow.meeting import MeetingWorkflow

HELD = ["held", "minutes_approved"]


class Meeting(MeetingWorkflow):
    """会議 (DOMAIN A4). The offices of its members are the perimeter: nobody else knows that it exists."""

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="meetings")
    kind = models.CharField("種類", max_length=24, choices=MeetingKind)
    sequence = models.PositiveSmallIntegerField("この相談で何回目の会議か")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="招集する課", related_name="+")
    purpose = SealedTextField("会議の目的", max_length=500)
    starts_at = models.DateTimeField("開催予定")
    place = models.CharField("場所・方式", max_length=120)
    requested_on = models.DateField("会議を求められた日", default=timezone.localdate)
    created_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="作成した職員", related_name="+")
    created_at = models.DateTimeField("作成", default=timezone.now)
    basis = models.CharField("根拠(確定した日)", max_length=200, blank=True)
    duty = models.CharField("守秘義務(確定した日)", max_length=400, blank=True)
    members_fixed_at = models.DateTimeField("構成員を確定した日時", null=True, blank=True)
    held_at = models.DateTimeField("開催した日時", null=True, blank=True)
    approved_at = models.DateTimeField("会議録を確定した日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("中止した日時", null=True, blank=True)
    review_on = models.DateField("次に見直す日", null=True, blank=True)
    lead_office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, verbose_name="主担当の課・機関", related_name="+"
    )
    lead_name = models.CharField("主担当の人", max_length=80, blank=True)
    lead_named_at = models.DateTimeField("主担当を決めた日時", null=True, blank=True)
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会議"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "sequence"], name="meeting_sequence_unique"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["members_fixed", *HELD], members_fixed_at__isnull=False)
                    & ~Q(basis="")
                    & ~Q(duty="")
                )
                | Q(state="planned", members_fixed_at__isnull=True)
                | Q(state="cancelled"),
                name="meeting_members_fixed_with_basis",
                violation_error_message="構成員を確定するには、会議の根拠と守秘義務の登録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HELD, held_at__isnull=False)
                | (~Q(state__in=HELD) & Q(held_at__isnull=True)),
                name="meeting_held_at_iff_held",
                violation_error_message="開催した会議には、開催した日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state="minutes_approved", approved_at__isnull=False)
                | (~Q(state="minutes_approved") & Q(approved_at__isnull=True)),
                name="meeting_approved_at_iff_approved",
                violation_error_message="会議録を確定した会議には、確定した日時が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(lead_office__isnull=True, lead_named_at__isnull=True)
                | (Q(lead_office__isnull=False, lead_named_at__isnull=False) & ~Q(lead_name="")),
                name="meeting_lead_is_a_person",
                violation_error_message="主担当は、課・機関と人の名前の両方を入力してください。",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-starts_at", "-id"], name="meeting_of_office"),
            models.Index(
                fields=["office", "review_on"], condition=Q(review_on__isnull=False), name="meeting_to_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation} {self.get_kind_display()}{self.sequence}"


class Member(models.Model):
    """構成員: a named person of an office, what binds them to secrecy, and their own pledge."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="members")
    number = models.PositiveSmallIntegerField("構成員の番号")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="課・機関", related_name="+")
    name = models.CharField("出席する人の名前", max_length=80)
    job_title = models.CharField("職名", max_length=80)
    duty = models.ForeignKey(
        DutyGround, models.PROTECT, null=True, blank=True, verbose_name="守秘義務の根拠", related_name="+"
    )
    pledged_on = models.DateField("誓約した日", null=True, blank=True)
    pledge_method = models.CharField("誓約の方法", max_length=8, choices=PledgeMethod, blank=True)
    fixed_at = models.DateTimeField("構成員になった日時", null=True, blank=True)
    attended = models.BooleanField("出席", null=True, blank=True)
    ended_at = models.DateTimeField("閲覧が終わった日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会議の構成員"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="member_number_unique"),
            models.CheckConstraint(
                condition=Q(fixed_at__isnull=True) | Q(duty__isnull=False, pledged_on__isnull=False),
                name="member_is_bound_and_has_pledged",
                violation_error_message="守秘義務の根拠と誓約の記録がない人は、構成員にできません。",
            ),
            models.CheckConstraint(
                condition=Q(pledged_on__isnull=True, pledge_method="")
                | (Q(pledged_on__isnull=False) & ~Q(pledge_method="")),
                name="member_pledge_has_method",
                violation_error_message="誓約は、日と方法の両方を入力してください。",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "meeting"],
                condition=Q(fixed_at__isnull=False, ended_at__isnull=True),
                name="member_sees",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.office}"


class Subject(models.Model):
    """A person who is discussed. In a 重層的支援会議 the database refuses one whose consent is missing (C6)."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="subjects")
    party = models.ForeignKey(Party, models.PROTECT, related_name="discussed_in")
    taken_off_at = models.DateTimeField("対象から外れた日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会議の対象者"
        ordering = ["meeting", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "party"],
                name="subject_once_in_a_meeting",
                violation_error_message="この人は、すでにこの会議の対象者です。",
            )
        ]

    def __str__(self) -> str:
        return f"subject {self.pk}"


class AgendaItem(models.Model):
    """次第の一項目."""

    id = SealedRowKey(primary_key=True)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField("順番")
    title = SealedTextField("議題", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "会議の議題"
        ordering = ["meeting", "order"]
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_order_unique")]

    def __str__(self) -> str:
        return f"議題{self.order}"
