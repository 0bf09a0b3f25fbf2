"""JSON from strangers: bounded in size and depth, UTF-8 alone, no doubled names, no NaN."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.utils.mediatypes import _MediaType

from chiba_ward.api.problems import Problem

LARGEST = 512 * 1024
DEEPEST = 12


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises ParseError, UnsupportedMediaType and Problem (413)."""
        charset = _MediaType(media_type or "").params.get("charset", "utf-8")
        if charset.lower().strip('"') not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(media_type or "")
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise Problem(413)
        return parsed(raw)


def parsed(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("UTF-8 の文字として読めません。文字コードを UTF-8 にして送ってください。") from None
    if _too_deep(text):
        raise ParseError(f"入れ子が深すぎます。{DEEPEST}段までにしてください。")
    try:
        return json.loads(
            text, parse_constant=_no_constant, object_pairs_hook=_each_once, parse_float=_finite
        )
    except (ValueError, RecursionError):
        raise ParseError(
            "JSON の書き方を確かめてください（カンマ、かっこ、二重引用符、同じ名前の重なり）。"
        ) from None


def _too_deep(text: str) -> bool:
    """By counting brackets outside strings, before the parser recurses."""
    depth, inside, skip = 0, False, False
    for sign in text:
        if skip:
            skip = False
        elif inside:
            skip, inside = sign == "\\", sign != '"'
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif sign in "]}":
            depth -= 1
    return False


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
