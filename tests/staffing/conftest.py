"""A ward with a health section, an occupation, and the day on which all is looked at."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from chiba_ward.directory.enums import AreaKind, Role
from chiba_ward.directory.models import Area, Office, Post, Ward
from consultations.staffing.models import Occupation, PlannedPost, SpecialistPost
from tests.factories import make_office, make_post, make_posting, make_ward

DAY = dt.date(2026, 6, 1)


@dataclass
class Health:
    """緑区 with its health section; `plan`, `seat` and `sit` put rows into it."""

    ward: Ward
    office: Office
    nurse: Occupation

    def plan(self, amount: str, **fields: Any) -> PlannedPost:
        given = {"fiscal_year": 2026, "ward": self.ward, "occupation": self.nurse, **fields}
        return PlannedPost.objects.create(amount=Decimal(amount), **given)

    def seat(self, **fields: Any) -> SpecialistPost:
        given = {"occupation": self.nurse, "valid_from": dt.date(2020, 4, 1), **fields}
        given.setdefault("post", make_post(Role.SPECIALIST, office=self.office))
        return SpecialistPost.objects.create(**given)

    def sit(self, post: Post, **fields: Any) -> None:
        make_posting(post=post, **fields)

    def zone(self, name: str, ward: Ward | None = None) -> Area:
        return Area.objects.create(kind=AreaKind.CARE_ZONE, ward=ward or self.ward, name=name)


@pytest.fixture
def health(db: None) -> Health:
    ward = make_ward()
    nurse = Occupation.objects.create(code="test-hokenshi", name="試験の保健師", order=1)
    return Health(ward, make_office("健康課", ward=ward), nurse)
