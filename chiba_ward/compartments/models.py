"""Compartments: which matters are kept apart, and who has a seat (DOMAIN §1 8, ASSURANCE AC4).

What keeps them apart are row policies in PostgreSQL (`policies`); these rows say for whom they open.
"""

import datetime as dt
import secrets
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from pghistory import track

from chiba_ward.compartments.enums import CompartmentKind, GlassVerdict
from chiba_ward.compartments.querysets import BreakGlassQuerySet
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting, Ward
from chiba_ward.sealed.fields import SealedTextField
from chiba_ward.sealed.rowkeys import SealedRowKey

GLASS_LASTS = dt.timedelta(minutes=60)
"""By the wall clock: a life in danger does not wait for opening hours (ASSURANCE AC9)."""
SHORTEST_GLASS_REASON = 20
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_label() -> str:
    """A name that says nothing of what is inside, nor of the order in which compartments were made."""
    return "区画-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


class Compartment(models.Model):
    """A closed room for one matter or several. Only postings with a seat see what is in it."""

    kind = models.CharField("種類", max_length=20, choices=CompartmentKind)
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="+")
    label = models.CharField("名前", max_length=20, unique=True, default=new_label, editable=False)
    created_at = models.DateTimeField("作成", default=timezone.now)
    closed_at = models.DateTimeField("閉鎖", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "区画"
        ordering = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("created_at")),
                name="compartment_closed_after_creation",
                violation_error_message="閉鎖の日時は、作成より後にしてください。",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Span(Func):
    """From when until when somebody sits; an open end is for ever."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def _one_seat_at_a_time(name: str, *fields: str) -> ExclusionConstraint:
    span = Span("starts_at", "ends_at", RangeBoundary())
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("compartment", RangeOperators.EQUAL),
            *((field, RangeOperators.EQUAL) for field in fields),
            (span, RangeOperators.OVERLAPS),
        ],
        violation_error_message="この期間には、すでに席があります。",
    )


@track()
class CompartmentSeat(models.Model):
    """Who is admitted: one posting (要対協の構成員), or whoever has a duty of this role in this office.

    Every change is kept in its history; a seat is ended, never deleted.
    """

    compartment = models.ForeignKey(Compartment, models.PROTECT, verbose_name="区画", related_name="seats")
    posting = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="職員", related_name="+"
    )
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, verbose_name="課・機関", related_name="+"
    )
    role = models.CharField("役割", max_length=10, choices=Role, blank=True)
    starts_at = models.DateTimeField("開始", default=timezone.now)
    ends_at = models.DateTimeField("終了", null=True, blank=True)
    reason = models.CharField("席を置く理由", max_length=300)
    admitted_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="席を置いた職員", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "区画の席"
        ordering = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(posting__isnull=False, office__isnull=True, role="")
                | (Q(posting__isnull=True, office__isnull=False) & ~Q(role="")),
                name="seat_of_a_posting_or_of_a_role",
                violation_error_message="席は、職員一人か、課と役割の組に置いてください。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="seat_ends_after_start",
                violation_error_message="終了は、開始より後にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="seat_has_reason",
                violation_error_message="席を置く理由を入力してください。",
            ),
            _one_seat_at_a_time("seat_of_posting_once", "posting"),
            _one_seat_at_a_time("seat_of_role_once", "office", "role"),
        ]

    def __str__(self) -> str:
        return f"{self.compartment} {self.posting or self.office}"


class BreakGlass(models.Model):
    """緊急の開示: one posting asked for one sealed matter by its number, with a reason, and has an hour (ADR 0022).

    A row is kept of every request, also of one whose number led nowhere (`matter_pk` is None then): nobody can try
    numbers unseen. The matter is named by its id alone, without a key and so without a wall, as in the read log:
    whoever reviews the request has no seat, and must find it all the same.
    """

    id = SealedRowKey(primary_key=True)
    posting = models.ForeignKey(Posting, models.PROTECT, verbose_name="求めた職員", related_name="+")
    number = models.CharField("求めた受付番号", max_length=12)
    matter_pk = models.BigIntegerField("開いた案件", null=True, blank=True)
    reason = SealedTextField("理由", max_length=500)
    asked_at = models.DateTimeField("求めた日時", default=timezone.now)
    ends_at = models.DateTimeField("終わる日時")
    supervising_office = models.ForeignKey(
        Office, models.PROTECT, verbose_name="所属長のいる課", related_name="+"
    )
    reviewed_at = models.DateTimeField("確かめた日時", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Posting, models.PROTECT, null=True, blank=True, verbose_name="確かめた人", related_name="+"
    )
    verdict = models.CharField("判断", max_length=12, choices=GlassVerdict, blank=True)
    note = SealedTextField("判断の説明", max_length=500, blank=True)
    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "緊急の開示"
        ordering = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reason__filled=True),
                name="glass_has_reason",
                violation_error_message=f"理由は{SHORTEST_GLASS_REASON}文字以上で書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("asked_at"), ends_at__lte=F("asked_at") + GLASS_LASTS),
                name="glass_ends_within_the_hour",
                violation_error_message="緊急の開示は60分で終わります。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, verdict="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(verdict="")),
                name="glass_reviewed_by_somebody",
                violation_error_message="正当か不当かを選んでください。",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("posting")),
                name="glass_not_reviewed_by_oneself",
                violation_error_message="自分の緊急の開示を、自分で確かめることはできません。",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=GlassVerdict.UNJUSTIFIED) | Q(note__filled=True),
                name="glass_unjustified_says_why",
                violation_error_message="不当とするときは、説明を書いてください。",
            ),
            ExclusionConstraint(
                name="glass_of_posting_once",
                expressions=[
                    ("posting", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    (Span("asked_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="この番号の緊急の開示は、すでに求めています。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["posting", "ends_at"],
                condition=Q(matter_pk__isnull=False),
                name="glass_in_force",
            ),
            models.Index(fields=["asked_at"], condition=Q(reviewed_at__isnull=True), name="glass_to_review"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="request_stays",
                fields=[
                    "posting", "number", "matter_pk", "reason", "asked_at", "ends_at", "supervising_office",
                ],
            ),
            pgtrigger.Trigger(
                name="verdict_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__reviewed_at__isnull=False),
                func="RAISE check_violation USING MESSAGE = 'a verdict is given once';",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.posting}"

    @property
    def was_found(self) -> bool:
        return self.matter_pk is not None
