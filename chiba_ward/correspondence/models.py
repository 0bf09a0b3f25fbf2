"""Notices, their deliveries by every medium, and how a person may be reached."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Q
from django.utils import timezone
from pghistory import track

from chiba_ward.casework.models import Matter
from chiba_ward.compartments.models import Compartment
from chiba_ward.correspondence.enums import CallResult, DeliveryState, Medium, RecipientKind
from chiba_ward.correspondence.querysets import DeliveryQuerySet
from chiba_ward.directory.models import Office, Posting
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey


class ContactCard(models.Model):
    """How the person of a matter may be reached, and how never (J1, DOMAIN A1 `contact_policy`).

    Every notice asks `safe_contact.permitted` about this row; nothing else decides.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="contact")
    preferred = models.CharField("希望する連絡方法", max_length=10, choices=Medium, default=Medium.PORTAL)
    name = SealedTextField("宛名", max_length=80, blank=True)
    email = SealedTextField("メールアドレス", max_length=254, blank=True, validators=[validate_email])
    phone = SealedTextField("電話番号", max_length=20, blank=True)
    postal_code = SealedTextField("郵便番号", max_length=7, blank=True)
    address = SealedTextField("送り先住所", max_length=200, blank=True)
    may_email = models.BooleanField("メールしてよい", default=False)
    may_call = models.BooleanField("電話してよい", default=False)
    may_write = models.BooleanField("郵便を送ってよい", default=False)
    call_from = models.TimeField("電話してよい時間(から)", null=True, blank=True)
    call_until = models.TimeField("電話してよい時間(まで)", null=True, blank=True)
    no_home_contact = models.BooleanField("家には連絡しない", default=False)
    no_voicemail = models.BooleanField("留守番電話に残さない", default=True)
    plain_sender = models.BooleanField("区役所の名前を出さない", default=False)
    forbidden = SealedTextField("連絡してはいけない相手・方法", max_length=300, blank=True)
    language = models.CharField("言語", max_length=10, default="ja")
    needs_interpreter = models.BooleanField("通訳が必要", default=False)
    accommodation = SealedTextField("必要な配慮", max_length=300, blank=True)
    # No column: what the disclosure gate has said of this instance (`safe_contact.is_held`).
    held_now: "bool | None" = None

    class Meta:
        verbose_name = verbose_name_plural = "安全な連絡の設定"
        constraints = [
            models.CheckConstraint(
                condition=Q(may_email=False) | Q(email__filled=True),
                name="contact_email_needs_address",
                violation_error_message="メールで連絡するには、メールアドレスを入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(may_call=False) | Q(phone__filled=True),
                name="contact_call_needs_number",
                violation_error_message="電話で連絡するには、電話番号を入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(may_write=False) | Q(address__filled=True),
                name="contact_letter_needs_address",
                violation_error_message="郵便で連絡するには、送り先の住所を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.matter_id}"


@track()
class NoticeTemplate(models.Model):
    """A standard text in one language, edited by staff with a preview. Placeholders: number, promise, url…"""

    key = models.CharField("種類", max_length=60)
    language = models.CharField("言語", max_length=10, choices=settings.LANGUAGES, default="ja")
    label = models.CharField("名称", max_length=80)
    subject = models.CharField("件名", max_length=120)
    body = models.TextField("本文")
    is_reply = models.BooleanField("返信の定型文として選べる", default=False)
    updated_at = models.DateTimeField("更新", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "定型文"
        ordering = ["key", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language"],
                name="notice_template_unique",
                violation_error_message="この種類と言語の定型文はすでにあります。",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Only the permitted words; each mistake stands beside its field and says what to do."""
        from chiba_ward.correspondence import placeholders

        found = {
            "subject": placeholders.mistakes(self.key, self.subject),
            "body": placeholders.mistakes(self.key, self.body)
            + placeholders.missing(self.key, self.subject + self.body),
        }
        errors = {field: messages for field, messages in found.items() if messages}
        if errors:
            raise ValidationError(errors)


class Notice(models.Model):
    """One thing to tell one recipient. The words come from a template, never from the consultation."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="notices")
    template_key = models.CharField("種類", max_length=60)
    recipient_kind = models.CharField("宛先の種類", max_length=10, choices=RecipientKind)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    context = models.JSONField("差し込み(個人情報なし)", default=dict, blank=True)
    created_at = models.DateTimeField("作成", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.template_key} {self.matter_id}"


class Delivery(models.Model):
    """One attempt of one notice through one medium, with its result."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    medium = models.CharField("方法", max_length=10, choices=Medium)
    state = models.CharField("結果", max_length=12, choices=DeliveryState, default=DeliveryState.QUEUED)
    reason = models.CharField("理由", max_length=200, blank=True)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, verbose_name="印刷・電話をする課", related_name="+"
    )
    document = models.ForeignKey(
        "documents.Document", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="手紙"
    )
    created_at = models.DateTimeField("作成", default=timezone.now)
    settled_at = models.DateTimeField("結果が出た日時", null=True, blank=True)
    settled_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="発送・連絡した人", related_name="+"
    )
    message_id = models.CharField("メールの識別子", max_length=120, blank=True)
    handled_at = models.DateTimeField("対応した日時", null=True, blank=True)
    handled_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="対応した人", related_name="+"
    )
    compartment = models.ForeignKey(
        Compartment,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name="区画",
        related_name="+",
        help_text="案件の区画の写し。データベースが合わせる。",
    )
    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "送達"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["office", "medium", "id"],
                condition=Q(
                    state__in=["to_print", "to_call", "failed", "maybe_sent", "bounced"],
                    handled_at__isnull=True,
                ),
                name="delivery_to_do",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id=""), name="delivery_message_id_unique"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["printed", "called"]) | Q(settled_by__isnull=False),
                name="delivery_by_hand_names_who",
                violation_error_message="発送や電話の結果には、担当した人の記録が必要です。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_medium_display()} {self.get_state_display()}"


class CallAttempt(models.Model):
    """「1回目不在」: each call is a line, none is overwritten."""

    id = SealedRowKey(primary_key=True)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="calls")
    at = models.DateTimeField("日時", default=timezone.now)
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+")
    result = models.CharField("結果", max_length=14, choices=CallResult)
    note = SealedTextField("メモ(庁内)", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "電話の記録"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%m/%d %H:%M} {self.get_result_display()}"
