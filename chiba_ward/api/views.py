"""The base of every view of the API, and the views that belong to no module: who am I, the description, the docs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chiba_ward.access import readlog
from chiba_ward.access.actor import Actor, actor_of_request
from chiba_ward.access.public import public
from chiba_ward.api import description
from chiba_ward.api.bodies import Body
from chiba_ward.api.enums import Scope
from chiba_ward.api.idempotency import Done, token_of
from chiba_ward.api.problems import Problem


class ApiView(APIView):
    """`scopes` names what a token needs for each method; None: any token will do.

    `about` names what the answers tell of. A call that shows none of it, because it was refused or found nothing, is in
    the read log all the same.
    """

    scopes: ClassVar[Mapping[str, Scope | None]] = {}
    about: ClassVar[str] = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.about:
            readlog.saw(self.about, [])

    @property
    def actor(self) -> Actor:
        return actor_of_request(self.request._request)

    def read(self, body: type[Body]) -> dict[str, Any]:
        """What was sent, in the shape that the description promises. Raises ValidationError (400)."""
        serializer = body(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        found: dict[str, Any] = serializer.validated_data
        return found

    def query(self, body: type[Body]) -> dict[str, Any]:
        """The parameters of the address; one that is not known, or stands twice, is refused and not ignored."""
        given = self.request.query_params
        twice = [name for name in given if len(given.getlist(name)) > 1]
        if twice:
            text = "同じ名前を一度だけ書いてください。"
            raise Problem(400, text, errors=[{"pointer": f"?{name}", "detail": text} for name in twice])
        serializer = body(data=given.dict())
        serializer.is_valid(raise_exception=True)
        found: dict[str, Any] = serializer.validated_data
        return found

    def answer(self, done: Done, content: Any, **headers: str) -> Response:
        """The answer to a POST with a key; a repeat says that it is one."""
        if done.is_repeat:
            headers["Idempotency-Replayed"] = "true"
        return Response(content, status=done.outcome.status, headers=headers)


class Me(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="許可のときに付けた名前")
    posting = serializers.CharField(help_text="だれとして動くか（課と職）")
    office = serializers.CharField(help_text="課・機関のコード")
    role = serializers.CharField(help_text="職の権限")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    expires_on = serializers.DateField(help_text="この日から使えません")
    per_minute = serializers.IntegerField(help_text="1分あたりの上限（回）")


class MeView(ApiView):
    scopes: ClassVar[Mapping[str, Scope | None]] = {"GET": None}

    @extend_schema(
        operation_id="me",
        tags=["このトークン"],
        summary="このトークンが、だれとして何をしてよいか",
        responses=Me,
    )
    def get(self, request: Request) -> Response:
        token = token_of(request)
        post = token.posting.post
        return Response(
            {
                "name": token.name,
                "posting": str(post),
                "office": post.office.code,
                "role": post.get_role_display(),
                "scopes": token.scopes,
                "expires_on": token.expires_on.isoformat(),
                "per_minute": token.per_minute,
            }
        )


@public  # it tells nothing of anybody, and whoever writes a client needs it before there is a token
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description, made once by each process."""
    return HttpResponse(description.as_json(), content_type="application/vnd.oai.openapi+json")


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same description for people, without any script or asset of strangers."""
    from django.shortcuts import render

    return render(request, "api/docs.html", description.for_people())


@public  # says that there is nothing, to anybody
def no_such_address(request: HttpRequest, **_: Any) -> HttpResponse:
    """Whatever else stands under /api/: nothing, said in the form of the API."""
    from chiba_ward.api.problems import response_of

    return response_of(Problem(404))
