"""What the officers of an organisation see, under /partner/matching/."""

from django.urls import URLPattern, path

from community.matching.views import partner

app_name = "matching_partner"


def _of(side: str) -> list[URLPattern]:
    here, stem = {"side": side}, f"{side}s/"
    return [
        path(f"{stem}new/", partner.new, here, name=f"{side}_new"),
        path(f"{stem}<int:pk>/", partner.detail, here, name=side),
        path(f"{stem}<int:pk>/edit/", partner.edit, here, name=f"{side}_edit"),
        path(f"{stem}<int:pk>/do/<slug:name>/", partner.act, here, name=f"{side}_act"),
    ]


urlpatterns = [
    path("", partner.index, name="index"),
    *_of("need"),
    *_of("offer"),
    path("matches/<int:pk>/", partner.match, name="match"),
    path("matches/<int:pk>/do/<slug:name>/", partner.match_act, name="match_act"),
]
