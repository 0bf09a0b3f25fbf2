"""The first page: what to do now, for somebody in trouble."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chiba_ward.access.public import public
from consultations.receipts import reading_now


@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "consultations/citizen/home.html", {"reading": reading_now()})
