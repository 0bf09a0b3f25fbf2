"""The staff site alone: its tables are tried apart from the pages of other packages."""

from django.urls import path

from chiba_ward.access.site import portal_admin

urlpatterns = [path("admin/", portal_admin.urls)]
