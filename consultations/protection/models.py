"""Which section owns what kind of protected matter, the notice, its safety checks, and whoever notified.

Sources: 児童虐待防止法6条・7条・8条, 高齢者虐待防止法7条・9条, 障害者虐待防止法7条・9条, DV防止法6条 (DOMAIN §4).
"""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office, Posting, Verified, Ward
from chiba_ward.rows.memory import Remembered
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey
from consultations.enums import Flag
from consultations.models import Consultation
from consultations.protection.enums import CheckResult
from consultations.protection.enums import NotificationState as S
from consultations.protection.querysets import AlarmQuerySet, NotificationQuerySet
from consultations.protection.workflow import NotificationWorkflow

BEFORE = Q(
    handed_at__isnull=True, handed_by__isnull=True, handed_place__filled=False, handed_name__filled=False
)
HANDED = Q(
    handed_at__isnull=False, handed_by__isnull=False, handed_place__filled=True, handed_name__filled=True
)
UNCONFIRMED = Q(receipt_at__isnull=True, receipt_by__isnull=True)
CONFIRMED = Q(receipt_at__isnull=False, receipt_by__isnull=False, receipt_name__filled=True)
OPEN = Q(sealed_at__isnull=True, sealed_by__isnull=True, retained_until__isnull=True)
SEALED = Q(sealed_at__isnull=False, sealed_by__isnull=False, retained_until__isnull=False, lead__filled=True)


class ProtectedDesk(Verified):
    """Which section of a ward owns a kind of protected matter, and in which standing compartment it lies."""

    kind = models.CharField("種類", max_length=20, choices=CompartmentKind)
    ward = models.ForeignKey(Ward, models.PROTECT, verbose_name="区", related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="受け持つ課", related_name="+")
    compartment = models.OneToOneField(Compartment, models.PROTECT, verbose_name="区画", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "保護が必要な相談を受け持つ課"
        ordering = ["ward", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "kind"],
                name="protected_desk_one_a_kind",
                violation_error_message="この区と種類の受け持ちは、すでにあります。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ward} {self.get_kind_display()}"


class AbuseNotification(NotificationWorkflow):
    """通告・通報: one for each protected matter. State changes only through `consultations.protection.workflow`."""

    consultation = models.OneToOneField(
        Consultation, models.PROTECT, primary_key=True, related_name="notification"
    )
    kinds = ArrayField(models.CharField(max_length=20, choices=Flag), verbose_name="種類(人が確かめた)")
    received_at = models.DateTimeField("受付日時")
    confirmed_at = models.DateTimeField("保護が必要と確かめた日時", default=timezone.now)
    confirmed_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="確かめた職員", related_name="+")
    handed_place = SealedTextField("引き継いだ機関・課", max_length=80, blank=True)
    handed_name = SealedTextField("引き継いだ相手", max_length=80, blank=True)
    handed_at = models.DateTimeField("引き継いだ日時", null=True, blank=True)
    handed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="電話した職員", related_name="+"
    )
    receipt_name = SealedTextField("受領を確かめた相手", max_length=80, blank=True)
    receipt_at = models.DateTimeField("受領を確かめた日時", null=True, blank=True)
    receipt_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="受領を確かめた職員", related_name="+"
    )
    lead = SealedTextField("このあと主に支援する機関", max_length=80, blank=True)
    retained_until = models.DateField("保存期限", null=True, blank=True)
    sealed_at = models.DateTimeField("終結日時", null=True, blank=True)
    sealed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="終結した所属長", related_name="+"
    )
    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通告"
        ordering = ["received_at", "consultation_id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kinds=[]), name="notification_has_a_kind"),
            models.CheckConstraint(
                condition=(Q(state=S.RECEIVED) & BEFORE) | (~Q(state=S.RECEIVED) & HANDED),
                name="notification_handed_off_says_to_whom",
                violation_error_message="引き継いだ機関、相手、日時、電話した職員のすべてが必要です。",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=[S.RECEIVED, S.HANDED_OFF]) & UNCONFIRMED)
                | (Q(state__in=[S.RECEIPT_CONFIRMED, S.SEALED]) & CONFIRMED),
                name="notification_receipt_says_by_whom",
                violation_error_message="受領を確かめた相手と日時が必要です。",
            ),
            models.CheckConstraint(
                condition=(~Q(state=S.SEALED) & OPEN) | (Q(state=S.SEALED) & SEALED),
                name="notification_sealed_names_lead_and_retention",
                violation_error_message="終結には、主に支援する機関と保存期限が必要です。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="sealed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state="sealed"),
                func="RAISE check_violation USING MESSAGE = 'a sealed notice does not change';",
            )
        ]

    def __str__(self) -> str:
        return f"notification {self.consultation_id}"


class SafetyCheck(models.Model):
    """安全確認: who saw whom, when and where. A line is never changed; another look is another line."""

    id = SealedRowKey(primary_key=True)
    notification = models.ForeignKey(AbuseNotification, models.PROTECT, related_name="checks")
    result = models.CharField("結果", max_length=8, choices=CheckResult)
    seen_at = models.DateTimeField("確かめた日時")
    seen_by = SealedTextField("確かめた人（機関・名前）", max_length=120)
    seen_whom = SealedTextField("だれの姿を見たか", max_length=120)
    place = SealedTextField("確かめた場所", max_length=120)
    note = SealedTextField("様子", max_length=1000, blank=True)
    recorded_at = models.DateTimeField("記録した日時", default=timezone.now)
    recorded_by = models.ForeignKey(Posting, models.PROTECT, verbose_name="記録した職員", related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "安全確認"
        ordering = ["seen_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_by__filled=True, seen_whom__filled=True, place__filled=True),
                name="safety_check_says_who_whom_where",
                violation_error_message="確かめた人、だれの姿を見たか、場所のすべてが必要です。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"check {self.pk}"


class Notifier(models.Model):
    """通告・通報した人: apart from the case, with a right of its own, shown on one page alone (児童虐待防止法7条)."""

    notification = models.OneToOneField(
        AbuseNotification, models.PROTECT, primary_key=True, related_name="notifier"
    )
    name = SealedTextField("氏名", max_length=80, blank=True)
    kana = SealedTextField("フリガナ", max_length=120, blank=True)
    relation = SealedTextField("本人とのつながり", max_length=60, blank=True)
    phone = SealedTextField("電話番号", max_length=20, blank=True)
    email = SealedTextField("メールアドレス", max_length=254, blank=True)
    address = SealedTextField("住所", max_length=200, blank=True)
    note = SealedTextField("連絡について聞いたこと", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通告・通報した人"

    def __str__(self) -> str:
        return f"notifier {self.pk}"


class Alarm(Remembered):
    """安全確認が期限を過ぎた: what 総務課, which has no seat, is told of a matter that it must not know: its number."""

    receipt_no = models.CharField("受付番号", max_length=12, unique=True)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="知らせた課", related_name="+")
    section = models.CharField("電話する課", max_length=100)
    raised_at = models.DateTimeField("知らせた日時", default=timezone.now)
    called_at = models.DateTimeField("電話で確かめた日時", null=True, blank=True)
    called_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="電話した職員", related_name="+"
    )
    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "48時間を過ぎた番号"
        ordering = ["raised_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(called_at__isnull=True, called_by__isnull=True)
                | Q(called_at__isnull=False, called_by__isnull=False),
                name="alarm_called_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.receipt_no
