"""団体台帳, 現況届 and enrolment inside the staff face, under /admin/community/ (DOMAIN §5 2-1, 2-4)."""

from django.urls import path

from community.views import annual, enrolment, listing, orgs

app_name = "community"

urlpatterns = [
    path("orgs/", listing.index, name="orgs"),
    path("orgs/list.csv", listing.orgs_csv, name="orgs_csv"),
    path("orgs/print/", listing.orgs_print, name="orgs_print"),
    path("orgs/new/", orgs.new, name="new"),
    path("enrolment/", enrolment.index, name="enrolment"),
    path("enrolment/list.csv", enrolment.table_csv, name="enrolment_csv"),
    path("returns/", annual.index, name="returns"),
    path("returns/<int:pk>/", annual.detail, name="return"),
    path("returns/<int:pk>/do/<slug:name>/", annual.act, name="return_act"),
    path("orgs/<int:pk>/", orgs.detail, name="org"),
    path("orgs/<int:pk>/do/<slug:name>/", orgs.act, name="act"),
    path("orgs/<int:pk>/return/", annual.enter, name="enter"),
    path("orgs/<int:pk>/hand-over/", orgs.hand_over, name="hand_over"),
    path("orgs/<int:pk>/pack/", orgs.pack, name="pack"),
]
