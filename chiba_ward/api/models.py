"""Tokens of systems, keys against repetition, and where other systems want to be told."""

import datetime as dt
import re
import uuid
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.fields import DurationField
from django.utils import timezone
from pghistory import track

from chiba_ward.api.enums import DeliveryState, Scope
from chiba_ward.api.querysets import TokenQuerySet, WebhookDeliveryQuerySet, WebhookEndpointQuerySet
from chiba_ward.casework.models import TimelineEntry
from chiba_ward.directory.models import Posting, Verified

LONGEST = dt.timedelta(days=366)
HOST_NAME = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]|localhost"
)


@track(exclude=["digest"])
class ApiToken(models.Model):
    """A key for a system, bound to a posting: it has that posting's rights of the day, narrowed by its scopes.

    Permitted by the system administrator, drawn once by the posting or the head of its office: whoever permits
    never holds it. The key itself is nowhere; `digest` is its HMAC.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name="発令", related_name="api_tokens")
    name = models.CharField("使うシステム・用途", max_length=80)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope), verbose_name="してよいこと")
    per_minute = models.PositiveSmallIntegerField(
        "1分あたりの上限（回）", default=120, validators=[MinValueValidator(10), MaxValueValidator(3000)]
    )
    permitted_on = models.DateField("許可した日", default=timezone.localdate)
    permitted_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, verbose_name="許可した職員", related_name="+"
    )
    expires_on = models.DateField("期限（この日から使えない）")
    prefix = models.CharField("見分けるための先頭", max_length=12, blank=True)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    collected_at = models.DateTimeField("受け取った日時", null=True, blank=True)
    collected_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="受け取った職員", related_name="+"
    )
    revoked_at = models.DateTimeField("止めた日時", null=True, blank=True)
    revoked_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="止めた職員", related_name="+"
    )
    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "連携トークン"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("permitted_on"))
                & Q(expires_on__lte=F("permitted_on") + Value(LONGEST, output_field=DurationField())),
                name="api_token_expires_within_a_year",
                violation_error_message="期限は、許可した日から1年以内の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0),
                name="api_token_names_scopes",
                violation_error_message="してよいことを一つ以上選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(digest__isnull=True, collected_at__isnull=True)
                | Q(digest__isnull=False, collected_at__isnull=False),
                name="api_token_digest_iff_collected",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_used_on(self) -> dt.date | None:
        """The day, or None for a token that was never used."""
        use: TokenUse | None = getattr(self, "use", None)
        return use.last_used_on if use else None

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]


class TokenUse(models.Model):
    """The day on which a token was last used: what nobody uses can be stopped. Written once a day, beside the token,
    so that a reading request touches nothing but this."""

    token = models.OneToOneField(ApiToken, models.CASCADE, primary_key=True, related_name="use")
    last_used_on = models.DateField("最後に使った日")

    class Meta:
        verbose_name = verbose_name_plural = "連携トークンの使用"

    def __str__(self) -> str:
        return f"{self.token_id} {self.last_used_on}"


class IdempotencyKey(models.Model):
    """One acknowledged POST of a token: the same key again gives the same answer (ASSURANCE DU2).

    `outcome` holds ids and code words, never what was sent or answered: a repeat renders the answer anew.
    `digest` is keyed, so that nobody with the table can try out what was sent.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "重複防止の鍵"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


@track()
class WebhookHost(Verified):
    """A host that notifications may go to. Kept by the system administrator; anything else is refused (IN6)."""

    host = models.CharField(
        "ホスト名", max_length=253, help_text="例 rpa.example.lg.jp（IPアドレスは使えません）"
    )
    port = models.PositiveIntegerField(
        "ポート", default=443, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    note = models.CharField("だれのシステムか", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知してよいホスト"
        ordering = ["host", "port"]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "port"],
                name="webhook_host_unique",
                violation_error_message="このホストとポートはすでに登録されています。",
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="webhook_host_port"),
        ]

    def __str__(self) -> str:
        return self.host if self.port == 443 else f"{self.host}:{self.port}"

    def clean(self) -> None:
        super().clean()
        self.host = self.host.strip().lower().rstrip(".")
        if not HOST_NAME.fullmatch(self.host):
            raise ValidationError(
                {"host": "ホスト名を「rpa.example.lg.jp」の形で入力してください。IPアドレスは使えません。"}
            )


@track()
class WebhookEndpoint(models.Model):
    """Where a system is told that something happened. It hears of what its posting may see, and no more.

    The signing key is derived from the pepper, this row's id and `secret_version`: it stands in no table.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name="発令", related_name="webhooks")
    name = models.CharField("知らせる先のシステム", max_length=80)
    url = models.CharField("URL", max_length=300, help_text="https:// で始まるもの。? と # は使えません。")
    kinds = ArrayField(models.CharField(max_length=40), verbose_name="知らせる出来事")
    secret_version = models.PositiveSmallIntegerField("署名鍵の番号", default=1)
    is_active = models.BooleanField("有効", default=True)
    created_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, verbose_name="登録した職員", related_name="+"
    )
    created_at = models.DateTimeField("登録した日時", default=timezone.now)
    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "連携の通知先"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="https://"),
                name="webhook_https_only",
                violation_error_message="https:// で始まるURLにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0),
                name="webhook_names_events",
                violation_error_message="知らせる出来事を一つ以上選んでください。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one endpoint, and what became of it. `event_id` stays the same over every try."""

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField("通知の番号", default=uuid.uuid4, unique=True, editable=False)
    event = models.CharField("出来事", max_length=40)
    entry = models.ForeignKey(TimelineEntry, models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField("状態", max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField("試行", default=0)
    rounds = models.PositiveSmallIntegerField("送り直し", default=0)
    answered = models.PositiveSmallIntegerField("先方の応答", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    created_at = models.DateTimeField("作成", default=timezone.now)
    settled_at = models.DateTimeField("結果が出た日時", null=True, blank=True)
    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "連携の通知"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "entry"],
                name="webhook_delivery_once",
                condition=Q(entry__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_of"),
            models.Index(fields=["id"], condition=Q(state="dead"), name="webhook_delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"


class WatchedLine(TimelineEntry):
    """The timeline as the place where every event passes: the trigger owes the fan-out to the outbox.

    In the database, because it must cost a filing no question when nobody listens, must be exact from the very
    moment an endpoint stands, and must not depend on a call that a new module could forget (ADR 0018).
    """

    class Meta:
        proxy = True
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="webhook_event",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func="""
                    INSERT INTO outbox_outboxentry
                        (kind, payload, key, created_at, available_at, attempts, last_error, matter_id)
                    SELECT 'webhook.event', jsonb_build_object('entry_id', NEW.id),
                           'webhook.event:' || NEW.id, now(), now(), 0, '', NEW.matter_id
                    WHERE EXISTS (SELECT 1 FROM api_webhookendpoint WHERE is_active AND NEW.kind = ANY(kinds))
                    ON CONFLICT (key) DO NOTHING;
                    RETURN NULL;
                """,
            )
        ]
