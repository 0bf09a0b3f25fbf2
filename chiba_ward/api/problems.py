"""Every error in one form: application/problem+json (RFC 9457), with a Japanese `detail` that says what to do.

400 is for what the description of the API already forbids; 422 for what only the rules of the house can tell.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpResponse
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from chiba_ward.access.throttle import TooManyTries
from chiba_ward.casework.passphrase import PassphraseBusyError

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/docs/#"
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"
Errors = Sequence[Mapping[str, str]]

TITLES = {
    "bad-request": "送られた内容の形が違います",
    "not-json": "JSON として読めません",
    "unauthenticated": "トークンが必要です",
    "token-unknown": "トークンが違います",
    "token-ended": "このトークンは使えません",
    "no-scope": "このトークンでは、してよいことに入っていません",
    "no-right": "この発令ではできません",
    "wrong-key": "受付番号か合言葉が違います",
    "not-found": "見つかりません",
    "method-not-allowed": "この操作はありません",
    "not-acceptable": "JSON でだけ答えます",
    "conflict": "いまの状態ではできません",
    "in-progress": "同じ依頼を処理しています",
    "key-missing": "Idempotency-Key が必要です",
    "key-reused": "同じ鍵で、別の内容が送られました",
    "moved-on": "相談が動いています",
    "if-match-missing": "If-Match が必要です",
    "too-large": "送られた内容が大きすぎます",
    "unsupported-media-type": "application/json（UTF-8）で送ってください",
    "not-possible": "規則に合わないところがあります",
    "too-many": "回数が多すぎます",
    "busy": "ただいま混み合っています",
    "error": "処理できませんでした",
}
DETAILS = {
    401: "Authorization: Bearer cwp_… の形で、トークンを付けてください。",
    403: "この操作はできません。トークンを許可した担当に確かめてください。",
    404: "番号やアドレスを確かめてください。見る権限がないときも、この答えになります。",
    405: "メソッド（GET・POST など）を確かめてください。",
    406: "Accept: application/json を付けてください。",
    413: "512KBまでにしてください。",
    415: "Content-Type: application/json（UTF-8）で送ってください。",
    500: "少し待って、同じ Idempotency-Key でもう一度送ってください。続くときは、このときの時刻を添えて担当に知らせてください。",
    503: "少し待って、同じ Idempotency-Key でもう一度送ってください。何も失われていません。",
}
KINDS = {
    400: "bad-request", 401: "unauthenticated", 403: "no-scope", 404: "not-found", 405: "method-not-allowed",
    406: "not-acceptable", 409: "conflict", 412: "moved-on", 413: "too-large", 415: "unsupported-media-type",
    422: "not-possible", 428: "if-match-missing", 429: "too-many", 503: "busy",
}  # fmt: skip


@dataclass
class Problem(Exception):
    """Raised anywhere below a view of the API. `more` are members of the answer besides those of RFC 9457."""

    status: int
    detail: str = ""
    kind: str = ""
    errors: Errors = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        kind = self.kind or KINDS.get(self.status, "error")
        found: dict[str, Any] = {
            "type": TYPES + kind,
            "title": TITLES[kind],
            "status": self.status,
            "detail": self.detail or DETAILS.get(self.status, DETAILS[500]),
        }
        if self.errors:
            found["errors"] = [dict(error) for error in self.errors]
        return {**found, **self.more}


def not_possible(detail: str, pointer: str = "") -> Problem:
    """422: the rules say no, and where."""
    errors = [{"pointer": pointer, "detail": detail}] if pointer else []
    return Problem(422, detail, errors=errors)


def wait(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(max(1, round(seconds)))}


Translate = Callable[[Any], Problem]
_known: dict[type[Exception], Translate] = {}


def register(kind: type[Exception], translate: Translate) -> None:
    """A module says what an exception of its own means to a caller, from its `AppConfig.ready`."""
    _known[kind] = translate


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """What REST framework calls for every exception of a view; None lets it pass as a fault of ours (500)."""
    problem = problem_of(error)
    if problem is None:
        return None
    headers = {**problem.headers, **_asked_for(error)}
    response = Response(problem.body, status=problem.status, headers=headers, content_type=MEDIA_TYPE)
    response.exception = True
    return response


def problem_of(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    for kind in type(error).__mro__:
        if kind in _known:
            return _known[kind](error)
    return None


def _asked_for(error: Exception) -> dict[str, str]:
    header = getattr(error, "auth_header", None)
    return {"WWW-Authenticate": header} if header else {}


def response_of(problem: Problem) -> HttpResponse:
    """The same outside a view."""
    return HttpResponse(
        body_of(problem), status=problem.status, content_type=MEDIA_TYPE, headers=dict(problem.headers)
    )


def body_of(problem: Problem) -> bytes:
    rendered: bytes = JSONRenderer().render(problem.body)
    return rendered


# --- what Django, REST framework and the ground raise


def _of_framework(error: exceptions.APIException) -> Problem:
    number = error.status_code
    headers = {"WWW-Authenticate": 'Bearer realm="api"'} if number == status.HTTP_401_UNAUTHORIZED else {}
    return Problem(number, headers=headers)


def _of_validation(error: exceptions.ValidationError) -> Problem:
    errors = [{"pointer": pointer, "detail": text} for pointer, text in flattened(error.detail)]
    return Problem(400, "errors に示したところを直して、送り直してください。", errors=errors)


def _of_parsing(error: exceptions.ParseError) -> Problem:
    return Problem(400, str(error.detail), "not-json")


def _of_tries(error: TooManyTries) -> Problem:
    from django.utils import timezone

    text = f"続けて間違えたか、回数が多すぎます。{error.minutes}分ほど待ってから、もう一度お試しください。"
    return Problem(429, text, headers=wait((error.retry_at - timezone.now()).total_seconds()))


def _of_busy(error: PassphraseBusyError) -> Problem:
    return Problem(503, headers=wait(5))


def _of_database(error: OperationalError) -> Problem:
    """Somebody else holds the row, or PostgreSQL is away: nothing was stored, the caller tries again."""
    code = getattr(error.__cause__, "pgcode", None)
    if code in (LOCK_NOT_AVAILABLE, DEADLOCK):
        text = (
            "ほかの処理が終わるのを待っています。少し待って、同じ Idempotency-Key でもう一度送ってください。"
        )
        return Problem(409, text, "in-progress", headers=wait(5))
    return Problem(503, headers=wait(30))


def flattened(detail: Any, pointer: str = "") -> list[tuple[str, str]]:
    """(JSON pointer, text) of the nested errors of a serializer."""
    if isinstance(detail, Mapping):
        pairs = [(_below(pointer, name), inner) for name, inner in detail.items()]
    elif isinstance(detail, list) and any(isinstance(one, (Mapping, list)) for one in detail):
        pairs = [(f"{pointer}/{place}", inner) for place, inner in enumerate(detail) if inner]
    else:
        return [(pointer, str(text)) for text in (detail if isinstance(detail, list) else [detail])]
    return [found for where, inner in pairs for found in flattened(inner, where)]


def _below(pointer: str, name: Any) -> str:
    if name == "non_field_errors":
        return pointer
    plain = str(name).encode("utf-8", "replace").decode()  # a name may be anything that JSON can spell
    return f"{pointer}/{plain.replace('~', '~0').replace('/', '~1')}"


register(Http404, lambda error: Problem(404))
register(exceptions.APIException, _of_framework)
register(exceptions.ValidationError, _of_validation)
register(exceptions.ParseError, _of_parsing)
register(TooManyTries, _of_tries)
register(PassphraseBusyError, _of_busy)
register(OperationalError, _of_database)
register(RequestDataTooBig, lambda error: Problem(413))
register(SuspiciousOperation, lambda error: Problem(400))
