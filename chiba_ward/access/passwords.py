"""Words that a guesser of this city's accounts tries first, and the longer minimum of staff (ASSURANCE AT5)."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

STAFF_MINIMUM = 15
LONGEST = 128
CONTEXT_WORDS = (
    "chiba",
    "kuyakusho",
    "shiyakusho",
    "chuoku",
    "hanamigawa",
    "inage",
    "wakaba",
    "midoriku",
    "mihama",
    "portal",
    "千葉",
    "ちば",
    "区役所",
    "くやくしょ",
    "市役所",
    "中央区",
    "花見川",
    "稲毛",
    "若葉",
    "緑区",
    "美浜",
    "ポータル",
)
RUNS = ("1234567890" * 14, "abcdefghijklmnopqrstuvwxyz" * 5, "qwertyuiopasdfghjklzxcvbnm" * 5)
LEET = str.maketrans("013457@$!", "oieastasi")


class ContextWordValidator:
    """Refuses the names of the city, its wards and this portal; asks 15 characters of staff and partners.

    There are no rules of composition: length and unguessability are what counts (ASVS 6.2).
    """

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("パスワードは128文字以内にしてください。"), code="password_too_long")
        if _has_duty(user) and len(password) < STAFF_MINIMUM:
            raise ValidationError(_staff_text(), code="password_too_short_for_staff")
        if is_monotonous(password):
            raise ValidationError(
                _("同じ文字の繰り返しや、順に並んだ文字だけのパスワードは使えません。"), code="password_run"
            )
        found = context_word(password)
        if found:
            text = _("パスワードに「%(word)s」を入れないでください。市や区の名前は最初に試されます。")
            raise ValidationError(text % {"word": found}, code="password_context_word")

    def get_help_text(self) -> str:
        return _("市や区の名前、「区役所」などの言葉を入れないでください。")


def context_word(password: str) -> str:
    """The first forbidden word in the password, whatever its width, case or look-alike digits; or nothing."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    forms = (plain, plain.translate(LEET))
    return next((word for word in CONTEXT_WORDS if any(word in form for form in forms)), "")


def is_monotonous(password: str) -> bool:
    """Two letters over and over, or a run along the alphabet, the digits or the keyboard."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    return len(set(plain)) <= 2 or any(plain in run or plain[::-1] in run for run in RUNS)


def _has_duty(user: Any) -> bool:
    return bool(user is not None and user.pk and user.postings.exists())


def _staff_text() -> str:
    return _("職員と関係機関のパスワードは%(count)d文字以上にしてください。") % {"count": STAFF_MINIMUM}
