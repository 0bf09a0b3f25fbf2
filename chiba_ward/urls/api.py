"""The API under /api/v1/. Whatever a module adds stands before the last line, which answers in the API's form."""

from django.urls import include, path, re_path

from chiba_ward.api import views

app_name = "api"

urlpatterns = [
    path("openapi.json", views.openapi, name="openapi"),
    path("docs/", views.docs, name="docs"),
    path("me/", views.MeView.as_view(), name="me"),
    path("webhooks/", include("chiba_ward.api.webhook_urls")),
    path("", include("consultations.api.urls")),
    re_path(r"^", views.no_such_address, name="nowhere"),
]
