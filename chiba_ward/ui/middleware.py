"""In which language a page is: as the person has chosen, and until then as the browser asks."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import is_valid_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from .cookies import Cookie
from .languages import EASY_JAPANESE, SHARED_PATHS, spoken

CHOICE = Cookie("language")
KEPT_SECONDS = 365 * 24 * 3600
# Whoever works with the portal reads Japanese.
HOUSE_PATHS = ("/admin/", "/partner/", "/progress/", "/api/", "/styleguide/", "/livez", "/readyz")


def preferred_language(header: str) -> str:
    """Return the portal's language for an Accept-Language header; empty or ``*`` means Japanese."""
    wanted = [code.split("-")[0] for code, _quality in parse_accept_lang_header(header) if code != "*"]
    known = next((spoken_codes()[code] for code in wanted if code in spoken_codes()), "")
    return known or (EASY_JAPANESE if wanted else settings.LANGUAGE_CODE)


def spoken_codes() -> dict[str, str]:
    return {code.split("-")[0]: code for code, _name in reversed(settings.LANGUAGES)}


class LanguageMiddleware:
    """Residents' pages have their language in the address; what all share (sign-in, papers, files) follows the choice.

    A choice is an address with a language, or ``?lang=``; it is kept in a cookie. Whoever has chosen, or whose browser
    asks for, another language than Japanese is led from a Japanese address (of a mail, of a poster) to the same page
    in that language. The Japanese entry of the language menu says ``?lang=ja``, so that it can be chosen back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path, chosen = request.path_info, chosen_now(request)
        wish = (
            chosen
            or spoken(CHOICE.read(request))
            or preferred_language(request.headers.get("Accept-Language", ""))
        )
        if path.startswith(HOUSE_PATHS):
            language = settings.LANGUAGE_CODE
        elif translation.get_language_from_path(path) or path.startswith(SHARED_PATHS):
            language = wish
        elif wish == settings.LANGUAGE_CODE or self._is_japanese_page(path):
            if wish != settings.LANGUAGE_CODE and request.method in ("GET", "HEAD"):
                return _varying(HttpResponseRedirect(f"/{wish}{request.get_full_path()}"))
            language = settings.LANGUAGE_CODE
        else:  # no such page: at least that is said in the reader's language
            language = wish
        response = self._answer(request, language)
        if chosen and chosen != CHOICE.read(request) and not path.startswith(HOUSE_PATHS):
            CHOICE.put(response, chosen, KEPT_SECONDS)
        return response

    def _answer(self, request: HttpRequest, language: str) -> HttpResponse:
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = _varying(self.get_response(request))
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def _is_japanese_page(path: str) -> bool:
        """Addresses without a language are found while Japanese is spoken."""
        with translation.override(settings.LANGUAGE_CODE):
            return bool(is_valid_path(path))


def chosen_now(request: HttpRequest) -> str:
    """The language this very address asks for; empty where it asks for none."""
    return translation.get_language_from_path(request.path_info) or spoken(request.GET.get("lang", ""))


def _varying(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response
