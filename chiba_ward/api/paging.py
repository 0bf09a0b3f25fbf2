"""Pages of a list by a cursor: the next page costs the same as the first, and nothing is seen twice or left out."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request

from chiba_ward.api.bodies import Body, Choice, Text
from chiba_ward.api.problems import not_possible
from chiba_ward.ui.pagination import PAGE_SIZES, KeysetPaginator


class PageQuery(Body):
    """Parameters that every list takes besides its own."""

    after = Text(
        required=False,
        max_length=1000,
        min_length=1,
        help_text="次のページの印。前の答えの next にあります。",
    )
    before = Text(
        required=False,
        max_length=1000,
        min_length=1,
        help_text="前のページの印。前の答えの previous にあります。",
    )
    size = Choice(choices=[str(size) for size in PAGE_SIZES], required=False, help_text="1ページの件数")


def page_of(name: str, row: type[serializers.Serializer[Any]]) -> Any:
    """The serializer of one page of such rows, for the description."""
    members = {
        "results": row(many=True),
        "next": serializers.CharField(allow_null=True, help_text="次のページのアドレス。最後なら null"),
        "previous": serializers.CharField(allow_null=True, help_text="前のページのアドレス。最初なら null"),
    }
    return type(name, (serializers.Serializer,), members)


def paged(
    request: Request, rows: QuerySet[Any], order: Sequence[str], shape: Callable[[list[Any]], list[Any]]
) -> dict[str, Any]:
    """One page. Raises Problem (422) for a cursor that was not handed out here: a first page would be a loop."""
    paginator: KeysetPaginator[Any] = KeysetPaginator(rows, order)
    query: QueryDict = request.query_params
    for name in ("after", "before"):
        if name in query and paginator._read_key(str(query[name])) is None:
            raise not_possible(
                "この印は使えません。前の答えの next か previous を、そのまま使ってください。", f"?{name}"
            )
    page = paginator.page(query, count=False)
    return {
        "results": shape(list(page.rows)),
        "next": request.path + page.next_url if page.next_url else None,
        "previous": request.path + page.previous_url if page.previous_url else None,
    }
