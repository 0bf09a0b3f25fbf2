"""The code of a printed key: sixteen letters and figures that nobody can take for each other, eighty bits of chance."""

import hashlib
import hmac
import re
import secrets

from django.conf import settings

from chiba_ward.ui.normalisation import half_width

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH, PART = 16, 4
READ_AS = str.maketrans("OIL", "011")
_SIGNS = re.compile(r"[^0-9A-Z]")


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def shown(code: str) -> str:
    """`7K4M-925W-…`, as it stands on paper."""
    return "-".join(code[start : start + PART] for start in range(0, LENGTH, PART))


def read(typed: str) -> str:
    """What was typed from paper or heard on the telephone; empty where it cannot be a code."""
    plain = _SIGNS.sub("", half_width(typed).upper()).translate(READ_AS)
    return plain if len(plain) == LENGTH and set(plain) <= set(LETTERS) else ""


def digest(what: str, secret: str) -> str:
    """What is kept in place of the secret. Eighty bits need no slow hash: nobody can try them all."""
    text = f"circulars\x1f{what}\x1f{secret}".encode()
    return hmac.new(settings.PORTAL_PEPPER.encode(), text, hashlib.sha256).hexdigest()
