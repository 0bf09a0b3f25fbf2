"""受付番号: a number that can be read out by telephone and tells nothing about the matter (ASSURANCE §2).

`S-7K4M-925W` is the letter of the kind, seven random characters and one check character. The number is a public
lookup key, not a secret: what opens a matter is the passphrase.

The characters are weighted and summed modulo 37. As 37 is a prime above the 36 values, and no two weights are
equal, the check finds every single wrong character and every swap of two characters, wherever they stand.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Left out for their looks: 0 O, 1 I L, B G S Z U (8 6 5 2 V). Left out for its sound: Q, which is きゅう as 9 is.
ALPHABET = "23456789ACDEFHJKMNPRTVWXY"
KEY_LENGTH = 8
MAX_TYPED = 64

_MODULUS = 37
_WEIGHTS = tuple(pow(2, position, _MODULUS) for position in range(KEY_LENGTH + 1))
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOKALIKES = {"S": "5", "B": "8", "G": "6", "Z": "2", "Q": "9"}
_FOLDING = str.maketrans(_LOOKALIKES)
# A letter of the kind weighs what it is read as further on: else S and J swapped would pass as J and 5.
_VALUES = {character: _CHARACTERS.index(_LOOKALIKES.get(character, character)) for character in _CHARACTERS}
_IGNORED = re.compile(r"[\s\u200b\u2060\ufeff\-\u00ad\u2010-\u2015\u2212\u2043\u207b\u30fc\uff70・._,:、。]+")
_SHAPE = re.compile(rf"[A-Z][{ALPHABET}]{{{KEY_LENGTH}}}")
_KANA = {
    "0": "ゼロ", "1": "いち", "2": "に", "3": "さん", "4": "よん", "5": "ご", "6": "ろく", "7": "なな", "8": "はち",
    "9": "きゅう", "A": "エー", "B": "ビー", "C": "シー", "D": "ディー", "E": "イー", "F": "エフ", "G": "ジー",
    "H": "エイチ", "I": "アイ", "J": "ジェー", "K": "ケー", "L": "エル", "M": "エム", "N": "エヌ", "O": "オー",
    "P": "ピー", "Q": "キュー", "R": "アール", "S": "エス", "T": "ティー", "U": "ユー", "V": "ブイ",
    "W": "ダブリュー", "X": "エックス", "Y": "ワイ", "Z": "ゼット",
}  # fmt: skip


class RandomSource(Protocol):
    """What draws the characters: the `secrets` module, or `random.Random` where a test needs the same again."""

    def choice(self, seq: str, /) -> str: ...


class ReceiptNumberError(ValueError):
    """The typed text is no receipt number; `message` tells the person what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


def new(prefix: str, rng: RandomSource = secrets) -> str:
    """A new number of the kind `prefix` (one letter A–Z). Uniqueness is the database's: draw again on a clash.

    Raises ValueError for another prefix.
    """
    if not re.fullmatch("[A-Z]", prefix):
        raise ValueError("the prefix is one letter A to Z")
    while True:
        drawn = prefix + "".join(rng.choice(ALPHABET) for _ in range(KEY_LENGTH - 1))
        check = _check_character(drawn)
        if check in ALPHABET:
            return _grouped(drawn + check)


def parse(text: str, prefixes: Collection[str] | None = None) -> str:
    """The number as it is stored, from what somebody typed: lower case, full width, any dash or none, spaces.

    Letters that are never used are read as the digit they resemble (S as 5, Q as 9). `prefixes` limits the kinds.
    Raises ReceiptNumberError.
    """
    if len(text) > MAX_TYPED:
        raise ReceiptNumberError(_("受付番号だけを入力してください(例: S-7K4M-925W)。"))
    compact = _IGNORED.sub("", unicodedata.normalize("NFKC", text).upper()).removeprefix("受付番号")
    compact = compact[:1] + compact[1:].translate(_FOLDING)
    if not compact:
        raise ReceiptNumberError(
            _("受付番号を入力してください(例: S-7K4M-925W)。控えやメールに書いてあります。")
        )
    if not _SHAPE.fullmatch(compact) or (prefixes is not None and compact[0] not in prefixes):
        raise ReceiptNumberError(_shape_message(compact))
    if _check_character(compact[:-1]) != compact[-1]:
        raise ReceiptNumberError(
            _("受付番号に打ち間違いがあるようです。控えの番号と1文字ずつ見比べて、入れ直してください。")
        )
    return _grouped(compact)


def spoken(number: str) -> str:
    """How to read the number out on the telephone: `エス、なな、ケー、よん、…`."""
    return "、".join(_KANA[character] for character in number if character in _KANA)


def _shape_message(compact: str) -> str | Promise:
    if re.search("[01OIL]", compact[1:]):
        return _(
            "受付番号に、数字の0・1と、英字のO・I・Lは使っていません。控えの番号をもう一度見て、入れ直してください。"
        )
    return _(
        "受付番号は、英字1文字のあとに4文字ずつ2組です(例: S-7K4M-925W)。控えの番号を見て、入れ直してください。"
    )


def _check_character(drawn: str) -> str:
    """The character that makes the weighted sum of all nine divisible by 37; often one outside the alphabet."""
    total = sum(weight * _VALUES[character] for weight, character in zip(_WEIGHTS, drawn, strict=False))
    value = -total * pow(_WEIGHTS[KEY_LENGTH], -1, _MODULUS) % _MODULUS
    return _CHARACTERS[value] if value < len(_CHARACTERS) else "#"


def _grouped(compact: str) -> str:
    return f"{compact[0]}-{compact[1:5]}-{compact[5:]}"
