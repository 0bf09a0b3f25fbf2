"""Rows that a city edits: for how many days a circular stands, unless its sender says otherwise."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from chiba_ward.directory.models import Verified
from community.circulars.enums import SenderKind

LONGEST_DAYS = 366


class PostingPeriod(Verified):
    """掲載期間 that the form offers first, by who sends."""

    sender = models.CharField("だれから", max_length=4, choices=SenderKind, unique=True)
    days = models.PositiveSmallIntegerField(
        "掲載する日数",
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_DAYS)],
        help_text="掲載した日から数えます。作る人は、回覧ごとに変えられます。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "電子回覧の掲載期間"
        ordering = ["sender"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__range=(1, LONGEST_DAYS)),
                name="posting_period_of_days",
                violation_error_message=f"掲載する日数は、1から{LONGEST_DAYS}までにしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_sender_display()} {self.days}日"
