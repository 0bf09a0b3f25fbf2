"""公共施設・子育て施設."""

from django.db import models

from community.open_data.enums import FacilityKind
from community.open_data.models.base import Located, current_by, inside_japan, one_of_its_publisher
from community.open_data.querysets import FacilityQuerySet


class Facility(Located):
    """A place that is open to people. `category` is the 種別 of a childcare facility."""

    kind = models.CharField("種類", max_length=10, choices=FacilityKind)
    category = models.CharField("種別", max_length=80, blank=True)
    telephone = models.CharField("電話番号", max_length=60, blank=True)
    url = models.CharField("URL", max_length=500, blank=True)
    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公共施設・子育て施設"
        ordering = ["kind", "name_kana", "pk"]
        constraints = [
            one_of_its_publisher("facility_of_its_publisher", "kind"),
            inside_japan("facility_inside_japan"),
        ]
        indexes = [
            current_by("facility_of_ward", "ward", "kind", "name_kana", "id"),
            current_by("facility_of_town", "town", "kind", "name_kana", "id"),
        ]

    @property
    def hours(self) -> str:
        """`月火水 9:00〜17:00`, as far as it is published."""
        span = "〜".join(filter(None, (self.cell("開始時間"), self.cell("終了時間"))))
        return " ".join(filter(None, (self.cell("利用可能曜日"), span)))
