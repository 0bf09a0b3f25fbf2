"""A prepared queryset gives what the queryset gives: rows, joined rows, annotations, conversions."""

from typing import Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.test.utils import CaptureQueriesContext

from chiba_ward.casework.models import Deadline, Matter, TimelineEntry
from chiba_ward.rows.prepared import Prepared
from tests.casework.support import make_matter
from tests.factories import make_office, make_posting, make_ward

pytestmark = pytest.mark.django_db


def lines(matter: int) -> Any:
    return TimelineEntry.objects.filter(matter=matter).select_related("posting__post__office__ward", "matter")


def values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_and_joined_rows_are_the_same_and_asked_once() -> None:
    matter, posting = make_matter(), make_posting(office=make_office("総合相談課", ward=make_ward()))
    for text, who in (("一", posting), ("二", None)):
        TimelineEntry.objects.create(
            matter=matter, kind="x.y", text=text, posting=who, data={"語": [1, None]}
        )
    prepared = Prepared(lambda pk: lines(pk).order_by("id"))
    assert prepared(0) == []
    with CaptureQueriesContext(connection) as asked:
        found = prepared(matter.pk)
        pairs = [(one.matter, one.posting and one.posting.post.office.ward) for one in found]
    assert len(asked) == 1
    expected = list(lines(matter.pk).order_by("id"))
    assert [values(one) for one in found] == [values(one) for one in expected]
    assert pairs == [(matter, posting.post.office.ward), (matter, None)]
    found[0].delete  # noqa: B018  (a row of its model, with everything a row has)
    assert found[0]._state.adding is False
    assert prepared(make_matter().pk) == []


def test_annotations_and_slices() -> None:
    matter = make_matter()
    for text in "abc":
        TimelineEntry.objects.create(matter=matter, kind="x.y", text=text)
    own = TimelineEntry.objects.filter(matter=OuterRef("pk")).order_by("id")
    told = ArraySubquery(own.values(row=JSONObject(text="text", kind="kind")))
    [found] = Prepared(lambda pk: Matter.objects.filter(pk=pk).annotate(told=told))(matter.pk)
    assert found.told == [{"text": text, "kind": "x.y"} for text in "abc"]  # type: ignore[attr-defined]  # annotated
    cut = Prepared(lambda pk: TimelineEntry.objects.filter(matter=pk).order_by("-id")[:2])
    assert [one.text for one in cut(matter.pk)] == ["c", "b"]


def test_what_cannot_be_prepared_is_refused() -> None:
    with pytest.raises(ValueError, match="plain rows"):
        Prepared(lambda pk: Matter.objects.filter(pk=pk).prefetch_related("timeline"))(1)
    with pytest.raises(ValueError, match="plain rows"):
        Prepared(lambda pk: Matter.objects.filter(pk=pk).values("pk"))(1)
    with pytest.raises(ValueError, match="must stand in its SQL"):
        Prepared(lambda pk: Deadline.objects.running())(1)
    with pytest.raises(ValueError, match="zip"):
        Prepared(lambda pk: Matter.objects.filter(pk=pk))(1, 2)
