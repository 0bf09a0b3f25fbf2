"""A caller of the API as a system is: a token in the header, JSON in and out, no cookie."""

import datetime as dt
import json
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from chiba_ward.api import keys
from chiba_ward.api.enums import Scope
from chiba_ward.api.models import ApiToken
from chiba_ward.directory.models import Posting

BASE = "/api/v1"
ALL = [scope.value for scope in Scope]


def make_token(posting: Posting, scopes: list[str] | None = None, **fields: Any) -> tuple[ApiToken, str]:
    """A token that has been permitted and drawn, and its secret."""
    secret = keys.new_token()
    today = timezone.localdate()
    token = ApiToken.objects.create(
        **{
            "posting": posting,
            "name": "試験のシステム",
            "scopes": ALL if scopes is None else scopes,
            "permitted_on": today,
            "expires_on": today + dt.timedelta(days=30),
            "per_minute": 3000,
            "prefix": keys.prefix_of(secret),
            "digest": keys.digest_of(secret),
            "collected_at": timezone.now(),
            **fields,
        }
    )
    return token, secret


class Caller:
    """Every call gives the response with `data`, the parsed body. POSTs carry a fresh key unless one is given."""

    def __init__(self, secret: str = "") -> None:
        self.client, self.secret = Client(raise_request_exception=True), secret

    def get(self, path: str, **query: Any) -> Any:
        return self._read(self.client.get(BASE + path, query, headers=self._headers({})))

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, match: Any = None, **headers: str
    ) -> Any:
        return self.send("post", path, body, key=key, match=match, **headers)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        match: Any = None,
        **more: str,
    ) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        given = {"Idempotency-Key": str(uuid4()) if key is None else key}
        if match is not None:
            given["If-Match"] = f'"{match}"' if isinstance(match, int) else match
        headers = self._headers({name: value for name, value in {**given, **more}.items() if value})
        kind = headers.pop("Content-Type", "application/json")
        call = getattr(self.client, method)
        return self._read(call(BASE + path, raw, content_type=kind, headers=headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {**({"Authorization": f"Bearer {self.secret}"} if self.secret else {}), **more}

    @staticmethod
    def _read(response: Any) -> Any:
        kind = response.headers.get("Content-Type", "")
        response.data = json.loads(response.content) if "json" in kind and not response.streaming else None
        return response


def caller(posting: Posting, scopes: list[str] | None = None, **fields: Any) -> Caller:
    return Caller(make_token(posting, scopes, **fields)[1])


def entry(**parts: Any) -> dict[str, Any]:
    """A whole entry at the counter; `story={...}` and so on replace members."""
    whole: dict[str, Any] = {
        "entry": {"channel": "telephone", "speaker": "self", "identity": "none", "language": "ja"},
        "topic": "unknown",
        "story": {
            "consultant_kind": "family",
            "relation": "母",
            "chief_concern": "母の介護のこと",
            "body": "何から相談すればよいか分かりません。",
        },
        "place": {"ward": "midori", "town_name": "", "address": "1-2-3"},
        "contact": {"preferred": "portal", "name": "見本 花子", "kana": "みほん はなこ"},
        "read_back": {"read_back": True},
    }
    for name, value in parts.items():
        whole[name] = {**whole[name], **value} if isinstance(value, dict) else value
    return whole


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem of an answer, after it was looked at: status, form, Japanese words."""
    assert response.status_code == status, (response.status_code, response.content.decode()[:600])
    assert response.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.data
    assert found["status"] == status
    assert found["type"].startswith("/api/v1/docs/#")
    assert any("ぁ" <= sign <= "ん" for sign in found["detail"]), found
    assert found["title"]
    return found
