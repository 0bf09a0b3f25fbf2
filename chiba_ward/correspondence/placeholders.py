"""What a standard text may say of a matter: six or seven words, and nothing personal among them (ASSURANCE PR3).

A text is not a template language: `{number}` is replaced, everything else is letters. No category, keyword or person
can get in, because there is no word for them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from chiba_ward.correspondence.models import Notice

MEANINGS = {
    "number": "受付番号",
    "number_spoken": "受付番号の読み方(電話用)",
    "promise_date": "返事の目安の日",
    "status_url": "状況を確認するページのアドレス",
    "office_name": "担当の課の名称",
    "office_phone": "担当の課の電話番号",
    "link": "開くためのアドレス(相手ごとに違います)",
    "code": "確認コード",
}
TO_CITIZEN = frozenset({"number", "promise_date", "status_url", "office_name", "office_phone"})
TO_HOUSE = frozenset({"number", "promise_date", "link"})
PLAIN = frozenset({"number"})
ALLOWED = {
    "consultation": TO_CITIZEN,
    "reply": TO_CITIZEN,
    "referral": TO_HOUSE,
    "escalation": TO_HOUSE,
    "plain": PLAIN,
    "mail": frozenset(),
    "call": frozenset({"number", "number_spoken", "office_name", "office_phone"}),
}
ONLY = {"referral.code": frozenset({"code"}), "call.plain": frozenset({"number", "number_spoken"})}
REQUIRED = {
    "consultation.received": {"number"},
    "referral.waiting": {"link"},
    "referral.code": {"code"},
    "plain.notice": {"number"},
}
CITY_WORDS = ("千葉市", "区役所", "市役所", "保健福祉センター", "Chiba", "Ward Office", "City")
_MARK = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r"[a-z][a-z_]*_id")
_PAGE = re.compile(r"[!-~]{1,500}")


class ContextError(ValueError):
    """A caller tried to hand a notice something that is neither a day nor an id."""


Late = Callable[["Notice"], str]
_late: dict[str, Late] = {}


def late_value(name: str, resolve: Late) -> None:
    """Register how a module makes `status_url`, `link` or `code` when the notice leaves.

    Addresses with a token and one-time codes are never stored: a module derives them again from the ids in
    `notice.context`.
    """
    if name not in ("status_url", "link", "code"):
        raise ValueError(f"{name} is no late value")
    _late[name] = resolve


def allowed_for(key: str) -> frozenset[str]:
    """The words a text of this key may use; a key nobody knows may use those of a reply."""
    return ONLY.get(key) or ALLOWED.get(key.partition(".")[0], TO_CITIZEN)


def mistakes(key: str, text: str) -> list[str]:
    """What is wrong with a text, each a sentence that says what to do. Empty: nothing."""
    allowed = allowed_for(key)
    choices = "、".join(f"{{{name}}}({MEANINGS[name]})" for name in MEANINGS if name in allowed)
    found = [
        f"「{{{name}}}」は使えません。使えるのは {choices or 'ふつうの文だけ'} です。"
        for name in dict.fromkeys(_MARK.findall(text))
        if name not in allowed
    ]
    if set("{}") & set(_MARK.sub("", text)):
        found.append("「{」と「}」の組が合っていません。差し込む語は {number} のように両側を囲んでください。")
    if key.startswith(("plain.", "call.plain")):
        found += [
            f"「{word}」は、名前を出さない文には使えません。消してください。"
            for word in CITY_WORDS
            if word in text
        ]
    return found


def missing(key: str, text: str) -> list[str]:
    """The words this text cannot do without."""
    lacking = REQUIRED.get(key, set()) - set(_MARK.findall(text))
    return [f"本文に {{{name}}}({MEANINGS[name]})を入れてください。" for name in sorted(lacking)]


def check_context(context: Mapping[str, Any]) -> dict[str, str | int]:
    """The context as it is stored: `promise_date` as an ISO day, and whole numbers named `..._id`.

    Raises ContextError for anything else, so that no sentence of a consultation can travel with a notice.
    """
    return {name: _checked(name, value) for name, value in context.items()}


def _checked(name: str, value: Any) -> str | int:
    if name == "promise_date":
        return _day(value).isoformat()
    if _WORD.fullmatch(name) and isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ContextError(f"{name} is not on the list of what a notice may carry")


def _day(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        raise ContextError("promise_date is a day in Asia/Tokyo, not a moment")
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError as error:
        raise ContextError("promise_date is no day") from error


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in. A word without a value becomes nothing."""
    return _MARK.sub(lambda found: values.get(found[1], ""), text)


def words_in(text: str) -> set[str]:
    return set(_MARK.findall(text))


def late(name: str, notice: Notice) -> str:
    """The address or code of this notice. Raises ContextError when it is not plain printable ASCII of one line."""
    resolve = _late.get(name)
    if resolve is None:
        return settings.PORTAL_BASE_URL if name == "status_url" else ""
    value = resolve(notice)
    if not _PAGE.fullmatch(value):
        raise ContextError(f"{name} is not an address or a code")
    return value
