"""What every matter shares: its number, deadlines, timeline, files, key and drafts."""

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from chiba_ward.casework.enums import (
    WITHOUT_VERDICT,
    AttachmentState,
    Audience,
    OutsideDuty,
    TimeUnit,
    Urgency,
)
from chiba_ward.casework.file_sentences import NOTES
from chiba_ward.casework.querysets import (
    AttachmentQuerySet,
    DeadlineQuerySet,
    OutsideDutyQuerySet,
    TimelineQuerySet,
)
from chiba_ward.compartments.models import Compartment
from chiba_ward.directory.models import Office, Posting, Verified
from chiba_ward.rows.memory import Remembered
from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey

SHORTEST_REASON = 10


class Matter(models.Model):
    """The thin anchor of whatever a person brought: one number space for the whole portal.

    A module keeps its own record with a one-to-one link here; deadlines, timeline and files hang on this
    row, so that every module has them without tables of its own.
    """

    receipt_no = models.CharField("受付番号", max_length=12, unique=True)
    kind = models.CharField("種別", max_length=30)
    is_drill = models.BooleanField("訓練", default=False)
    created_at = models.DateTimeField("到達日時", default=timezone.now)
    compartment = models.ForeignKey(
        Compartment,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name="区画",
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "案件"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["compartment"], condition=Q(compartment__isnull=False), name="matter_in_compartment"
            )
        ]
        # Taking one out is not written yet; until two persons can decide it, nobody can.
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="stays_enclosed",
                operation=pgtrigger.UpdateOf("compartment_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__compartment__isnull=False)
                & pgtrigger.Q(old__compartment__df=pgtrigger.F("new__compartment")),
                func="RAISE check_violation USING MESSAGE = 'a matter does not leave its compartment';",
            )
        ]

    def __str__(self) -> str:
        return self.receipt_no


