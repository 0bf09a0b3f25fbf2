"""イベント."""

from django.db import models

from community.open_data.models.base import (
    Located,
    current_by,
    inside_japan,
    not_before,
    one_of_its_publisher,
)
from community.open_data.querysets import PublicEventQuerySet


class PublicEvent(Located):
    """Something that takes place. Days and times are those of Asia/Tokyo; an event without times lasts its whole days."""

    starts_on = models.DateField("開始日")
    ends_on = models.DateField("終了日")
    starts_at = models.TimeField("開始時間", null=True, blank=True)
    ends_at = models.TimeField("終了時間", null=True, blank=True)
    place = models.CharField("場所名称", max_length=200, blank=True)
    telephone = models.CharField("連絡先電話番号", max_length=60, blank=True)
    url = models.CharField("URL", max_length=500, blank=True)
    objects = PublicEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "イベント"
        ordering = ["starts_on", "pk"]
        constraints = [
            one_of_its_publisher("event_of_its_publisher"),
            inside_japan("event_inside_japan"),
            not_before(
                "event_ends_after_start", "starts_on", "ends_on", "終了日は、開始日より後にしてください。"
            ),
        ]
        indexes = [
            current_by("event_of_ward", "ward", "ends_on"),
            current_by("event_of_town", "town", "ends_on"),
        ]

    @property
    def fee(self) -> str:
        """料金, in the publisher's words; a bare number is yen."""
        basic = self.cell("料金(基本)")
        return " ".join(filter(None, (f"{basic}円" if basic.isdigit() else basic, self.cell("料金(詳細)"))))
