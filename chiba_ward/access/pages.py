"""A page of our own inside the staff site: the admin's frame, our template."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def staff_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """`context["title"]` is the page's one heading, set by the frame."""
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)
