"""What every page needs to know of itself: its name, its languages and where it runs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, gettext_lazy

from .languages import html_lang

SITE_NAME = gettext_lazy("区役所ポータル")


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return one entry a language: code, lang, name in itself, the address of this page in it.

    A page that has no address of its own in other languages (the staff side) yields an empty list."""
    current, path = get_language() or settings.LANGUAGE_CODE, request.path
    links = [_link(path, code, current) for code, _name in settings.LANGUAGES]
    return links if len({link["url"] for link in links}) == len(links) else []


def _link(path: str, code: str, current: str) -> dict[str, Any]:
    url = translate_url(path, code)
    name = get_language_info(code)["name_local"]
    home = "/?lang=ja" if url == "/" else url
    return {"code": code, "lang": html_lang(code), "name": name, "url": home, "current": code == current}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Add site_name, html_lang, languages and env_banner; nothing here asks the database."""
    return {
        "site_name": SITE_NAME,
        "html_lang": html_lang(get_language() or settings.LANGUAGE_CODE),
        "languages": SimpleLazyObject(lambda: language_links(request)),
        "env_banner": getattr(settings, "PORTAL_DEMO", False),
    }
