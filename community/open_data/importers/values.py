"""Cells to values: codes, days, times, degrees. Whatever is wrong is a `Wrong`, with what to do in Japanese."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

from chiba_ward.ui.japanese_dates import parse_date
from community.open_data.models.base import EAST, NORTH, SOUTH, WEST

SIX_PLACES = Decimal("0.000001")
COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
DAY_WITH_TIME = re.compile(r"^(\S+)[ T]0{1,2}:00(?::00)?$")
CLOCK = re.compile(r"^(午前|午後)?(\d{1,2})(?::|時)(?:(\d{1,2})分?)?(?::\d{2})?$")
CODE = re.compile(r"^\d{5,6}$")


class Wrong(ValueError):
    """`reason` tells the person what is wrong with the cell."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def narrow(text: str) -> str:
    """One width: ０１２ and ：become 012 and :. For everything that is no prose."""
    return unicodedata.normalize("NFKC", text).strip()


def body_code(text: str) -> str:
    """団体コード with its check digit; the five digits of JIS X 0402 get theirs. Raises Wrong."""
    code = narrow(text)
    if not CODE.match(code):
        raise Wrong("6けたの団体コードを入れてください。")
    return code if len(code) == 6 else with_check_digit(code)


def with_check_digit(code: str) -> str:
    """総務省 全国地方公共団体コード仕様: weights 6 to 2, 11 minus the rest."""
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=True))
    return f"{code}{(11 - total % 11) % 10}"


def day(text: str) -> dt.date | None:
    """2026-04-01, 2026/4/1, 20260401, 令和8年4月1日, R8.4.1. Raises Wrong for a day that no calendar has."""
    written = narrow(text)
    if found := DAY_WITH_TIME.match(written):  # a workbook that was saved as CSV
        written = found[1]
    if not written:
        return None
    try:
        if found := COMPACT_DAY.match(written):
            return dt.date(*map(int, found.groups()))
        return parse_date(written)
    except ValueError:
        raise Wrong(f"「{text}」という日はありません。2026-04-01 の形で入れてください。") from None


def clock(text: str) -> dt.time | None:
    """9:00, 09:00:00, 午後1時30分. Raises Wrong for 25:00 and the like."""
    written = "".join(narrow(text).split())
    if not written:
        return None
    found = CLOCK.match(written)
    hour = int(found[2]) + (12 if found[1] == "午後" and int(found[2]) < 12 else 0) if found else 99
    minute = int(found[3] or 0) if found else 99
    if hour > 23 or minute > 59:
        raise Wrong(f"「{text}」という時刻はありません。")
    return dt.time(hour, minute)


def degree(text: str) -> Decimal | None:
    """Decimal degrees, six places (ten centimetres). Raises Wrong."""
    written = narrow(text).removesuffix("度").rstrip("°")
    if not written:
        return None
    try:
        value = Decimal(written)
        # A huge exponent is a number too; quantising it would take all memory or fail.
        if not value.is_finite() or abs(value) > 1000:
            raise InvalidOperation
        return value.quantize(SIX_PLACES)
    except InvalidOperation:
        raise Wrong(
            f"「{text[:40]}」は数字ではありません。35.607263 の形（10進の度）で入れてください。"
        ) from None


def is_in_japan(latitude: Decimal, longitude: Decimal) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST
