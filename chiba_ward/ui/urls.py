"""The style guide, included under the local settings only."""

from django.urls import path

from . import views

urlpatterns = [path("", views.styleguide, name="styleguide")]
