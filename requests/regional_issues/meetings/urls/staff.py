"""Under /admin/ward-meetings/."""

from django.urls import path

from chiba_ward.access.decorators import staff_required
from regional_issues.meetings.urls.faces import pages
from regional_issues.meetings.views import decisions, meetings

app_name = "ward_meetings"
urlpatterns = [
    *pages(staff_required),
    path("new/", staff_required(meetings.new), name="new"),
    path("list.csv", staff_required(meetings.csv), name="csv"),
    path("<int:pk>/do/<slug:name>/", staff_required(meetings.act), name="act"),
    path("<int:pk>/minutes/<slug:name>/", staff_required(meetings.approve), name="approve"),
    path("decisions/<int:pk>/do/<slug:name>/", staff_required(decisions.steer), name="steer"),
]
