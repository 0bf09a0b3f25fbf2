"""How the OpenAPI description is made from the views: headers, scopes, problems, closed objects."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from chiba_ward.api.enums import Scope
from chiba_ward.api.problems import KINDS, MEDIA_TYPE, TITLES

KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[A-Za-z0-9_.:-]{8,80}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="この依頼だけの番号（UUIDなど）。答えが届かなかったときは、同じ番号と同じ内容でもう一度送ります。48時間覚えています。",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^"[0-9]{1,18}"$'},
    OpenApiParameter.HEADER,
    required=True,
    description="読んだときの ETag。そのあとに相談が動いていれば 412 で、何があったかを返します。",
)
ALWAYS = (401, 403, 404, 406, 429, 503)
WITH_QUERY = (400, 422)
WITH_BODY = (400, 409, 413, 415, 422)
GUARDED = (412, 428)

PROBLEM = {
    "type": "object",
    "description": "RFC 9457。detail は、どうすればよいかを日本語で言います。",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "問題の種類（この説明のページの中の場所）"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "送られたものの中の場所（JSON Pointer）。?名前 はパラメーター",
                    },
                    "detail": {"type": "string"},
                },
            },
        },
        "news": {
            "type": "array",
            "description": "412 のとき、読んだあとに起きたこと",
            "items": {
                "type": "object",
                "properties": {
                    "at": {"type": "string", "format": "date-time"},
                    "title": {"type": "string"},
                    "who": {"type": "string"},
                },
            },
        },
    },
}


class PortalSchema(AutoSchema):
    """Adds what the view says of itself: which scope, whether a key and an `If-Match` are needed."""

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        if self.method in getattr(self.view, "keyed", ()):
            found.append(KEY)
        if self.method in getattr(self.view, "guarded", ()):
            found.append(IF_MATCH)
        return found

    @property
    def scope(self) -> Scope | None:
        found: Scope | None = getattr(self.view, "scopes", {}).get(self.method)
        return found

    def get_description(self) -> str:  # type: ignore[override]  # as in AutoSchema, which takes no arguments
        scope = self.scope
        needed = f"必要な範囲：`{scope}`（{Scope(scope).label}）" if scope else "範囲はいりません。"
        return "\n\n".join(filter(None, [super().get_description(), needed]))

    def get_extensions(self) -> dict[str, Any]:
        return {**super().get_extensions(), "x-scope": self.scope or ""}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "chiba_ward.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        text = (
            "システム管理の職員が許可し、その職の人か課の長が一度だけ受け取るトークン（cwp_ で始まります）。"
        )
        return {"type": "http", "scheme": "bearer", "description": text}


def api_routes_only(endpoints: list[Any]) -> list[Any]:
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Every operation names its problems, and every object that is sent is closed."""
    components = result.setdefault("components", {}).setdefault("schemas", {})
    for name, component in components.items():
        if name.endswith("Request") and "properties" in component:
            component["additionalProperties"] = False
    components["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            _add_problems(operation)
    return result


def _add_problems(operation: dict[str, Any]) -> None:
    places = {(parameter["in"], parameter["name"]) for parameter in operation.get("parameters", ())}
    numbers = set(ALWAYS)
    if any(place == "query" for place, _ in places):
        numbers |= set(WITH_QUERY)
    if "requestBody" in operation or ("header", "Idempotency-Key") in places:
        numbers |= set(WITH_BODY)
    if ("header", "If-Match") in places:
        numbers |= set(GUARDED)
    for number in sorted(numbers):
        operation["responses"].setdefault(str(number), _problem(number))
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _problem(number: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": TITLES[KINDS[number]], "content": {MEDIA_TYPE: {"schema": schema}}}
