"""支援措置など: persons who must not be found, and what happened to each restriction (ASSURANCE OU6, ADR 0021).

The restriction itself names nobody: it holds marks under the search key, so that every output may ask it, wherever
the matter lies. The person stands in a row of their own, behind the wall of the matter if there is one.
"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from chiba_ward.casework.models import Matter
from chiba_ward.directory.models import Office, Posting
from chiba_ward.disclosure.enums import HoldKind, HoldSource, HoldState, LineKind
from chiba_ward.disclosure.marks import Known
from chiba_ward.disclosure.querysets import HoldQuerySet
from chiba_ward.disclosure.workflow import HoldWorkflow
from chiba_ward.sealed.fields import SealedJSONField, SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey


class DisclosureHold(HoldWorkflow):
    """One restriction. `applied_on` and `valid_until` are those of its newest application; the date alone lifts nothing."""

    kind = models.CharField("種類", max_length=10, choices=HoldKind)
    source = models.CharField("もと", max_length=12, choices=HoldSource)
    applied_on = models.DateField("申出日")
    valid_until = models.DateField("期限", null=True, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="登録した課", related_name="+")
    entered_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="登録した人", related_name="+"
    )
    entered_at = models.DateTimeField("登録日時", default=timezone.now)
    changed_at = models.DateTimeField("変わった日時", auto_now=True)
    marks = ArrayField(models.BigIntegerField(), verbose_name="見分けるための数")
    key_id = models.CharField("鍵の名前", max_length=16)
    proposed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="解除を提案した職", related_name="+"
    )
    proposed_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="解除を提案した人",
        related_name="+",
    )
    proposed_at = models.DateTimeField("解除の提案", null=True, blank=True)
    cleared_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="解除を確認した職", related_name="+"
    )
    cleared_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="解除を確認した人",
        related_name="+",
    )
    cleared_at = models.DateTimeField("解除", null=True, blank=True)
    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "開示の制限"
        ordering = ["-entered_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(marks=[]),
                name="hold_can_be_found",
                violation_error_message="氏名・フリガナ・電話番号・住所のどれかを、見分けられる長さで入力してください。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("applied_on")),
                name="hold_ends_after_application",
                violation_error_message="期限は、申出日より後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=HoldState.HELD, proposed_at__isnull=True, proposed_by__isnull=True,
                    proposed_user__isnull=True,
                )
                | Q(
                    state__in=[HoldState.CLEARING, HoldState.CLEARED],
                    proposed_at__isnull=False, proposed_by__isnull=False, proposed_user__isnull=False,
                ),
                name="hold_proposed_iff_leaving",
                violation_error_message="解除には、先に提案が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=HoldState.CLEARED, cleared_at__isnull=False, cleared_by__isnull=False,
                    cleared_user__isnull=False,
                )
                | (
                    ~Q(state=HoldState.CLEARED)
                    & Q(cleared_at__isnull=True, cleared_by__isnull=True, cleared_user__isnull=True)
                ),
                name="hold_cleared_by_somebody",
                violation_error_message="解除には、確認した人の記録が必要です。",
            ),
            models.CheckConstraint(
                condition=Q(cleared_user__isnull=True) | ~Q(cleared_user=F("proposed_user")),
                name="hold_cleared_by_two",
                violation_error_message="解除を提案した人は、確認できません。別の人が確認してください。",
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            GinIndex(fields=["marks"], name="hold_marks"),
            models.Index(
                fields=["office", "valid_until"],
                condition=~Q(state=HoldState.CLEARED),
                name="hold_in_force",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="two_steps_out",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state="cleared") & ~pgtrigger.Q(old__state="clearing"),
                func="RAISE check_violation USING MESSAGE = 'a restriction is proposed before it is cleared';",
            ),
            # Under a new key all of them are other numbers, written by `services.renew_marks`.
            pgtrigger.Trigger(
                name="marks_stay",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.key_id = OLD.key_id AND NOT NEW.marks @> OLD.marks THEN
                    RAISE check_violation USING MESSAGE = 'marks of a restriction are only added to';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.applied_on:%Y-%m-%d}"

    @property
    def is_in_force(self) -> bool:
        return self.state != HoldState.CLEARED

    @property
    def needs_renewal(self) -> bool:
        """期限が過ぎた: goes on holding until two persons have decided."""
        return self.is_in_force and self.valid_until is not None and self.valid_until < timezone.localdate()


class HeldPerson(models.Model):
    """Who it is. Every address and telephone that was ever given stays among the marks of the restriction."""

    hold = models.OneToOneField(
        DisclosureHold, models.PROTECT, primary_key=True, related_name="person", verbose_name="制限"
    )
    matter = models.ForeignKey(
        Matter, models.PROTECT, null=True, blank=True, verbose_name="案件", related_name="+"
    )
    name = SealedTextField("氏名", max_length=80, blank=True)
    kana = SealedTextField("フリガナ", max_length=120, blank=True)
    phone = SealedTextField("電話番号", max_length=20, blank=True)
    address = SealedTextField("住所", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "制限されている人"
        ordering = ["hold"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(name__filled=True) | Q(matter__isnull=False),
                name="held_person_is_named",
                violation_error_message="氏名を入力してください。",
            )
        ]

    def __str__(self) -> str:
        return f"held {self.hold_id}"

    @property
    def known(self) -> Known:
        return Known(
            name=self.name, kana=self.kana, phone=self.phone, address=self.address, matter=self.matter_id
        )


class HoldLine(models.Model):
    """One event of a restriction; append-only. `applied_on` and `valid_until` are those of the application it tells of."""

    id = SealedRowKey(primary_key=True)
    person = models.ForeignKey(HeldPerson, models.PROTECT, related_name="lines")
    kind = models.CharField("できごと", max_length=12, choices=LineKind)
    at = models.DateTimeField("日時", default=timezone.now)
    posting = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="した人", related_name="+"
    )
    source = models.CharField("もと", max_length=12, choices=HoldSource, blank=True)
    applied_on = models.DateField("申出日", null=True, blank=True)
    valid_until = models.DateField("期限", null=True, blank=True)
    given = SealedJSONField("そのとき言われた氏名・電話・住所", default=dict, blank=True)
    text = SealedTextField("理由・記録", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "制限の経過"
        ordering = ["at", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"
