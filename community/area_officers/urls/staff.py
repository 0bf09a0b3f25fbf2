"""地域担当職員 inside the staff face, under /admin/area-officers/ (DOMAIN §5 2-2)."""

from django.urls import path

from community.area_officers.views import assignments, coverage, papers, promises, visits

app_name = "area_officers"

urlpatterns = [
    path("", coverage.index, name="index"),
    path("list.csv", coverage.index_csv, name="index_csv"),
    path("print/", coverage.index_print, name="index_print"),
    path("new/", assignments.new, name="new"),
    path("<int:pk>/", assignments.detail, name="assignment"),
    path("<int:pk>/do/<slug:name>/", assignments.act, name="act"),
    path("<int:pk>/hand-over/", papers.write, name="hand_over"),
    path("visits/", visits.index, name="visits"),
    path("visits/list.csv", visits.index_csv, name="visits_csv"),
    path("visits/new/", visits.new, name="visit_new"),
    path("visits/<int:pk>/", visits.detail, name="visit"),
    path("visits/<int:pk>/do/<slug:name>/", visits.act, name="visit_act"),
    path("promises/", promises.index, name="promises"),
    path("promises/list.csv", promises.index_csv, name="promises_csv"),
    path("promises/<int:pk>/", promises.detail, name="promise"),
    path("promises/<int:pk>/do/<slug:name>/", promises.act, name="promise_act"),
    path("hand-overs/<int:pk>/", papers.detail, name="paper"),
    path("hand-overs/<int:pk>/print/", papers.printed, name="paper_print"),
    path("hand-overs/<int:pk>/do/<slug:name>/", papers.act, name="paper_act"),
]
