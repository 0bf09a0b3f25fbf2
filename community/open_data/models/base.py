"""What facilities, events and boundaries share: where they came from, whose row they are, where they lie."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from chiba_ward.directory.models import Town, Ward
from community.open_data.models.files import DataFile

# Degrees: from 沖ノ鳥島 to 択捉島, from 与那国島 to 南鳥島, with a little room.
SOUTH, NORTH, WEST, EAST = 20, 46, 122, 154


class Published(models.Model):
    """A row of a publisher. One that a newer file leaves out is ended, never deleted."""

    data_file = models.ForeignKey(
        DataFile, models.PROTECT, verbose_name="取り込んだファイル", related_name="+"
    )
    publisher_code = models.CharField("団体コード", max_length=6)
    publisher_id = models.CharField("ID", max_length=80)
    name = models.CharField("名称", max_length=200)
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, verbose_name="区", related_name="+")
    town = models.ForeignKey(
        Town, models.SET_NULL, null=True, blank=True, verbose_name="町丁", related_name="+"
    )
    ended_on = models.DateField("終了(一覧からなくなった日)", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> str:
        return self.data_file.source


class Located(Published):
    """A row of a table in a standard format. `cells` holds every column of the format, as it is published again."""

    name_kana = models.CharField("名称_カナ", max_length=200, blank=True)
    name_en = models.CharField("名称_英字", max_length=200, blank=True)
    address = models.CharField("所在地", max_length=300, blank=True)
    latitude = models.DecimalField("緯度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("経度", max_digits=9, decimal_places=6, null=True, blank=True)
    cells = models.JSONField("標準形式の列", default=dict)

    class Meta:
        abstract = True

    def cell(self, column: str) -> str:
        """A column of the standard format, empty where the publisher left it so."""
        return str(self.cells.get(column, ""))

    @property
    def has_point(self) -> bool:
        return self.latitude is not None


def inside_japan(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(latitude__isnull=True, longitude__isnull=True)
        # Said in full: a comparison with NULL is neither true nor false, and a check lets that pass.
        | Q(
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__range=(SOUTH, NORTH),
            longitude__range=(WEST, EAST),
        ),
        name=name,
        violation_error_message="緯度・経度は、日本の中の位置を両方入れるか、両方空欄にしてください。",
    )


def one_of_its_publisher(name: str, *also: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=[*also, "publisher_code", "publisher_id"],
        name=name,
        violation_error_message="同じ団体コードとIDの行がすでにあります。",
    )


def current_by(name: str, *fields: str) -> models.Index:
    """For the pages, which show nothing that has ended: their cost does not grow with what has been."""
    return models.Index(fields=[*fields], condition=Q(ended_on=None), name=name)


def not_before(name: str, first: str, last: str, message: str) -> models.CheckConstraint:
    later: dict[str, Any] = {f"{last}__gte": F(first)}
    return models.CheckConstraint(condition=Q(**later), name=name, violation_error_message=message)
