"""閲覧記録: who read what, in an order that nobody can change unseen (ASSURANCE AU1-AU3).

Triggers of the migration `read_log_chain` number and chain each row and refuse every change of one. They are
written by hand: those of django-pgtrigger step aside for any session that sets `pgtrigger.ignore`.
"""

from typing import NoReturn

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone

from chiba_ward.access.enums import ActorKind, Verb, VerificationState
from chiba_ward.directory.models import Verified

HASH_BYTES = 32
# What an auditor looks at first; rare, so its index is small.
MARKED = Q(is_outside_duty=True) | Q(is_off_hours=True) | Q(is_same_surname=True)


class ReadLogEntry(models.Model):
    """One act of reading, one refusal, or one event at the doors. Nothing of the content, no network address.

    Ids are plain numbers and names are copies: a row says what was true then, and outlives what it names.
    `readlog.entries` writes it; here it is only read.
    """

    seq = models.BigIntegerField("番号", primary_key=True)
    version = models.PositiveSmallIntegerField("控え方の版", default=1)
    at = models.DateTimeField("日時")
    actor_kind = models.CharField("区分", max_length=10, choices=ActorKind)
    user_id = models.BigIntegerField("利用者", null=True)
    posting_id = models.BigIntegerField("発令", null=True)
    office_id = models.BigIntegerField("課・機関", null=True)
    role = models.CharField("職の役割", max_length=2, blank=True)
    actor_name = models.CharField("氏名(当時)", max_length=80, blank=True)
    office_name = models.CharField("課・機関の名称(当時)", max_length=100, blank=True)
    verb = models.CharField("したこと", max_length=16, choices=Verb)
    kind = models.CharField("何を", max_length=20, blank=True)
    ids = ArrayField(models.BigIntegerField(), verbose_name="対象", default=list)
    keys = ArrayField(models.CharField(max_length=40), verbose_name="対象(番号でないもの)", default=list)
    amount = models.PositiveIntegerField("件数", default=0)
    matter_ids = ArrayField(models.BigIntegerField(), verbose_name="開いた案件", default=list)
    words = models.CharField("さがしたことばの照合値", max_length=32, blank=True)
    result = models.PositiveSmallIntegerField("結果", default=0)
    reason = models.CharField("理由", max_length=300, blank=True)
    route = models.CharField("画面", max_length=80, blank=True)
    request_id = models.CharField("要求番号", max_length=36, blank=True)
    is_off_hours = models.BooleanField("時間外", default=False)
    is_outside_duty = models.BooleanField("担当外", default=False)
    is_same_surname = models.BooleanField("名字が同じ", default=False)
    prev_hash = models.BinaryField("前の行のハッシュ")
    hash = models.BinaryField("ハッシュ")

    class Meta:
        verbose_name = verbose_name_plural = "閲覧記録"
        ordering = ["-seq"]
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="read_log_numbered_from_one"),
            models.CheckConstraint(
                condition=Exact(Length("hash"), HASH_BYTES),
                name="read_log_hash_is_sha256",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["matter_ids"],
                fastupdate=False,
                condition=~Q(matter_ids=[]),
                name="read_log_of_matter",
            ),
            models.Index(fields=["user_id", "seq"], name="read_log_of_user"),
            models.Index(fields=["office_id", "seq"], name="read_log_of_office"),
            models.Index(
                fields=["verb", "seq"], condition=~Q(verb__in=["read", "list"]), name="read_log_rare_verbs"
            ),
            models.Index(fields=["seq"], condition=MARKED, name="read_log_marked"),
            models.Index(fields=["at"], name="read_log_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.kind}"

    def save(self, *args: object, **options: object) -> NoReturn:
        raise TypeError("the read log is written by chiba_ward.access.readlog alone")

    def delete(self, *args: object, **options: object) -> NoReturn:
        raise TypeError("the read log is never deleted from")


class ReadLogHead(models.Model):
    """The last link of the chain on a day, as it was written to the folder outside the database. Never changed."""

    seq = models.BigIntegerField("最後の番号")
    hash = models.BinaryField("ハッシュ")
    exported_at = models.DateTimeField("書き出した日時", default=timezone.now)
    place = models.CharField("ファイル", max_length=200)
    sha256 = models.CharField("ファイルのSHA-256", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "閲覧記録の控え"
        ordering = ["-id"]
        indexes = [models.Index(fields=["seq"], name="read_log_head_by_seq")]

    def __str__(self) -> str:
        return f"{self.seq}"


class ReadLogVerification(models.Model):
    """One check of the chain, begun by a person or at night; a worker goes on where the last one stopped."""

    state = models.CharField(
        "状態", max_length=10, choices=VerificationState, default=VerificationState.QUEUED
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="始めた人",
        related_name="+",
    )
    created_at = models.DateTimeField("頼んだ日時", default=timezone.now)
    touched_at = models.DateTimeField("最後に進んだ日時", null=True, blank=True)
    done_at = models.DateTimeField("終わった日時", null=True, blank=True)
    from_seq = models.BigIntegerField("はじめの番号", default=1)
    to_seq = models.BigIntegerField("おわりの番号", default=0)
    checked_seq = models.BigIntegerField("ここまで確かめた", default=0)
    checked_hash = models.BinaryField("ここまでのハッシュ", default=bytes)
    broken_seq = models.BigIntegerField("はじめに合わない番号", null=True, blank=True)
    problem = models.CharField("見つかったこと", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "閲覧記録の検証"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["queued", "working"]),
                name="read_log_verification_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_seq}–{self.to_seq} {self.get_state_display()}"

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        whole = self.to_seq - self.from_seq + 1
        done = max(self.checked_seq - self.from_seq + 1, 0)
        return min(100, 100 * done // whole) if whole > 0 else 100


class RetentionRule(Verified):
    """How long a kind of record is kept: data, not code. What disposes of it comes with the retention run."""

    code = models.SlugField("コード", max_length=40, unique=True)
    label = models.CharField("記録の種類", max_length=80)
    years = models.PositiveSmallIntegerField("保存年数(年度末から)")
    basis = models.CharField("根拠", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "保存期間の規則"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.label} {self.years}年"