class SearchTerms(models.Model):
    """What a matter is found by, as numbers that mean nothing without the search key (docs/adr/0014)."""

    matter = models.OneToOneField(Matter, models.CASCADE, related_name="search_terms", primary_key=True)
    terms = ArrayField(models.BigIntegerField(), verbose_name="さがすための数")
    key_id = models.CharField("鍵の名前", max_length=16)
    scheme = models.PositiveSmallIntegerField("作り方の版")
    is_whole = models.BooleanField("ことばまで入っている", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "さがすための索引"
        indexes = [GinIndex(fields=["terms"], name="search_terms_gin")]

    def __str__(self) -> str:
        return f"terms {self.matter_id}"


class CaseCredential(models.Model):
    """The passphrase that opens one matter to whoever filed it without an account (ASSURANCE §2)."""

    matter = models.OneToOneField(Matter, models.CASCADE, related_name="credential", primary_key=True)
    phrase_hash = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "照会用の暗証番号"

    def __str__(self) -> str:
        return f"credential {self.matter_id}"


class DeadlineRule(Verified):
    """How long something may take; data, not code (DESIGN §2 rule 10)."""

    kind = models.CharField("期限の種類", max_length=60)
    label = models.CharField("名称", max_length=80)
    urgency = models.CharField("緊急度", max_length=2, choices=Urgency, blank=True)
    unit = models.CharField("単位", max_length=20, choices=TimeUnit)
    amount = models.PositiveIntegerField("長さ")

    class Meta:
        verbose_name = verbose_name_plural = "期限の規則"
        ordering = ["kind", "urgency"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "urgency"],
                name="deadline_rule_unique",
                violation_error_message="この種類と緊急度の期限はすでにあります。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}{self.get_unit_display()}"


class StepRule(Remembered):
    """A reminder or escalation that fires a given time after the clock started."""

    rule = models.ForeignKey(DeadlineRule, models.CASCADE, related_name="steps", verbose_name="期限")
    code = models.CharField("段階", max_length=30)
    label = models.CharField("名称", max_length=80)
    unit = models.CharField("単位", max_length=20, choices=TimeUnit)
    amount = models.PositiveIntegerField("開始からの長さ")

    class Meta:
        verbose_name = verbose_name_plural = "督促・上申の段階"
        ordering = ["rule", "amount"]
        constraints = [models.UniqueConstraint(fields=["rule", "code"], name="step_rule_unique")]

    def __str__(self) -> str:
        return self.label


class Deadline(models.Model):
    """A promise with a date on one matter. `key` tells apart deadlines of one kind (referral 7)."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="deadlines")
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, related_name="+")
    kind = models.CharField("期限の種類", max_length=60)
    key = models.CharField(max_length=40, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="責任課", related_name="+")
    started_at = models.DateTimeField("開始")
    due_at = models.DateTimeField("期限")
    paused_at = models.DateTimeField("停止した日時", null=True, blank=True)
    met_at = models.DateTimeField("果たした日時", null=True, blank=True)
    cancelled_at = models.DateTimeField("不要になった日時", null=True, blank=True)
    lost_minutes = models.PositiveIntegerField("停止していた開庁時間(分)", default=0)
    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "kind", "key"],
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_one_running",
                violation_error_message="同じ期限がすでに動いています。",
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="deadline_met_or_cancelled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "due_at"],
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_open_by_office",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.matter_id}"


class DeadlineStep(models.Model):
    """One reminder or escalation of one deadline: fired once, whatever beat does (DESIGN §2 rule 7)."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="steps")
    code = models.CharField("段階", max_length=30)
    due_at = models.DateTimeField("予定")
    fired_at = models.DateTimeField("実行", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("失敗した回数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "督促・上申の記録"
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(fields=["deadline", "code"], name="deadline_step_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(fired_at__isnull=True), name="deadline_step_pending")
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id} {self.code}"


class TimelineEntry(models.Model):
    """What happened, in order, never changed. `kind` and `data` make the sentence in each language."""

    id = SealedRowKey(primary_key=True)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="timeline")
    at = models.DateTimeField("日時", default=timezone.now)
    kind = models.CharField("種類", max_length=40)
    audience = models.CharField("見える相手", max_length=10, choices=Audience, default=Audience.HOUSE)
    actor_label = models.CharField("した人", max_length=160, blank=True)
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    text = SealedTextField("記録", blank=True)
    data = models.JSONField("文に入る語", default=dict, blank=True)
    objects = TimelineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "経過"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["matter", "at", "id"], name="timeline_by_matter")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class OutsideDutyReason(models.Model):
    """担当外の閲覧: why somebody opened a matter that is not their own to look after, and that their head has seen it."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="outside_duty_reasons")
    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name="開いた職員", related_name="+")
    choice = models.CharField("理由", max_length=10, choices=OutsideDuty)
    text = models.CharField("くわしい理由", max_length=200)
    given_at = models.DateTimeField("書いた日時", default=timezone.now)
    supervising_office = models.ForeignKey(
        Office, models.PROTECT, verbose_name="所属長のいる課", related_name="+"
    )
    looked_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    looked_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確かめた所属長", related_name="+"
    )
    note = models.CharField("所属長の記録", max_length=200, blank=True)
    objects = OutsideDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "担当外の閲覧"
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length("text"), SHORTEST_REASON),
                name="outside_duty_reason_is_told",
                violation_error_message=f"くわしい理由は{SHORTEST_REASON}文字以上で書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
                name="outside_duty_looked_at_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(looked_by__isnull=True) | ~Q(looked_by=F("posting")),
                name="outside_duty_not_looked_at_by_oneself",
                violation_error_message="自分の閲覧を自分で確かめたことにはできません。",
            ),
        ]
        indexes = [
            models.Index(fields=["posting", "matter", "-given_at"], name="outside_duty_in_force"),
            models.Index(
                fields=["supervising_office", "given_at"],
                condition=Q(looked_at__isnull=True),
                name="outside_duty_to_look_at",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="reason_stays",
                fields=["matter", "posting", "choice", "text", "given_at", "supervising_office"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_choice_display()}：{self.text}"


def blob_path(_: models.Model, __: str) -> str:
    """A random name: the uploader's own file name may identify a person."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class StoredFile(models.Model):
    """A cleaned file: re-encoded image or rebuilt PDF, under a random name."""

    blob = models.FileField("ファイル", upload_to=blob_path, max_length=100)
    display_name = models.CharField("表示名", max_length=60)
    content_type = models.CharField("種類", max_length=60)
    size = models.PositiveIntegerField("大きさ(バイト)")
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField("受け取った日時", default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display_name


class Attachment(StoredFile):
    """A file of a matter. Served only through a view that asks `visible_to`."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="attachments")
    state = models.CharField("検査", max_length=12, choices=AttachmentState, default=AttachmentState.CLEAN)
    scanned_at = models.DateTimeField("ウイルス検査の日時", null=True, blank=True)
    signature = models.CharField("見つかったもの", max_length=80, blank=True)
    audience = models.CharField("見える相手", max_length=10, choices=Audience, default=Audience.CITIZEN)
    added_by = models.CharField("追加した人", max_length=160)
    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "添付ファイル"
        ordering = ["matter", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["blob"],
                condition=~Q(blob=""),
                opclasses=["varchar_pattern_ops"],
                name="attachment_owns_its_blob",
                violation_error_message="このファイルは、すでにほかの添付のものです。",
            ),
            models.CheckConstraint(
                condition=~Q(state=AttachmentState.INFECTED) | Q(scanned_at__isnull=False),
                name="attachment_infected_was_scanned",
                violation_error_message="ウイルスのおそれは、検査をしたファイルにだけ付けられます。",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(scanned_at__isnull=True), name="attachment_not_scanned")
        ]

    @property
    def is_clean(self) -> bool:
        return self.state == AttachmentState.CLEAN

    @property
    def note(self) -> str:
        """Why it does not open, in the resident's words; empty for a clean file."""
        return str(NOTES.get(AttachmentState(self.state), ""))

    @property
    def awaits_scan(self) -> bool:
        """As `AttachmentQuerySet.awaiting_scan`."""
        return self.scanned_at is None and self.state in WITHOUT_VERDICT


class Draft(models.Model):
    """An unfinished form, kept 30 days. A submitted draft remembers its matter: a second submit finds it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("様式", max_length=30)
    data = SealedJSONField("入力", default=dict)
    step = models.CharField("現在の画面", max_length=30, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    posting = models.ForeignKey(Posting, models.PROTECT, null=True, blank=True, related_name="+")
    resume_no = models.CharField("再開番号", max_length=12, unique=True, null=True, blank=True)
    resume_hash = models.CharField(max_length=200, blank=True)
    is_shared_terminal = models.BooleanField("共用の端末", default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField("保存期限")
    matter = models.OneToOneField(Matter, models.SET_NULL, null=True, blank=True, related_name="draft")
    has_files: bool | None = None  # known while the draft is being filed; None is "ask"

    class Meta:
        verbose_name = verbose_name_plural = "書きかけ"
        ordering = ["-updated_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="draft_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DraftFile(StoredFile):
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")

    class Meta:
        verbose_name = verbose_name_plural = "書きかけの添付"
        ordering = ["draft", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["blob"],
                condition=~Q(blob=""),
                opclasses=["varchar_pattern_ops"],
                name="draft_file_owns_its_blob",
            )
        ]


class FileLimit(Verified):
    """How much may be sent; data, not code (ASSURANCE FI2). The row without a kind holds for all the others.

    The technical ceiling of one file is 20 MB: beyond it, the cleaner's own limits would speak first.
    """

    kind = models.CharField(
        "案件の種別", max_length=30, blank=True, unique=True,
        help_text="空の行は、ほかの行がない種別すべてに効きます。",
    )  # fmt: skip
    max_mb = models.PositiveSmallIntegerField("1つの大きさ(MB)", default=10)
    per_action = models.PositiveSmallIntegerField("一度に送れる数", default=5)
    per_day = models.PositiveSmallIntegerField("1件に1日に送れる数", default=20)
    per_matter = models.PositiveSmallIntegerField("1件に預かる数", default=100)
    mb_per_matter = models.PositiveIntegerField("1件に預かる量(MB)", default=300)
    keep_infected_days = models.PositiveSmallIntegerField(
        "ウイルスのおそれがあるファイルを残す日数", default=30
    )
    keep_free_mb = models.PositiveIntegerField(
        "保存先に残す空き(MB)",
        default=500,
        help_text="空きがこれより少ないと、ファイルだけを断ります。文章は受け付けます。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "添付の上限"
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(max_mb__range=(1, 20)),
                name="file_limit_max_mb",
                violation_error_message="1つの大きさは、1MBから20MBまでにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(per_action__range=(1, 10)),
                name="file_limit_per_action",
                violation_error_message="一度に送れる数は、1から10までにしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.kind or "すべて"


class FileCheck(models.Model):
    """One comparison of rows and blobs (ASSURANCE FI8): what was looked at, what did not agree.

    `findings` holds at most a hundred of them: table, row or blob, and what is wrong; ids and random names only.
    """

    started_at = models.DateTimeField("開始", default=timezone.now)
    finished_at = models.DateTimeField("終了", null=True, blank=True)
    position = models.PositiveSmallIntegerField("見終わったフォルダー", default=0)
    rows = models.PositiveIntegerField("行", default=0)
    blobs = models.PositiveIntegerField("保存されたファイル", default=0)
    verified = models.PositiveIntegerField("中身を確かめた", default=0)
    missing = models.PositiveIntegerField("ファイルのない行", default=0)
    damaged = models.PositiveIntegerField("中身の違うファイル", default=0)
    orphans = models.PositiveIntegerField("行のないファイル", default=0)
    leftovers = models.PositiveIntegerField("置き忘れ", default=0)
    repaired = models.PositiveIntegerField("直した数", default=0)
    findings = models.JSONField("見つかったもの", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "ファイルの照合"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
