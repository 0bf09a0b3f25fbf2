"""What every page needs to know of itself: its name, its languages and where it runs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, gettext_lazy

from .languages import EASY_JAPANESE, SHARED_PATHS, html_lang

SITE_NAME = gettext_lazy("区役所ポータル")


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Return one entry a language: code, lang, name in itself, the address of this page in it.

    The staff side speaks Japanese alone: an empty list."""
    current = get_language() or settings.LANGUAGE_CODE
    links = [_link(request, code, current) for code, _name in settings.LANGUAGES]
    return links if len({link["url"] for link in links}) == len(links) else []


def _link(request: HttpRequest, code: str, current: str) -> dict[str, Any]:
    """A page without a language in its address, and every Japanese one, says the choice in its query."""
    url = translate_url(request.path, code)
    name = get_language_info(code)["name_local"]
    if request.path.startswith(SHARED_PATHS) or (
        code == settings.LANGUAGE_CODE and _is_citizens(request.path)
    ):
        query = request.GET.copy()
        query["lang"] = code
        url = f"{url}?{query.urlencode()}"
    return {"code": code, "lang": html_lang(code), "name": name, "url": url, "current": code == current}


def _is_citizens(path: str) -> bool:
    """Whether the language stands in the address. `path` is found in the language that is spoken now."""
    return translate_url(path, EASY_JAPANESE) != translate_url(path, settings.LANGUAGE_CODE)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Add site_name, html_lang, languages and env_banner; nothing here asks the database."""
    return {
        "site_name": SITE_NAME,
        "html_lang": html_lang(get_language() or settings.LANGUAGE_CODE),
        "languages": SimpleLazyObject(lambda: language_links(request)),
        "env_banner": getattr(settings, "PORTAL_DEMO", False),
    }
