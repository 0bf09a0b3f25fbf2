"""QR codes as pictures with a text for those who hear the document."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

MAX_CHARACTERS = 300


def qr_data_uri(content: str) -> str:
    """The QR code as an SVG `data:` address, with the quiet zone that readers need.

    Never put a passphrase or anything personal in it: whoever holds the paper can read it.
    Raises ValueError when empty or above 300 characters.
    """
    if not 0 < len(content) <= MAX_CHARACTERS:
        raise ValueError(f"a QR code holds 1 to {MAX_CHARACTERS} characters")
    return segno.make(content, error="m", micro=False).svg_data_uri(scale=4, border=4, light="white")


def qr_image(content: str, alt: str) -> SafeString:
    """The `<img>` for a PDF or page: an inline SVG would have no alternative text in PDF/UA.

    Raises ValueError, also without an alternative text.
    """
    if not alt.strip():
        raise ValueError("a QR code needs an alternative text")
    return format_html('<img class="qr" src="{}" alt="{}">', qr_data_uri(content), alt)
