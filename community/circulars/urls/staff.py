"""Under /admin/circulars/."""

from django.urls import path

from chiba_ward.access.decorators import staff_required
from community.circulars.urls.faces import pages
from community.circulars.views import circulars

app_name = "circulars"
urlpatterns = [*pages(staff_required), path("list.csv", staff_required(circulars.csv), name="csv")]
