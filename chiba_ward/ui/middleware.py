"""Meets a visitor whose language the portal does not speak with やさしい日本語."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from .languages import EASY_JAPANESE


def preferred_language(header: str) -> str:
    """Return the portal's language for an Accept-Language header; empty or ``*`` means Japanese."""
    wanted = [code.split("-")[0] for code, _quality in parse_accept_lang_header(header) if code != "*"]
    spoken = {code.split("-")[0]: code for code, _name in reversed(settings.LANGUAGES)}
    known = next((spoken[code] for code in wanted if code in spoken), "")
    return known or (EASY_JAPANESE if wanted else settings.LANGUAGE_CODE)


class LanguageFallbackMiddleware:
    """Sends a first visit to ``/`` on to its language's address; every other address is left as asked.

    The Japanese entry of the language menu is ``/?lang=ja``, so that it can be chosen back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != "/" or request.method not in ("GET", "HEAD") or request.GET:
            return self.get_response(request)
        code = preferred_language(request.headers.get("Accept-Language", ""))
        same = code == settings.LANGUAGE_CODE
        response = self.get_response(request) if same else HttpResponseRedirect(f"/{code}/")
        patch_vary_headers(response, ["Accept-Language"])
        return response
