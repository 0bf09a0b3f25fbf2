"""区の間の移管: asked with a reason and after a telephone call, accepted by name or not at all."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.centre.models.entry import ProgressEntry
from consultations.centre.querysets import TransferQuerySet
from consultations.centre.workflow.transfer import TransferWorkflow
from consultations.models import Consultation

ASKED = Q(state="asked")


class CaseTransfer(TransferWorkflow):
    """ケース移管 (DOMAIN §5 1-2 b). Until it is accepted the sender is responsible and the receiver sees this sheet alone."""

    id = SealedRowKey(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="transfers")
    entry = models.ForeignKey(ProgressEntry, models.PROTECT, related_name="transfers")
    from_office = models.ForeignKey(Office, models.PROTECT, verbose_name="頼んだ課", related_name="+")
    to_office = models.ForeignKey(Office, models.PROTECT, verbose_name="受け入れる課", related_name="+")
    reason = SealedTextField("移管の理由", max_length=1000)
    caller = models.CharField("電話した人", max_length=80)
    called = models.CharField("電話を受けた人", max_length=80)
    called_at = models.DateTimeField("電話した日時")
    asked_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="頼んだ職員", related_name="+")
    asked_at = models.DateTimeField("頼んだ日時", default=timezone.now)
    accepted_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="受け入れた職員", related_name="+"
    )
    accepted_at = models.DateTimeField("受け入れた日時", null=True, blank=True)
    returned_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="返した職員", related_name="+"
    )
    returned_at = models.DateTimeField("返した日時", null=True, blank=True)
    returned_reason = SealedTextField("返した理由", max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="取りやめた職員", related_name="+"
    )
    withdrawn_at = models.DateTimeField("取りやめた日時", null=True, blank=True)
    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "区の間の移管"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=ASKED,
                name="transfer_once_at_a_time",
                violation_error_message="この相談は、すでに移管を頼んでいて、返事を待っています。",
            ),
            models.CheckConstraint(
                condition=~Q(from_office=F("to_office")),
                name="transfer_to_another_section",
                violation_error_message="自分の課には移管できません。ほかの区を選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_by__isnull=False, accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_by__isnull=True, accepted_at__isnull=True)),
                name="transfer_accepted_by_name",
                violation_error_message="移管を受け入れるには、受け入れた人の名前と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="returned",
                    returned_by__isnull=False,
                    returned_at__isnull=False,
                    returned_reason__filled=True,
                )
                | (~Q(state="returned") & Q(returned_by__isnull=True, returned_at__isnull=True)),
                name="transfer_returned_with_reason",
                violation_error_message="移管を返すには、理由と、返した人と日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)),
                name="transfer_withdrawn_at_a_time",
                violation_error_message="取りやめた移管には、取りやめた日時の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(called_at__lte=F("asked_at")) & ~Q(caller="") & ~Q(called=""),
                name="transfer_after_a_telephone_call",
                violation_error_message="移管を頼む前に電話し、だれがだれにいつ電話したかを入力してください。",
            ),
        ]
        indexes = [
            models.Index(fields=["to_office", "asked_at", "id"], condition=ASKED, name="transfer_to_answer"),
        ]

    def __str__(self) -> str:
        return f"移管 {self.pk}"
