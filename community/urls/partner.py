"""What the officers of an association see, under /partner/community/."""

from django.urls import path

from community.views import orgs, partner

app_name = "community_partner"

urlpatterns = [
    path("", partner.index, name="index"),
    path("orgs/<int:pk>/", partner.detail, name="org"),
    path("orgs/<int:pk>/return/", partner.declare, name="declare"),
    path("orgs/<int:pk>/pack/", orgs.partner_pack, name="pack"),
    path("returns/<int:pk>/", partner.one_return, name="return"),
]
