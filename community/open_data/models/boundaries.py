"""境界 of wards, districts and towns, as they were drawn by whoever published them."""

from django.db import models

from chiba_ward.directory.models import Area
from community.open_data.enums import BoundaryLevel
from community.open_data.models.base import Published, current_by, one_of_its_publisher
from community.open_data.querysets import BoundaryQuerySet


class Boundary(Published):
    """`geometry` is a GeoJSON Polygon or MultiPolygon in degrees. `outline` are its outer rings with no more points than a
    map of the page shows: lists of [longitude, latitude]."""

    level = models.CharField("段階", max_length=8, choices=BoundaryLevel)
    area = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, verbose_name="地区", related_name="+"
    )
    geometry = models.JSONField("形(GeoJSON)")
    outline = models.JSONField("地図に描く形")
    objects = BoundaryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "境界"
        ordering = ["level", "publisher_code", "pk"]
        constraints = [one_of_its_publisher("boundary_of_its_publisher", "level")]
        indexes = [
            current_by("boundary_of_ward", "level", "ward"),
            current_by("boundary_of_town", "level", "town"),
        ]
