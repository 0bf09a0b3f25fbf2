import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from chiba_ward.ui import views


def test_the_page_behind_the_way_out_says_nothing_of_the_portal() -> None:
    page = render_to_string("ui/leave.html", request=RequestFactory().get("/"))
    assert "相談" not in page
    assert "ポータル" not in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("code", ["ja", "ja-easy", "en"])
@pytest.mark.parametrize("query", ["", "?errors=1"])
def test_every_component_renders_in_every_language(code: str, query: str) -> None:
    with translation.override(code):
        page = views.styleguide(RequestFactory().get("/style/" + query)).content.decode()
    assert page.count("<h1") == 1
    assert f'<html lang="{"en" if code == "en" else "ja"}">' in page
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert ('id="error-summary"' in page) is bool(query)


def test_the_way_out_is_on_the_citizens_page_without_javascript() -> None:
    page = views.styleguide(RequestFactory().get("/style/")).content.decode()
    assert re.search(r'<aside class="cw-exit"[^>]*><a href="[^"]+"', page)


@pytest.mark.parametrize(
    ("handler", "status"), [(views.bad_request, 400), (views.forbidden, 403), (views.not_found, 404)]
)
def test_an_error_page_says_what_to_do(handler: Callable[..., HttpResponse], status: int) -> None:
    response = handler(RequestFactory().get("/x"), Exception("secret"))
    page = response.content.decode()
    assert response.status_code == status
    assert page.count("<h1") == 1
    assert "ください" in page or "開ける" in page
    assert "secret" not in page


def test_a_fault_is_told_without_asking_any_context_processor() -> None:
    response = views.server_error(RequestFactory().get("/x"))
    assert response.status_code == 500
    assert "もう一度試してください" in response.content.decode()
