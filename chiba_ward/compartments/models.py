"""Compartments: which matters are kept apart, and who has a seat (DOMAIN §1 8, ASSURANCE AC4).

What keeps them apart are row policies in PostgreSQL (`policies`); these rows say for whom they open.
"""

import secrets
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from pghistory import track

from chiba_ward.compartments.enums import CompartmentKind
from chiba_ward.directory.enums import Role
from chiba_ward.directory.models import Office, Posting, Ward

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
