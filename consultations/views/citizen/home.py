"""The first page: what to do now, for somebody in trouble."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chiba_ward.access.public import public


@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "consultations/citizen/home.html")
